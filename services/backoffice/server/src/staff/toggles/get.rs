use auth::Staff;
use axum::extract::State;
use contracts::backoffice::Toggles;
use problem::{Problem, ProblemBody};

use super::{Readers, StaffFace, Tagged, shown};
use crate::problems;

/// Shows the toggles in force.
#[utoipa::path(
    get, path = "/api/staff/v1/toggles", tag = "toggles", operation_id = "toggles_get",
    security(("staff" = [])),
    responses(
        (status = 200, description = "The definitions in force; their version is the `ETag`", body = Toggles),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Neither administrator nor support nor analyst", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(State(face): State<StaffFace>, _: Staff<Readers>) -> Result<Tagged, Problem> {
    shown(face.store.toggles().await.map_err(problems::database)?)
}
