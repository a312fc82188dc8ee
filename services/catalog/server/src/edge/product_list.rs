#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use catalog_store::{ProductFilter, Sort, WrittenPage};
use contracts::catalog::ProductPage;
use garde::Validate;
use kernel::Text;
use kernel::{MAX_PAGE_SIZE, PageSize};
use problem::{Problem, ProblemBody, kinds};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Edge;
use super::properties::WithProperties;
use crate::conditions::Conditions;
use crate::problems;

/// What to list.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Words to find in names and descriptions, Russian or English.
    #[garde(length(chars, max = 100))]
    q: Option<String>,
    /// Code of a category; products of those below it match too.
    #[garde(inner(custom(code)))]
    category: Option<String>,
    /// Code of a colour.
    #[garde(inner(custom(code)))]
    color: Option<String>,
    /// Code of a material.
    #[garde(inner(custom(code)))]
    material: Option<String>,
    /// Only what can be bought now.
    #[garde(skip)]
    available: Option<bool>,
    /// Lowest price in minor units.
    #[garde(range(min = 0))]
    min_price: Option<i64>,
    /// Highest price in minor units.
    #[garde(range(min = 0))]
    max_price: Option<i64>,
    /// Order; with words `relevance` by default, else `new`.
    #[garde(skip)]
    sort: Option<SortBy>,
    /// Products a page, 1 to 30; 30 by default.
    #[garde(range(min = 1, max = MAX_PAGE_SIZE))]
    page_size: Option<u16>,
    /// `next_cursor` of the page before, of a list in the same order.
    #[garde(length(min = 1, max = 200))]
    cursor: Option<String>,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
pub enum SortBy {
    /// Last added first.
    #[serde(rename = "new")]
    Newest,
    /// Cheapest first, those without a price last.
    #[serde(rename = "price")]
    Price,
    /// Dearest first, those without a price last.
    #[serde(rename = "-price")]
    PriceDown,
    /// What the words fit best first; only with `q`.
    #[serde(rename = "relevance")]
    Relevance,
}

pub(super) fn code<C>(text: &str, _: &C) -> garde::Result {
    let fits = (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if fits {
        Ok(())
    } else {
        Err(garde::Error::new(
            "нужен код: до 40 строчных латинских букв, цифр и дефисов | \
             must be a code: up to 40 lower-case letters, digits and hyphens",
        ))
    }
}

/// A list as it is asked of the database: two queries that mean the same are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Listing {
    filter: ProductFilter,
    sort: Sort,
    cursor: Option<String>,
    size: PageSize,
}

/// What was typed, without what makes no difference.
pub(super) fn normal(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

impl From<WithProperties<ListQuery>> for Listing {
    fn from(WithProperties { query, properties }: WithProperties<ListQuery>) -> Self {
        let q = normal(&query.q.unwrap_or_default());
        let has_words = !q.is_empty();
        Self {
            filter: ProductFilter {
                q: (!q.is_empty()).then_some(q),
                category: query.category,
                color: query.color,
                material: query.material,
                available: query.available.unwrap_or(false),
                // Nothing costs less than nothing.
                min_price: query.min_price.filter(|price| *price > 0),
                max_price: query.max_price,
                properties,
            },
            sort: match query.sort {
                None if has_words => Sort::Relevance,
                None | Some(SortBy::Newest) => Sort::Newest,
                Some(SortBy::Price) => Sort::Price,
                Some(SortBy::PriceDown) => Sort::PriceDown,
                Some(SortBy::Relevance) => Sort::Relevance,
            },
            cursor: query.cursor,
            size: query.page_size.and_then(PageSize::new).unwrap_or_default(),
        }
    }
}

/// Products, a page of at most 30, and what the list can be narrowed by (CRT-1).
///
/// Stock shown here is right within three seconds of a change (STK-5).
///
/// Any filterable property narrows the list: `prop.<code>=<value>`, numbers by `prop.<code>.min` and
/// `prop.<code>.max`. Which there are, `facets.properties` says once a category is chosen.
///
/// Words are found in names and descriptions, in any form; a word that no product has stands for those most like it. Of
/// common words the newest matches are ranked first, fifty or more together, then the next ones; `facets.exact` is false
/// then.
#[utoipa::path(
    get, path = "/api/catalog/v1/products", tag = "products",
    operation_id = "product_list",
    params(ListQuery,
        ("prop.{code}" = Option<String>, Query, description = "A property's value: a choice's, colour's or material's \
            code, or `true` or `false`"),
        ("prop.{code}.min" = Option<f64>, Query, description = "Lowest value of a number"),
        ("prop.{code}.max" = Option<f64>, Query, description = "Highest value of a number")),
    responses(
        (status = 200, description = "A page", body = ProductPage),
        (status = 304, description = "The caller has it already (`If-None-Match`)"),
        (status = 422, description = "A parameter is wrong or unknown", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Arc<Edge>>,
    conditions: Conditions,
    query: WithProperties<ListQuery>,
) -> Result<Response, Problem> {
    let listing = Listing::from(query);
    if listing.sort == Sort::Relevance && listing.filter.q.is_none() {
        let message = Text::new("нужны слова для поиска (q)", "needs words to find (q)");
        return Err(Problem::new(&kinds::VALIDATION).field("sort", "invalid", message));
    }
    let answer = edge.lists.get(&listing, || page(&edge, &listing)).await?;
    Ok(answer.respond(&conditions))
}

async fn page(edge: &Edge, listing: &Listing) -> Result<WrittenPage, Problem> {
    let Listing {
        filter,
        sort,
        cursor,
        size,
    } = listing;
    let words = edge.words.get(&edge.pg).await.map_err(problems::database)?;
    let page = catalog_store::list_written(&edge.pg, &words, filter, *sort, cursor.as_deref(), *size)
        .await
        .map_err(problems::list)?;
    if page.facets.total == 0 {
        // Not the words that were looked for: customers type names and phone numbers there.
        tracing::warn!(
            category = filter.category.as_deref(),
            color = filter.color.as_deref(),
            material = filter.material.as_deref(),
            available = filter.available,
            min_price = filter.min_price,
            max_price = filter.max_price,
            words = filter.q.is_some(),
            "look-up failed: nothing matches"
        );
    }
    Ok(page)
}
