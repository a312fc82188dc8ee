//! Calls to the staff faces behind the pages.

mod backoffice;
mod catalog;
mod orders;

use balancer::{Client, Request};
use http::StatusCode;
use kernel::Lang;
use serde::de::DeserializeOwned;
use web::{Failure, RemoteProblem};

pub use backoffice::Backoffice;
pub use catalog::{Catalog, StockQuery};
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
    /// The problem's last part of the type, such as `status-conflict`; empty when there is none.
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
}

impl From<&CallError> for Failure {
    fn from(error: &CallError) -> Self {
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
            CallError::Unavailable(error) => Self::unavailable(error),
            CallError::Unexpected(reason) => Self::internal(reason),
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

/// Adds a name and value to the query unless the value is empty.
fn filter(request: Request, name: &str, value: &str) -> Request {
    if value.is_empty() {
        request
    } else {
        request.query(name, value)
    }
}
