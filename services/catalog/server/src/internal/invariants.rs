use axum::extract::State;
use problem::{Json, Problem};
use serde::Serialize;
use time::Duration;
use utoipa::ToSchema;

use super::Internal;
use crate::problems;

/// How long after its end a reservation may still be held: several runs of the job that frees it.
const LAG: Duration = Duration::seconds(10);

/// A rule that does not hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct Violation {
    /// Name of the rule.
    #[schema(example = "held")]
    rule: String,
    /// What breaks it: an order's id, a product's id, or a component's and a warehouse's.
    subject: String,
}

/// What of the catalog database's rules does not hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct Violations {
    /// Breaches, at most 100 a rule. Empty when all is well.
    violations: Vec<Violation>,
}

/// Checks the rules that stock, reservations and their journal keep. Reads whole tables: for operators and tests.
#[utoipa::path(
    get, path = "/internal/v1/invariants", tag = "operation",
    operation_id = "internal_catalog_invariants",
    responses((status = 200, description = "What does not hold", body = Violations))
)]
pub async fn handler(State(internal): State<Internal>) -> Result<Json<Violations>, Problem> {
    let now = internal.clock.now();
    let found = catalog_store::invariants(&internal.pg, now, LAG)
        .await
        .map_err(problems::database)?;
    for catalog_store::Violation { rule, subject } in &found {
        tracing::error!(rule, subject, "an invariant does not hold");
    }
    let violations = found
        .into_iter()
        .map(|found| Violation {
            rule: found.rule,
            subject: found.subject,
        })
        .collect();
    Ok(Json(Violations { violations }))
}
