use std::sync::Arc;

use axum::extract::State;
use catalog_store::CheckSetError;
use contracts::catalog::{SetCheck, SetStanding};
use kernel::Text;
use problem::{Json, Problem, ProblemBody, kinds};

use super::Edge;
use crate::problems;

/// What units would make of a set: its state, its total, and of each unit that may not be in it the rule and the
/// values that speak against it (CAT-8). Nothing is stored.
#[utoipa::path(
    post, path = "/api/catalog/v1/sets/check", tag = "sets",
    operation_id = "set_check",
    request_body(content = SetCheck, example = json!({
        "kind": "kitchen", "color": "white", "material": "oak",
        "units": [{ "product_id": "01890a5d-ac96-774b-bcce-b302099a8057", "quantity": 2 }]
    })),
    responses(
        (status = 200, description = "How the set would stand", body = SetStanding,
            example = json!({
                "state": "incomplete", "missing": [],
                "refusals": [{ "product_id": "01890a5d-ac96-774b-bcce-b302099a8057", "rule": "color",
                    "set": "white", "unit": "walnut", "message": {
                        "ru": "цвет предмета – walnut, а гарнитура – white",
                        "en": "the unit's colour is walnut, the set's is white" } }],
                "unpriced": [], "total": { "amount": 2_560_000, "currency": "RUB" },
                "discount": { "amount": 0, "currency": "RUB" }, "max_discount_bp": 1000
            })),
        (status = 422, description = "A field is wrong, or names what does not exist", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    Json(check): Json<SetCheck>,
) -> Result<Json<SetStanding>, Problem> {
    let standing = catalog_store::check_set(&edge.pg, &check).await;
    let unit = |at| format!("units[{at}].product_id");
    standing
        .map(Json)
        .map_err(|error| refuse(error, str::to_owned, unit))
}

/// What the caller is told; `field` and `unit` say what a field, and a unit by its place, is called there.
pub(super) fn refuse(
    error: CheckSetError,
    field: impl Fn(&str) -> String,
    unit: impl Fn(usize) -> String,
) -> Problem {
    let wrong = match error {
        CheckSetError::Unknown(fields) => fields.into_iter().map(field).collect(),
        CheckSetError::UnknownUnits(units) => units.into_iter().map(unit).collect::<Vec<_>>(),
        CheckSetError::Database(error) => return problems::database(error),
    };
    wrong
        .into_iter()
        .fold(Problem::new(&kinds::VALIDATION), |problem, field| {
            problem.field(field, "unknown", Text::new("такого нет", "there is none such"))
        })
}
