use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::Response;
use files::{Format, Key};
use kernel::Text;
use problem::{Path, Problem, ProblemBody, kinds};

use super::Edge;
use super::media_get::{serve, value};
use crate::conditions::Conditions;
use crate::openapi::Binary;

/// A drawing or an instruction, or a part of it. To be saved, not shown: a document may hold what a page must not.
#[utoipa::path(
    get, path = "/api/catalog/v1/documents/{key}", tag = "media",
    operation_id = "document_get",
    params(("key" = String, Path, description = "Key from `documents` of a product"),
        ("Range" = Option<String>, Header, description = "One range of bytes"),
        ("If-Range" = Option<String>, Header, description = "Strong tag of the version the range is of"),
        ("If-None-Match" = Option<String>, Header, description = "Tag of the version the caller has")),
    responses(
        (status = 200, description = "The document", body = inline(Binary), content_type = "application/pdf"),
        (status = 206, description = "The part asked for", body = inline(Binary), content_type = "application/pdf"),
        (status = 304, description = "The caller has it already"),
        (status = 404, description = "No such document", body = ProblemBody,
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
    let missing = || {
        Problem::new(&kinds::NOT_FOUND)
            .detail(Text::new("Такого документа нет.", "There is no such document."))
    };
    let Some(key) = key.parse::<Key>().ok().filter(|key| key.format() == Format::Pdf) else {
        // Not repeated: whatever was typed may be about a person, or meant for the log's reader.
        tracing::warn!(key = "[malformed]", "look-up failed: no such document");
        return Err(missing());
    };
    let Some(document) = edge.images.get(key).await? else {
        tracing::warn!(%key, "look-up failed: no such document");
        return Err(missing());
    };
    let mut response = serve(key, &document, &method, &headers, &conditions)?;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_DISPOSITION,
        value(format_args!("attachment; filename=\"{key}\""))?,
    );
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; sandbox"),
    );
    Ok(response)
}
