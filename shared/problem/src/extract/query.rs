use std::error::Error as _;

use axum::extract::FromRequestParts;
use axum::extract::rejection::QueryRejection;
use garde::Validate;
use http::request::Parts;
use kernel::Text;
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::refuse;
use crate::serde_fault::{Fault, explain};
use crate::{Problem, rules};

/// The query's parameters, read and validated. A parameter that is wrong, unknown, given twice, not UTF-8 or
/// holding NUL is named in the problem (422).
#[derive(Debug, Clone, Copy, Default)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        check_encoding(parts.uri.query().unwrap_or_default())?;
        let axum::extract::Query(value) =
            axum::extract::Query::<T>::try_from_uri(&parts.uri).map_err(|error| unfit(&error))?;
        rules::check(&value)?;
        Ok(Self(value))
    }
}

/// The parser replaces what is not UTF-8; a search for the replacement would silently find nothing.
fn check_encoding(query: &str) -> Result<(), Problem> {
    // Only an escape can stand for anything but a visible ASCII character.
    if !query.contains('%') && query.is_ascii() {
        return Ok(());
    }
    let foreign = |text: &str| text.contains(['\u{fffd}', '\0']);
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if foreign(&name) || foreign(&value) {
            return Err(refuse(Fault {
                field: name.into_owned(),
                code: "encoding",
                message: Text::new(
                    "нужен текст в UTF-8 без символа NUL",
                    "must be UTF-8 text without NUL",
                ),
            }));
        }
    }
    Ok(())
}

fn unfit(rejection: &QueryRejection) -> Problem {
    // axum keeps where it went wrong in the error's causes.
    let mut cause = rejection.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<serde_path_to_error::Error<serde::de::value::Error>>() {
            return refuse(explain(&error.path().to_string(), &error.inner().to_string()));
        }
        cause = error.source();
    }
    refuse(explain("query", ""))
}
