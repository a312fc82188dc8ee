use axum::extract::State;
use contracts::orders::Reconciliation;
use problem::{Json, Problem, ProblemBody};

use crate::problems;
use crate::reconcile::{ReconcileError, Reconciler};

/// What does not fit together: rules of the orders database, and orders against catalog's reservations. Changes
/// nothing.
#[utoipa::path(
    get, path = "/internal/v1/reconciliation", operation_id = "reconciliation_look", tag = "reconciliation",
    responses(
        (status = 200, description = "The findings; empty when all is well", body = Reconciliation),
        (status = 503, description = "Catalog cannot be asked now", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(super) async fn look(State(reconciler): State<Reconciler>) -> Result<Json<Reconciliation>, Problem> {
    reconciler.run(None, false).await.map(Json).map_err(failed)
}

/// Finds the same and puts right what can be. Repeating it does no harm.
#[utoipa::path(
    post, path = "/internal/v1/reconciliation", operation_id = "reconciliation_repair", tag = "reconciliation",
    responses(
        (status = 200, description = "The findings, and which of them were repaired", body = Reconciliation),
        (status = 503, description = "Catalog cannot be asked now", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub(super) async fn repair(State(reconciler): State<Reconciler>) -> Result<Json<Reconciliation>, Problem> {
    reconciler.run(None, true).await.map(Json).map_err(failed)
}

fn failed(error: ReconcileError) -> Problem {
    match error {
        ReconcileError::Catalog(error) => error.into(),
        ReconcileError::Database(error) => problems::database(error),
    }
}
