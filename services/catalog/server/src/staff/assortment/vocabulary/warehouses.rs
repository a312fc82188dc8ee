use auth::Staff as Employee;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use catalog_store::WarehouseSpace;
use contracts::catalog::{Entry, WarehouseContent, WarehouseView, Warehouses};
use problem::{Json, Path, Problem, ProblemBody, kinds, version_tag};

use super::super::super::{AssortmentMakers, Staff};
use super::ByCode;
use crate::problems;

/// All warehouses with their free and used space, deleted ones last (STK-1). The space is at most ten seconds old. For
/// the roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/warehouses", tag = "vocabulary",
    operation_id = "staff_warehouse_list",
    responses(
        (status = 200, description = "The warehouses", body = Warehouses),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
) -> Result<Json<Warehouses>, Problem> {
    let entries = catalog_store::list_entries(&staff.pg).await;
    let entries = entries.map_err(problems::database)?;
    let space = staff.spaces.get().await?;
    let items = entries.items.into_iter().map(|entry| view(entry, &space));
    Ok(Json(Warehouses {
        items: items.collect(),
    }))
}

/// A warehouse with its free and used space, deleted or not (STK-1). The space is at most ten seconds old. For the
/// roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/warehouses/{code}", tag = "vocabulary",
    operation_id = "staff_warehouse_get",
    params(ByCode),
    responses(
        (status = 200, description = "The warehouse", body = WarehouseView,
            headers(("ETag" = String, description = "Its version"))),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is none", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    Path(ByCode { code }): Path<ByCode>,
) -> Result<impl IntoResponse, Problem> {
    let entry = catalog_store::entry::<WarehouseContent>(&staff.pg, &code).await;
    let entry = entry.map_err(problems::database)?;
    let entry = entry.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    let space = staff.spaces.get().await?;
    let tag = [(header::ETAG, version_tag(entry.version))];
    Ok((tag, Json(view(entry, &space))))
}

fn view(entry: Entry<WarehouseContent>, space: &WarehouseSpace) -> WarehouseView {
    let used_l = space.get(&entry.content.code).copied().unwrap_or_default();
    WarehouseView {
        free_l: entry
            .content
            .capacity_l
            .map(|capacity| (capacity - used_l).max(0)),
        used_l,
        entry,
    }
}
