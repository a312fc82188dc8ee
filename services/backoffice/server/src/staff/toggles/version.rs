use auth::Staff;
use axum::extract::State;
use contracts::backoffice::Toggles;
use problem::{Path, Problem, ProblemBody, kinds};

use super::{Readers, StaffFace, Tagged, shown};
use crate::problems;

/// Shows the toggles as they were in a version, to compare with or to return to.
#[utoipa::path(
    get, path = "/api/staff/v1/toggles/versions/{version}", tag = "toggles", operation_id = "toggles_version",
    params(("version" = i64, Path, description = "The version")),
    security(("staff" = [])),
    responses(
        (status = 200, description = "The definitions of that version", body = Toggles),
        (status = 401, description = "No access token", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 403, description = "Neither administrator nor support nor analyst", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "There is no such version", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "It is no number", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(face): State<StaffFace>,
    _: Staff<Readers>,
    Path(version): Path<i64>,
) -> Result<Tagged, Problem> {
    let stored = face.store.toggles_version(version).await;
    let stored = stored.map_err(problems::database)?;
    shown(Some(stored.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?))
}
