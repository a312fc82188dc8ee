//! What a refusal looks like in GraphQL: `extensions.code` is the slug of the same problem in the REST face.

use std::sync::Arc;

use async_graphql::{Error, ErrorExtensionValues, Response, ServerError, Value};
use kernel::{Lang, Text};
use problem::{Kind, Problem, kinds};

/// The query asks for more than one request may cost; `limit` says what is allowed.
pub const TOO_COMPLEX: Kind = Kind {
    slug: "query-too-complex",
    status: 422,
    title: ("Запрос слишком сложный", "The query is too complex"),
};

/// A problem on its way out of a resolver. It is put into words by [`localize`], which knows the caller's language.
#[derive(Debug, Clone)]
pub struct Refusal(Problem);

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Refusal> for Error {
    fn from(Refusal(problem): Refusal) -> Self {
        Self {
            message: problem.kind().slug.to_owned(),
            source: Some(Arc::new(problem)),
            extensions: None,
        }
    }
}

/// The problem as an error of the whole request.
pub fn request_error(problem: Problem) -> ServerError {
    let mut error = ServerError::new(problem.kind().slug, None);
    error.source = Some(Arc::new(problem));
    error
}

/// An argument that is wrong.
pub fn bad_argument(name: &str, code: &'static str, message: Text) -> Problem {
    Problem::new(&kinds::VALIDATION).field(name, code, message)
}

/// Puts the errors of an answer into words. Those without a problem of ours are the query's own: it is not GraphQL
/// of this schema.
pub fn localize(mut response: Response, lang: Lang, trace_id: Option<&str>) -> Response {
    for error in &mut response.errors {
        let problem = error
            .source
            .as_ref()
            .and_then(|source| source.downcast_ref::<Problem>().cloned());
        let extensions = error.extensions.get_or_insert_default();
        match problem {
            Some(problem) => error.message = describe(&problem, lang, trace_id, extensions),
            None if extensions.get("code").is_none() => extensions.set("code", kinds::VALIDATION.slug),
            None => {}
        }
    }
    response
}

fn describe(
    problem: &Problem,
    lang: Lang,
    trace_id: Option<&str>,
    extensions: &mut ErrorExtensionValues,
) -> String {
    let kind = problem.kind();
    let trace_id = trace_id.filter(|_| kind.status >= 500).map(str::to_owned);
    let body = problem.body(lang, trace_id);
    extensions.set("code", kind.slug);
    if let Some(trace_id) = body.trace_id {
        extensions.set("traceId", trace_id);
    }
    if !body.errors.is_empty() {
        let errors = body.errors.iter().map(|error| {
            Value::from_json(serde_json::json!({
                "field": error.field,
                "code": error.code,
                "message": error.message,
            }))
            .unwrap_or_default()
        });
        extensions.set("errors", Value::List(errors.collect()));
    }
    for (name, value) in body.extensions {
        extensions.set(name, Value::from_json(value).unwrap_or_default());
    }
    body.detail.unwrap_or(body.title)
}
