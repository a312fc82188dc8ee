use auth::Staff as Employee;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use catalog_store::register_document;
use contracts::catalog::StoredDocument;
use problem::{Json, Problem, ProblemBody};

use crate::media::{Incoming, MAX_DOCUMENT};
use crate::openapi::Binary;
use crate::problems;
use crate::staff::{AssortmentMakers, Staff};

/// Begins every PDF.
const MAGIC: usize = 5;

/// Takes a document in: a drawing or an instruction. It is stored as it comes, byte for byte; the same file again gives
/// the same key. For the roles assortment and administrator.
#[utoipa::path(
    post, path = "/api/staff/v1/catalog/documents", tag = "media",
    operation_id = "staff_document_upload",
    request_body(content = inline(Binary), content_type = "application/octet-stream",
        description = "PDF of at most 50 MB"),
    responses(
        (status = 200, description = "The document is stored", body = StoredDocument),
        (status = 400, description = "There is no file, or not to its end", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 408, description = "Nothing came for too long", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 413, description = "More than 50 MB", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 415, description = "No PDF", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "The file storage is away", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 507, description = "storage-full", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<StoredDocument>, Problem> {
    let incoming = Incoming::begin(&headers, body, MAX_DOCUMENT, MAGIC).await?;
    let stored = staff.studio.take_document(incoming).await?;
    let document = StoredDocument {
        key: stored.key.to_string(),
        bytes: i64::try_from(stored.size).map_err(Problem::internal)?,
    };
    register_document(&staff.pg, staff.clock.now(), &document.key, document.bytes)
        .await
        .map_err(problems::database)?;
    Ok(Json(document))
}
