use auth::Staff as Employee;
use axum::extract::State;
use catalog_store::media;
use contracts::catalog::StoredImage;
use kernel::Text;
use problem::{Json, Path, Problem, ProblemBody, kinds};

use crate::problems;
use crate::staff::{AssortmentMakers, Staff};

/// What is known of a picture: its smaller forms, or why there are none. For the roles assortment and administrator.
#[utoipa::path(
    get, path = "/api/staff/v1/catalog/images/{key}", tag = "media",
    operation_id = "staff_image_get",
    params(("key" = String, Path, description = "Key of the picture")),
    responses(
        (status = 200, description = "The picture", body = StoredImage),
        (status = 401, description = "Without a good token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Without the role", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "No such picture", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(staff): State<Staff>,
    _: Employee<AssortmentMakers>,
    Path(key): Path<String>,
) -> Result<Json<StoredImage>, Problem> {
    let found = media(&staff.pg, &key).await.map_err(problems::database)?;
    found.map(Json).ok_or_else(|| {
        Problem::new(&kinds::NOT_FOUND)
            .detail(Text::new("Такого изображения нет.", "There is no such image."))
    })
}
