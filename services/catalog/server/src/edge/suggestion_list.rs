#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use contracts::catalog::Suggestions;
use garde::Validate;
use problem::{Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Edge;
use super::product_list::normal;
use crate::conditions::Conditions;
use crate::problems;

/// What was typed.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestionQuery {
    /// The beginning of something, Russian or English.
    #[garde(length(chars, max = 100))]
    q: String,
}

/// What somebody may mean who types into the search box: at most ten categories and products. The last word counts as
/// unfinished; words that nothing has stand for those most like them.
#[utoipa::path(
    get, path = "/api/catalog/v1/suggestions", tag = "products",
    operation_id = "suggestion_list",
    params(SuggestionQuery),
    responses(
        (status = 200, description = "What may be meant", body = Suggestions),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 422, description = "A parameter is wrong, unknown or missing", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    conditions: Conditions,
    Query(query): Query<SuggestionQuery>,
) -> Result<Response, Problem> {
    let q = normal(&query.q);
    let answer = edge.suggestions.get(&q, || suggest(&edge, &q)).await?;
    Ok(answer.respond(&conditions))
}

async fn suggest(edge: &Edge, q: &str) -> Result<Suggestions, Problem> {
    let words = edge.words.get(&edge.pg).await.map_err(problems::database)?;
    catalog_store::suggestions(&edge.pg, &words, q)
        .await
        .map_err(problems::database)
}
