use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::error::Category;

use crate::{BadEndpoint, BoxError, Endpoint};

/// Why no replica could be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unavailable {
    /// Discovery knows none.
    NoneKnown,
    /// All are ejected and none is due for a probe.
    AllEjected,
    /// All that are healthy have as many requests in flight as the policy allows.
    AllBusy,
}

impl fmt::Display for Unavailable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoneKnown => "no replica is known",
            Self::AllEjected => "all replicas are ejected after failures",
            Self::AllBusy => "all replicas are busy up to the limit",
        })
    }
}

/// How a call failed. An answer of any status is not an error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No replica can be used; nothing was sent. Answered at once, without waiting.
    #[error("{client} is unavailable: {reason}")]
    NoEndpoint {
        /// The client's name.
        client: Arc<str>,
        /// Why there is none.
        reason: Unavailable,
    },
    /// No answer in time. The other side may have acted on the request.
    #[error("{client} gave no answer within {after:?}")]
    Deadline {
        /// The client's name.
        client: Arc<str>,
        /// The time that was allowed.
        after: Duration,
    },
    /// No connection; nothing was sent.
    #[error("{client} at {endpoint} cannot be reached: {source}")]
    Connect {
        /// The client's name.
        client: Arc<str>,
        /// The replica tried last.
        endpoint: Endpoint,
        /// What the connection failed with.
        source: BoxError,
    },
    /// The connection broke before the whole answer was read. The other side may have acted on the request.
    #[error("{client} at {endpoint} broke off: {source}")]
    Body {
        /// The client's name.
        client: Arc<str>,
        /// The replica asked last.
        endpoint: Endpoint,
        /// What the exchange failed with.
        source: BoxError,
    },
    /// The answer's body is larger than [`crate::Policy::max_body`].
    #[error("{client} at {endpoint} answered with more than {limit} bytes")]
    TooLarge {
        /// The client's name.
        client: Arc<str>,
        /// The replica that answered.
        endpoint: Endpoint,
        /// The bound in bytes.
        limit: usize,
    },
    /// The request cannot be expressed in HTTP (a bad path, header or body value); nothing was sent.
    #[error("the request cannot be built: {0}")]
    Request(String),
    /// The answer's body is not what the caller expects. From [`crate::Response::json`] only. Says where, not what:
    /// errors are logged, and what stands there may be personal or secret.
    #[error("the answer cannot be read: {category:?} error at line {line}, column {column}")]
    Decode {
        /// Whether it is no JSON, ends too early, or has another content.
        category: Category,
        /// Line of the body, from 1.
        line: usize,
        /// Column of the line, from 1.
        column: usize,
    },
    /// An address that names no replica.
    #[error(transparent)]
    Endpoint(#[from] BadEndpoint),
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Decode {
            category: error.classify(),
            line: error.line(),
            column: error.column(),
        }
    }
}

impl Error {
    /// Whether the other side may have acted on the request, so that only a repeatable one may be sent again.
    pub fn may_have_acted(&self) -> bool {
        matches!(
            self,
            Self::Deadline { .. } | Self::Body { .. } | Self::TooLarge { .. } | Self::Decode { .. }
        )
    }

    /// Whether the other side is down or too slow: the caller answers 503 rather than 500.
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::NoEndpoint { .. } | Self::Deadline { .. } | Self::Connect { .. } | Self::Body { .. }
        )
    }
}
