#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use catalog_store::SetFilter;
use contracts::catalog::SetPage;
use garde::Validate;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Edge;
use super::product_list::code;
use crate::conditions::Conditions;
use crate::problems;

/// What to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SetQuery {
    /// Code of a kind of sets.
    #[garde(inner(custom(code)))]
    kind: Option<String>,
    /// Code of a colour.
    #[garde(inner(custom(code)))]
    color: Option<String>,
    /// Code of a material.
    #[garde(inner(custom(code)))]
    material: Option<String>,
    /// Sets a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before.
    #[garde(length(min = 1, max = 200))]
    cursor: Option<String>,
}

/// A list as it is asked of the database.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct SetListing {
    filter: SetFilter,
    cursor: Option<String>,
    size: PageSize,
}

impl From<SetQuery> for SetListing {
    fn from(query: SetQuery) -> Self {
        Self {
            filter: SetFilter {
                kind: query.kind,
                color: query.color,
                material: query.material,
            },
            cursor: query.cursor,
            size: query.page_size.and_then(PageSize::new).unwrap_or_default(),
        }
    }
}

/// Sets, a page of at most 30, last added first, each with its state, its total and what may come off it (CAT-8).
#[utoipa::path(
    get, path = "/api/catalog/v1/sets", tag = "sets",
    operation_id = "set_list",
    params(SetQuery),
    responses(
        (status = 200, description = "A page", body = SetPage,
            example = json!({ "items": [{
                "id": "01890a5d-ac96-774b-bcce-b302099a8057", "external_id": "KITCHEN-ONEGA-1",
                "kind": { "code": "kitchen", "name": { "ru": "Кухня", "en": "Kitchen" } },
                "name": { "ru": "Кухня «Онега»", "en": "Onega kitchen" },
                "color": { "code": "white", "name": { "ru": "Белый", "en": "White" }, "hex": "#f4f4f0" },
                "material": { "code": "oak", "name": { "ru": "Дуб", "en": "Oak" } },
                "units": 3, "state": "incomplete",
                "missing": [{ "category": { "code": "tables", "name": { "ru": "Столы", "en": "Tables" } },
                    "missing": 1 }],
                "refusals": [], "unpriced": [],
                "total": { "amount": 4_500_000, "currency": "RUB" },
                "discount": { "amount": 0, "currency": "RUB" }, "max_discount_bp": 1000
            }], "next_cursor": null })),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 422, description = "A parameter is wrong or unknown", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    conditions: Conditions,
    Query(query): Query<SetQuery>,
) -> Result<Response, Problem> {
    let listing = SetListing::from(query);
    let answer = edge.set_lists.get(&listing, || page(&edge, &listing)).await?;
    Ok(answer.respond(&conditions))
}

async fn page(edge: &Edge, listing: &SetListing) -> Result<SetPage, Problem> {
    let SetListing { filter, cursor, size } = listing;
    catalog_store::list_sets(&edge.pg, filter, cursor.as_deref(), *size)
        .await
        .map_err(problems::list)
}
