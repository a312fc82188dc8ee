//! Calls to the services behind the pages.

mod catalog;
mod orders;

use balancer::{Client, Request};
use http::StatusCode;
use kernel::Lang;
use serde::de::DeserializeOwned;
use web::{Failure, RemoteProblem};

pub use catalog::{Catalog, ProductQuery, SetQuery, Sort};
pub use orders::Orders;

/// A call that did not bring what it was made for.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The service says why, in the visitor's language.
    #[error("{}: {}", .0.kind, .0.status)]
    Problem(Box<RemoteProblem>),
    /// The service cannot be reached or gave no answer in time.
    #[error("{0}")]
    Unavailable(balancer::Error),
    /// The service answered what it never should.
    #[error("{0}")]
    Unexpected(String),
}

impl CallError {
    /// The problem's last part of the type, such as `slot-taken`; empty when there is none.
    pub fn slug(&self) -> &str {
        match self {
            Self::Problem(problem) => problem.slug(),
            _ => "",
        }
    }

    /// Whether the service refused what the visitor asked for, rather than failed.
    pub fn refusal(&self) -> Option<&RemoteProblem> {
        match self {
            Self::Problem(problem) if (400..500).contains(&problem.status) => Some(problem),
            _ => None,
        }
    }

    /// Whether it is about who asks: no session, or one that has ended.
    pub fn is_unauthenticated(&self) -> bool {
        self.refusal().is_some_and(|problem| problem.status == 401)
    }

    /// Whether the thing asked for does not exist.
    pub fn is_not_found(&self) -> bool {
        self.refusal().is_some_and(|problem| problem.status == 404)
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Problem(problem) => {
                let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::BAD_GATEWAY);
                if status.is_server_error() {
                    tracing::warn!(
                        kind = problem.kind,
                        status = problem.status,
                        remote_trace_id = problem.trace_id,
                        "a service failed"
                    );
                    Self::new(status).trace(problem.trace_id.clone())
                } else if status == StatusCode::NOT_FOUND {
                    Self::not_found()
                } else {
                    Self::new(status).message(problem.text())
                }
            }
            CallError::Unavailable(error) => Self::unavailable(&error),
            CallError::Unexpected(reason) => Self::internal(&reason),
        }
    }
}

/// Sends and reads the answer as JSON.
async fn call<T: DeserializeOwned>(client: &Client, lang: Lang, request: Request) -> Result<T, CallError> {
    let answer = send(client, lang, request).await?;
    answer
        .json()
        .map_err(|error| CallError::Unexpected(format!("{}: {error}", client.name())))
}

/// Sends and asks only for success.
async fn send(client: &Client, lang: Lang, request: Request) -> Result<balancer::Response, CallError> {
    let request = request.header(http::header::ACCEPT_LANGUAGE, lang.tag());
    let answer = client.send(request).await.map_err(|error| {
        if error.is_unavailable() {
            CallError::Unavailable(error)
        } else {
            CallError::Unexpected(error.to_string())
        }
    })?;
    if answer.is_success() {
        return Ok(answer);
    }
    match RemoteProblem::parse(&answer.body) {
        Some(mut problem) => {
            problem.status = answer.status.as_u16();
            Err(CallError::Problem(Box::new(problem)))
        }
        None => Err(CallError::Unexpected(format!(
            "{} answered {} without a problem",
            client.name(),
            answer.status
        ))),
    }
}

/// A path with one part that comes from a visitor.
fn path(before: &str, part: &str, after: &str) -> String {
    let part: String = url::form_urlencoded::byte_serialize(part.as_bytes())
        .collect::<String>()
        // In a path a space is %20; `+` means itself there.
        .replace('+', "%20");
    // A part made of dots alone would climb up.
    let part = if part.chars().all(|c| c == '.') {
        "-".to_owned()
    } else {
        part
    };
    format!("{before}{part}{after}")
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn parts_of_paths_stay_parts() {
        assert_eq!(path("/p/", "a/../b?c#d e", "/x"), "/p/a%2F..%2Fb%3Fc%23d%20e/x");
        assert_eq!(path("/p/", "..", ""), "/p/-");
        assert_eq!(path("/p/", "", ""), "/p/-");
    }
}
