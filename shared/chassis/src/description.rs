use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::PartialSchema as _;
use utoipa::ToSchema as _;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response};

/// Answers that operations share, described once and named `Problem` with their status.
const SHARED: [(&str, &str); 8] = [
    ("400", "The body cannot be read"),
    ("401", "Without a good token"),
    ("403", "The token does not allow it"),
    ("413", "The body is too large"),
    ("415", "The body is of another media type"),
    ("422", "A field or parameter is wrong or unknown"),
    ("500", "Unexpected; `trace_id` finds it in the log"),
    (
        "503",
        "What the operation needs cannot be reached now, or the service is read-only",
    ),
];

/// Adds to every operation the answers that it owes to the shared extractors, guards and the HTTP stack and so does
/// not describe itself. What an operation says of a status stays.
pub(crate) fn add_shared_answers(openapi: &mut OpenApi) {
    let guarded_as_a_whole = openapi.security.as_ref().is_some_and(|needs| !needs.is_empty());
    let mut described = false;
    for operation in openapi.paths.paths.values_mut().flat_map(operations) {
        described = true;
        let guarded = operation
            .security
            .as_ref()
            .map_or(guarded_as_a_whole, |needs| !needs.is_empty());
        let takes_body = operation.request_body.is_some();
        let takes_parameters = operation
            .parameters
            .as_ref()
            .is_some_and(|taken| !taken.is_empty());
        let owed = [
            (takes_body, "400"),
            (guarded, "401"),
            (guarded, "403"),
            (takes_body, "413"),
            (takes_body, "415"),
            (takes_body || takes_parameters, "422"),
            (true, "500"),
            (true, "503"),
        ];
        for (_, status) in owed.into_iter().filter(|(owed, _)| *owed) {
            let answers = &mut operation.responses.responses;
            let shared = Ref::from_response_name(format!("Problem{status}"));
            answers.entry(status.to_owned()).or_insert(RefOr::Ref(shared));
        }
    }
    if described {
        let components = openapi.components.get_or_insert_default();
        for (status, description) in SHARED {
            let answer = problem_answer(description);
            components
                .responses
                .insert(format!("Problem{status}"), RefOr::T(answer));
        }
        let mut needed = vec![(
            problem::ProblemBody::name().into_owned(),
            problem::ProblemBody::schema(),
        )];
        problem::ProblemBody::schemas(&mut needed);
        for (name, schema) in needed {
            components.schemas.entry(name).or_insert(schema);
        }
    }
}

fn problem_answer(description: &str) -> Response {
    let body = Ref::from_schema_name(problem::ProblemBody::name());
    let mut answer = Response::new(description);
    answer.content.insert(
        "application/problem+json".to_owned(),
        Content::new(Some(RefOr::Ref(body))).into(),
    );
    answer
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        patch,
        ..
    } = item;
    [get, put, post, delete, patch].into_iter().flatten()
}

/// A description as text, with the members of every object in alphabetical order: so it is the same whichever features
/// of `serde_json` the rest of a build has turned on.
pub(crate) fn printed(openapi: &OpenApi) -> Result<String, serde_json::Error> {
    let value = sorted(serde_json::to_value(openapi)?);
    Ok(serde_json::to_string_pretty(&value)? + "\n")
}

fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            let members = members.into_iter().map(|(name, member)| (name, sorted(member)));
            Value::Object(members.collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
