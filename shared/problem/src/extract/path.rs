use axum::extract::path::ErrorKind;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequestParts, RawPathParams};
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
            Err(PathRejection::FailedToDeserializePathParams(error)) => {
                let names = RawPathParams::from_request_parts(parts, state).await.ok();
                Err(unfit(error.into_kind(), names.as_ref()))
            }
            // A route without parameters whose handler asks for them: a bug.
            Err(error) => Err(Problem::internal(error)),
        }
    }
}

fn unfit(kind: ErrorKind, names: Option<&RawPathParams>) -> Problem {
    // axum tells a parameter that stands in a tuple by its place, and one that stands alone not at all.
    let names: Vec<&str> = names.map_or_else(Vec::new, |names| names.iter().map(|(name, _)| name).collect());
    let name = |index: usize| names.get(index).copied().unwrap_or("path");
    let only_name = || if names.len() == 1 { name(0) } else { "path" };
    match kind {
        ErrorKind::ParseErrorAtKey {
            key, expected_type, ..
        } => refuse(wrong_type(&key, expected_type)),
        ErrorKind::ParseErrorAtIndex {
            index, expected_type, ..
        } => refuse(wrong_type(name(index), expected_type)),
        ErrorKind::ParseError { expected_type, .. } => refuse(wrong_type(only_name(), expected_type)),
        ErrorKind::DeserializeError { key, message, .. } => refuse(explain(&key, &message)),
        ErrorKind::InvalidUtf8InPathParam { key } => refuse(Fault {
            field: key,
            code: "encoding",
            message: Text::new("не текст в UTF-8", "is not UTF-8 text"),
        }),
        ErrorKind::Message(message) => refuse(explain(only_name(), &message)),
        // The handler's type does not fit its route.
        kind => Problem::internal(kind.to_string()),
    }
}

fn wrong_type(field: &str, expected: &str) -> Fault {
    explain(field, &format!("invalid type: text, expected {expected}"))
}
