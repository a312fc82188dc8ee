use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use catalog_store::SetRef;
use contracts::catalog::SetDetail;
use problem::{Path, Problem, ProblemBody};

use super::Edge;
use crate::conditions::Conditions;
use crate::lookups::{set_missing, set_ref};
use crate::problems;

/// A set with its units, its state and what it lacks, its total, and how often all of it can be put together (CAT-8).
#[utoipa::path(
    get, path = "/api/catalog/v1/sets/{set}", tag = "sets",
    operation_id = "set_get",
    params(("set" = String, Path, description = "Id or external id of the set")),
    responses(
        (status = 200, description = "The set", body = SetDetail),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 404, description = "No such set", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    conditions: Conditions,
    Path(set): Path<String>,
) -> Result<Response, Problem> {
    let set = set_ref(&set)?;
    let answer = edge.sets.get(&set, || detail(&edge, &set)).await?;
    Ok(answer.respond(&conditions))
}

async fn detail(edge: &Edge, set: &SetRef) -> Result<SetDetail, Problem> {
    let detail = catalog_store::set(&edge.pg, set)
        .await
        .map_err(problems::database)?;
    detail.ok_or_else(|| set_missing(set))
}
