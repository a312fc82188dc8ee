use auth::Staff as Employee;
use axum::extract::State;
use axum::response::Response;
use catalog_store::assortment::set_unit_documents;
use contracts::catalog::ProductDocuments;
use kernel::ProductId;
use problem::{IfMatch, Json, Path, Problem, ProblemBody};

use super::versioned;
use crate::problems;
use crate::staff::assortment::Editing;
use crate::staff::{AssortmentMakers, Staff};

/// Gives a unit its drawings and instructions, in their order. For the roles assortment and administrator.
#[utoipa::path(
    put, path = "/api/staff/v1/catalog/units/{id}/documents", tag = "media",
    operation_id = "staff_unit_documents",
    params(("id" = ProductId, Path, description = "Id of the unit"),
        ("If-Match" = String, Header, description = "Version of the unit, as in its `ETag`")),
    request_body = ProductDocuments,
    responses(
        (status = 200, description = "The documents as they are now; `ETag` is the unit's new version", body = ProductDocuments),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "No such unit", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 409, description = "deleted", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 412, description = "precondition-failed: it was changed since; `version` is the current one, `changed` names the fields with both values", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "A field is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 428, description = "Without `If-Match`", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    employee: Employee<AssortmentMakers>,
    Path(id): Path<ProductId>,
    IfMatch(base): IfMatch,
    Json(given): Json<ProductDocuments>,
) -> Result<Response, Problem> {
    let editing = Editing::by(&staff, employee.login());
    let unit = set_unit_documents(&staff.pg, &editing.editor(), id, base, &given.documents)
        .await
        .map_err(problems::edit)?;
    editing.done();
    Ok(versioned(unit.version, &given))
}
