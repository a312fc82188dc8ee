use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use files::Key;
use kernel::Text;
use problem::{Path, Problem, ProblemBody, kinds};

use super::Edge;
use crate::conditions::Conditions;
use crate::images::{Image, Part, part};
use crate::openapi::Binary;

/// The key names the content, so what it names never changes.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// An image, or a part of it (CAT-9).
#[utoipa::path(
    get, path = "/api/catalog/v1/media/{key}", tag = "media",
    operation_id = "media_get",
    params(("key" = String, Path, description = "Key from `images` of a product"),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "Strong tag of the version the range is of"),
        ("If-None-Match" = Option<String>, Header, description = "Tag of the version the caller has")),
    responses(
        (status = 200, description = "The image", body = inline(Binary), content_type = "image/*"),
        (status = 206, description = "The part asked for", body = inline(Binary), content_type = "image/*"),
        (status = 304, description = "The caller has it already"),
        (status = 404, description = "No such image", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 416, description = "The range lies behind the end", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    method: Method,
    headers: HeaderMap,
    conditions: Conditions,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let Some(key) = key.parse::<Key>().ok().filter(|key| key.format().is_image()) else {
        // Not repeated: whatever was typed may be about a person, or meant for the log's reader.
        tracing::warn!(key = "[malformed]", "look-up failed: no such image");
        return Err(no_image());
    };
    let Some(image) = edge.images.get(key).await? else {
        tracing::warn!(%key, "look-up failed: no such image");
        return Err(no_image());
    };
    serve(key, &image, &method, &headers, &conditions)
}

/// A file, or the part of it that is asked for.
pub(super) fn serve(
    key: Key,
    image: &Image,
    method: &Method,
    headers: &HeaderMap,
    conditions: &Conditions,
) -> Result<Response, Problem> {
    let etag = value(format_args!("\"{key}\""))?;
    if conditions.has(&etag) {
        let headers = [(header::ETAG, etag), (header::CACHE_CONTROL, FOR_EVER)];
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let len = image.len();
    // A range means something for GET alone (RFC 9110, 14.2).
    let part = if *method == Method::GET {
        part(headers, &etag, len)
    } else {
        Part::Whole
    };
    match part {
        Part::Whole => Ok(content(key, etag, image, 0..len)),
        Part::Bytes(range) => {
            let described = value(format_args!("bytes {}-{}/{len}", range.start, range.end - 1))?;
            let mut response = content(key, etag, image, range);
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            response.headers_mut().insert(header::CONTENT_RANGE, described);
            Ok(response)
        }
        Part::Unsatisfiable => {
            let described = value(format_args!("bytes */{len}"))?;
            Err(Problem::new(&kinds::RANGE).header(header::CONTENT_RANGE, described))
        }
    }
}

fn no_image() -> Problem {
    Problem::new(&kinds::NOT_FOUND).detail(Text::new("Такого изображения нет.", "There is no such image."))
}

fn content(key: Key, etag: HeaderValue, image: &Image, range: Range<u64>) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(key.format().media_type()),
        ),
        (header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start)),
        (header::ETAG, etag),
        (header::CACHE_CONTROL, FOR_EVER),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ),
    ];
    (headers, image.body(range)).into_response()
}

pub(super) fn value(text: fmt::Arguments<'_>) -> Result<HeaderValue, Problem> {
    HeaderValue::try_from(text.to_string()).map_err(Problem::internal)
}
