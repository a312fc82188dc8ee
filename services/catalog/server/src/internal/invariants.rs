#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use axum::extract::State;
use garde::Validate;
use problem::{Json, Problem, ProblemBody, Query};
use serde::{Deserialize, Serialize};
use time::Duration;
use utoipa::{IntoParams, ToSchema};

use super::Internal;
use crate::problems;

/// How long after its end a reservation may still be held: several runs of the job that frees it.
const LAG: Duration = Duration::seconds(10);

/// What to check.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CheckQuery {
    /// Also what lists, facets and searches read. Computes the entry of every unit anew: for tests and after a disaster.
    #[garde(skip)]
    #[serde(default)]
    listings: bool,
}

/// A rule that does not hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct Violation {
    /// Name of the rule.
    #[schema(example = "held")]
    rule: String,
    /// What breaks it: an order's id, a product's id, a component's and a warehouse's, or a count's key.
    subject: String,
}

/// What of the catalog database's rules does not hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct Violations {
    /// Breaches, at most 100 a rule. Empty when all is well.
    violations: Vec<Violation>,
}

/// Checks the rules that stock, reservations and their journal keep, and those of lists when asked to. Reads whole
/// tables: for operators and tests.
#[utoipa::path(
    get, path = "/internal/v1/invariants", tag = "operation",
    operation_id = "internal_catalog_invariants",
    params(CheckQuery),
    responses(
        (status = 200, description = "What does not hold", body = Violations),
        (status = 422, description = "A parameter is wrong", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(internal): State<Internal>,
    Query(query): Query<CheckQuery>,
) -> Result<Json<Violations>, Problem> {
    let now = internal.clock.now();
    let mut found = catalog_store::invariants(&internal.pg, now, LAG)
        .await
        .map_err(problems::database)?;
    if query.listings {
        let of_lists = catalog_store::listing_invariants(&internal.pg).await;
        found.extend(of_lists.map_err(problems::database)?);
    }
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
