use axum::response::{IntoResponse, Response};
use http::StatusCode;

use crate::page::Page;

/// A page that cannot be shown. As an answer it is only a status: [`crate::finish`] renders it as a page of the site
/// in the visitor's language.
#[derive(Debug, Clone)]
pub struct Failure {
    status: StatusCode,
    message: Option<String>,
    trace_id: Option<String>,
}

impl Failure {
    /// A failure told by its status alone.
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            message: None,
            trace_id: telemetry::trace_id(),
        }
    }

    /// There is no such page, product or order.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND)
    }

    /// A service that the page needs cannot be reached: 503. The reason is logged.
    pub fn unavailable(reason: &(impl std::fmt::Display + ?Sized)) -> Self {
        tracing::warn!(error = %reason, "a page needs a service that is unavailable");
        Self::new(StatusCode::SERVICE_UNAVAILABLE)
    }

    /// Something unexpected: 500. The reason is logged, the visitor sees the trace id.
    pub fn internal(reason: &(impl std::fmt::Display + ?Sized)) -> Self {
        tracing::error!(error = %reason, "a page could not be made");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Says more than the status does, in the visitor's language.
    #[must_use]
    pub fn message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(message.into());
        self
    }

    /// Shows the trace id of the service that failed instead of this site's.
    #[must_use]
    pub fn trace(mut self, trace_id: Option<String>) -> Self {
        self.trace_id = trace_id.or(self.trace_id);
        self
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// Under which the failure can be found in the logs.
    pub fn trace_id(&self) -> Option<&str> {
        self.trace_id.as_deref()
    }

    /// Whether trying again later may help.
    pub fn can_retry(&self) -> bool {
        self.status.is_server_error() || self.status == StatusCode::TOO_MANY_REQUESTS
    }

    /// Heading in the visitor's language.
    pub fn title(&self, page: &Page) -> String {
        page.t(match self.status {
            StatusCode::NOT_FOUND => "error-404-title",
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => "error-403-title",
            StatusCode::CONFLICT => "error-409-title",
            StatusCode::TOO_MANY_REQUESTS => "error-429-title",
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
                "error-503-title"
            }
            status if status.is_client_error() => "error-400-title",
            _ => "error-500-title",
        })
    }

    /// Explanation in the visitor's language.
    pub fn text(&self, page: &Page) -> String {
        if let Some(message) = &self.message {
            return message.clone();
        }
        page.t(match self.status {
            StatusCode::NOT_FOUND => "error-404-text",
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => "error-403-text",
            StatusCode::CONFLICT => "error-409-text",
            StatusCode::TOO_MANY_REQUESTS => "error-429-text",
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => {
                "error-503-text"
            }
            status if status.is_client_error() => "error-400-text",
            _ => "error-500-text",
        })
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
