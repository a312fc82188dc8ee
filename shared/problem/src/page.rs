//! Writes problems as answers.

use axum::body::Body;
use axum::response::Response;
use http::header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use http::{HeaderValue, StatusCode};
use kernel::Lang;

use crate::{Kind, Problem, kinds};

pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// The whole answer for `problem`.
pub(crate) fn render(problem: &Problem, lang: Lang, trace_id: Option<String>) -> Response {
    let mut response = Response::new(body(problem, lang, trace_id));
    *response.status_mut() =
        StatusCode::from_u16(problem.kind().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.headers_mut().extend(problem.headers().clone());
    label(&mut response, lang);
    response
}

/// The body for `problem`.
pub(crate) fn body(problem: &Problem, lang: Lang, trace_id: Option<String>) -> Body {
    let json = serde_json::to_vec(&problem.body(lang, trace_id)).expect("a problem is plain data");
    Body::from(json)
}

/// Sets the headers that describe a problem's body.
pub(crate) fn label(response: &mut Response, lang: Lang) {
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let names_language = headers
        .get_all(VARY)
        .iter()
        .any(|value| value.as_bytes().eq_ignore_ascii_case(b"accept-language"));
    if !names_language {
        headers.append(VARY, HeaderValue::from_static("accept-language"));
    }
}

/// The kind that a bare status stands for; `None` where the status says too little.
pub(crate) fn kind_of(status: StatusCode) -> Option<&'static Kind> {
    Some(match status {
        StatusCode::BAD_REQUEST => &kinds::MALFORMED,
        StatusCode::UNAUTHORIZED => &kinds::UNAUTHENTICATED,
        StatusCode::FORBIDDEN => &kinds::FORBIDDEN,
        StatusCode::NOT_FOUND => &kinds::NOT_FOUND,
        StatusCode::METHOD_NOT_ALLOWED => &kinds::METHOD_NOT_ALLOWED,
        StatusCode::REQUEST_TIMEOUT => &kinds::TIMEOUT,
        StatusCode::CONFLICT => &kinds::CONFLICT,
        StatusCode::PRECONDITION_FAILED => &kinds::PRECONDITION_FAILED,
        StatusCode::PRECONDITION_REQUIRED => &kinds::PRECONDITION_MISSING,
        StatusCode::PAYLOAD_TOO_LARGE => &kinds::TOO_LARGE,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => &kinds::UNSUPPORTED_MEDIA,
        StatusCode::RANGE_NOT_SATISFIABLE => &kinds::RANGE,
        StatusCode::UNPROCESSABLE_ENTITY => &kinds::VALIDATION,
        StatusCode::TOO_MANY_REQUESTS => &kinds::THROTTLED,
        StatusCode::INTERNAL_SERVER_ERROR => &kinds::INTERNAL,
        StatusCode::SERVICE_UNAVAILABLE => &kinds::UNAVAILABLE,
        _ => return None,
    })
}
