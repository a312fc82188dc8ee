use auth::Staff as Employee;
use axum::extract::State;
use axum::response::Response;
use catalog_store::assortment::set_unit_images;
use contracts::catalog::ProductImages;
use kernel::{ProductId, Text};
use problem::{IfMatch, Json, Path, Problem, ProblemBody, kinds};

use super::versioned;
use crate::problems;
use crate::staff::assortment::Editing;
use crate::staff::{AssortmentMakers, Staff};

/// Gives a unit its pictures, in their order; the first is shown in lists (CAT-1). For the roles assortment and administrator.
#[utoipa::path(
    put, path = "/api/staff/v1/catalog/units/{id}/images", tag = "media",
    operation_id = "staff_unit_images",
    params(("id" = ProductId, Path, description = "Id of the unit"),
        ("If-Match" = String, Header, description = "Version of the unit, as in its `ETag`")),
    request_body = ProductImages,
    responses(
        (status = 200, description = "The pictures as they are now; `ETag` is the unit's new version", body = ProductImages),
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
    Json(given): Json<ProductImages>,
) -> Result<Response, Problem> {
    let twice = given
        .keys
        .iter()
        .enumerate()
        .find(|(at, key)| given.keys[..*at].contains(key));
    if let Some((at, _)) = twice {
        let message = Text::new("уже есть в списке", "is in the list already");
        return Err(Problem::new(&kinds::VALIDATION).field(format!("keys[{at}]"), "twice", message));
    }
    let editing = Editing::by(&staff, employee.login());
    let unit = set_unit_images(&staff.pg, &editing.editor(), id, base, &given.keys)
        .await
        .map_err(problems::edit)?;
    editing.done();
    Ok(versioned(unit.version, &given))
}
