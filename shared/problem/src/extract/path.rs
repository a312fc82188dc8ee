use axum::extract::FromRequestParts;
use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use http::request::Parts;
use kernel::Text;
use serde::de::DeserializeOwned;

use super::refuse;
use crate::serde_fault::{Fault, explain};
use crate::{Problem, kinds};

/// The path's parameters. One that cannot be read is named in the problem (422).
#[derive(Debug, Clone, Copy, Default)]
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        // PostgreSQL cannot hold NUL in a text, so nothing of ours has it in its name.
        if parts.uri.path().contains("%00") {
            return Err(Problem::new(&kinds::NOT_FOUND));
        }
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => Err(unfit(error.into_kind())),
            // A route without parameters whose handler asks for them: a bug.
            Err(error) => Err(Problem::internal(error)),
        }
    }
}

fn unfit(kind: ErrorKind) -> Problem {
    match kind {
        ErrorKind::ParseErrorAtKey {
            key, expected_type, ..
        } => refuse(wrong_type(&key, expected_type)),
        ErrorKind::ParseErrorAtIndex {
            index, expected_type, ..
        } => refuse(wrong_type(&format!("path[{index}]"), expected_type)),
        ErrorKind::ParseError { expected_type, .. } => refuse(wrong_type("path", expected_type)),
        ErrorKind::DeserializeError { key, message, .. } => refuse(explain(&key, &message)),
        ErrorKind::InvalidUtf8InPathParam { key } => refuse(Fault {
            field: key,
            code: "encoding",
            message: Text::new("не текст в UTF-8", "is not UTF-8 text"),
        }),
        ErrorKind::Message(message) => refuse(explain("path", &message)),
        // The handler's type does not fit its route.
        kind => Problem::internal(kind.to_string()),
    }
}

fn wrong_type(field: &str, expected: &str) -> Fault {
    explain(field, &format!("invalid type: text, expected {expected}"))
}
