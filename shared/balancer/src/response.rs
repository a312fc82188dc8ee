use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::Error;

/// A whole answer of any status.
#[derive(Debug, Clone)]
pub struct Response {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, at most [`crate::Policy::max_body`] bytes.
    pub body: Bytes,
}

impl Response {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        self.status.is_success()
    }

    /// The body read as JSON; [`Error::Decode`] if it is not what `T` expects.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn what_an_unexpected_answer_holds_is_not_repeated() {
        let answer = Response {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Bytes::from_static(b"[7, \"+79991234567\"]"),
        };
        let error = answer.json::<Vec<u64>>().expect_err("a text, not a number");
        let told = format!("{error} {error:?}");
        assert!(told.contains("Data error at line 1, column 18"), "{told}");
        assert!(!told.contains("999"), "{told}");
        assert!(error.source().is_none());
    }
}
