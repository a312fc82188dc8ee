//! Pictures and documents of units, under `/api/staff/v1/catalog`.

mod document_upload;
mod image_get;
mod image_upload;
mod unit_documents;
mod unit_images;

use std::time::Duration;

use axum::http::HeaderValue;
use axum::http::header::ETAG;
use axum::response::{IntoResponse as _, Response};
use problem::{Json, version_tag};
use serde::Serialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Staff;

/// Where pictures are brought to.
pub(super) const IMAGES: &str = "/api/staff/v1/catalog/images";
/// Where documents are brought to.
pub(super) const DOCUMENTS: &str = "/api/staff/v1/catalog/documents";
/// How long an upload may take, decoding included.
pub(super) const UPLOAD_WITHIN: Duration = Duration::from_mins(5);

pub(super) fn operations() -> OpenApiRouter<Staff> {
    OpenApiRouter::new()
        .routes(routes!(image_upload::handler))
        .routes(routes!(image_get::handler))
        .routes(routes!(document_upload::handler))
        .routes(routes!(unit_images::handler))
        .routes(routes!(unit_documents::handler))
}

/// What was written, with the version it makes.
fn versioned(version: i64, body: &impl Serialize) -> Response {
    let tag: HeaderValue = version_tag(version);
    ([(ETAG, tag)], Json(body)).into_response()
}
