use std::error::Error;
use std::fmt;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue};
use kernel::{BadCursor, Lang, Text};
use serde::Serialize;

use crate::{FieldProblem, Kind, ProblemBody, kinds};

/// A refusal or failure on its way to the caller.
///
/// It travels through the layers as a response extension; [`localize_layer`](crate::localize_layer) writes it
/// in the caller's language. Without the layer it is written in Russian.
#[derive(Clone)]
pub struct Problem(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: &'static Kind,
    detail: Option<Text>,
    errors: Vec<FieldError>,
    extensions: serde_json::Map<String, serde_json::Value>,
    headers: HeaderMap,
}

#[derive(Clone)]
struct FieldError {
    field: String,
    code: &'static str,
    message: Text,
}

impl Problem {
    /// A problem of this kind.
    pub fn new(kind: &'static Kind) -> Self {
        Self(Box::new(Inner {
            kind,
            detail: None,
            errors: Vec::new(),
            extensions: serde_json::Map::new(),
            headers: HeaderMap::new(),
        }))
    }

    /// Says what happened this time.
    #[must_use]
    pub fn detail(mut self, detail: Text) -> Self {
        self.0.detail = Some(detail);
        self
    }

    /// Names a field or parameter that is wrong; may be called for several.
    #[must_use]
    pub fn field(mut self, field: impl Into<String>, code: &'static str, message: Text) -> Self {
        self.0.errors.push(FieldError {
            field: field.into(),
            code,
            message,
        });
        self
    }

    /// Adds a member for programs. A value that cannot be written as JSON becomes null.
    #[must_use]
    pub fn ext(mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Self {
        let value = serde_json::to_value(value).unwrap_or_default();
        self.0.extensions.insert(name.to_owned(), value);
        self
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.headers.append(name, value);
        self
    }

    /// An error nobody foresaw: logs it with its causes inside the current span, and answers
    /// [`kinds::INTERNAL`] with the trace id and nothing else.
    pub fn internal(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let error = error.into();
        tracing::error!(error = %Chain(&*error), "unexpected error");
        Self::new(&kinds::INTERNAL)
    }

    /// A part we need does not answer: logs it, and answers 503 with `Retry-After`. `what` is for the log.
    pub fn unavailable(what: &str, error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let error = error.into();
        tracing::warn!(what, error = %Chain(&*error), "unavailable");
        Self::new(&kinds::UNAVAILABLE).header(http::header::RETRY_AFTER, HeaderValue::from_static("2"))
    }

    /// The kind of problem.
    pub fn kind(&self) -> &'static Kind {
        self.0.kind
    }

    /// The problem as it is sent, in `lang`.
    pub fn body(&self, lang: Lang, trace_id: Option<String>) -> ProblemBody {
        let Inner {
            kind,
            detail,
            errors,
            extensions,
            ..
        } = &*self.0;
        let title = match lang {
            Lang::Ru => kind.title.0,
            Lang::En => kind.title.1,
        };
        ProblemBody {
            type_: kind.uri(),
            title: title.to_owned(),
            status: kind.status,
            detail: detail.as_ref().map(|text| text.get(lang).to_owned()),
            errors: errors
                .iter()
                .map(|error| FieldProblem {
                    field: error.field.clone(),
                    code: error.code.to_owned(),
                    message: error.message.get(lang).to_owned(),
                })
                .collect(),
            trace_id,
            extensions: extensions.clone().into_iter().collect(),
        }
    }

    /// Headers the problem adds to the answer.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = crate::page::render(&self, Lang::default(), None);
        response.extensions_mut().insert(self);
        response
    }
}

impl From<BadCursor> for Problem {
    fn from(_: BadCursor) -> Self {
        Self::new(&kinds::VALIDATION).field(
            "cursor",
            "malformed",
            Text::new(
                "не является курсором этого списка",
                "is not a cursor of this list",
            ),
        )
    }
}

/// Shows the kind and the fields' names, never their values.
impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields: Vec<_> = self
            .0
            .errors
            .iter()
            .map(|error| (error.field.as_str(), error.code))
            .collect();
        f.debug_struct("Problem")
            .field("kind", &self.0.kind.slug)
            .field("errors", &fields)
            .finish_non_exhaustive()
    }
}

/// An error and its causes on one line.
struct Chain<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}
