use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use catalog_store::SetRef;
use contracts::catalog::SetDetail;
use kernel::Text;
use problem::{Path, Problem, ProblemBody, kinds};

use super::Edge;
use crate::conditions::Conditions;
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
    let set = SetRef::parse(&set);
    if let SetRef::External(external) = &set
        && !is_external_id(external)
    {
        // Whatever was typed may be about a person, so it is not repeated.
        tracing::warn!(set = "[malformed]", "look-up failed: no such set");
        return Err(no_set());
    }
    let answer = edge.sets.get(&set, || detail(&edge, &set)).await?;
    Ok(answer.respond(&conditions))
}

async fn detail(edge: &Edge, set: &SetRef) -> Result<SetDetail, Problem> {
    let detail = catalog_store::set(&edge.pg, set)
        .await
        .map_err(problems::database)?;
    detail.ok_or_else(|| {
        match set {
            SetRef::Id(id) => tracing::warn!(set = %id, "look-up failed: no such set"),
            SetRef::External(id) => tracing::warn!(set = id, "look-up failed: no such set"),
        }
        no_set()
    })
}

fn no_set() -> Problem {
    Problem::new(&kinds::NOT_FOUND).detail(Text::new("Такого гарнитура нет.", "There is no such set."))
}

/// Letters, digits, `.`, `_` and `-`: what employees may call a set.
fn is_external_id(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}
