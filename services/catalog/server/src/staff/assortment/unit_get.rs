use auth::Staff as Employee;
use axum::extract::State;
use contracts::catalog::UnitView;
use kernel::ProductId;
use problem::{Path, Problem, ProblemBody, kinds};

use super::super::{AssortmentMakers, Staff};
use super::Tagged;
use crate::problems;

/// A unit, deleted ones too, with how its price comes to be and how many can be put together. For the roles
/// assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/units/{id}", tag = "units",
    operation_id = "staff_unit_get",
    params(("id" = ProductId, Path, description = "Id of the unit")),
    responses(
        (status = 200, description = "The unit; its version is the `ETag`", body = UnitView),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such unit", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    Path(id): Path<ProductId>,
) -> Result<Tagged<UnitView>, Problem> {
    let found = catalog_store::assortment::unit(&staff.pg, id).await;
    let found = found.map_err(problems::edit)?;
    found.map(Tagged).ok_or_else(|| Problem::new(&kinds::NOT_FOUND))
}
