use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use contracts::catalog::{FacetValue, Facets, ProductPage};
use http::StatusCode;
use web::Failure;

use super::filters::Filters;
use crate::clients::Sort;
use crate::frame::Frame;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "catalogue.html")]
struct CataloguePage<'a> {
    page: &'a Frame,
    filters: Filters,
    found: ProductPage,
    /// Why the catalog would not answer, in the visitor's language.
    refused: Option<String>,
}

impl CataloguePage<'_> {
    /// What a chosen filter is called; its code when nothing on the page has it.
    fn name_of<'b>(&'b self, values: &'b [FacetValue], code: &'b str) -> &'b str {
        values
            .iter()
            .find(|value| value.code == code)
            .map_or(code, |value| self.page.text(&value.name))
    }

    fn sorts(&self) -> [(&'static str, bool, String); 3] {
        [
            (Sort::New, "sort-new"),
            (Sort::Price, "sort-price"),
            (Sort::PriceDown, "sort-price-down"),
        ]
        .map(|(sort, key)| (sort.code(), sort == self.filters.sort, self.page.t(key)))
    }

    /// Lowest and highest price of what is found, in whole roubles, to hint at in the fields.
    fn price_hint(&self, minor: Option<i64>, up: bool) -> String {
        minor.map_or_else(String::new, |minor| {
            let roubles = if up { (minor + 99) / 100 } else { minor / 100 };
            self.page.number(&roubles)
        })
    }

    fn heading(&self) -> String {
        if self.filters.category.is_empty() {
            self.page.t("catalogue-title")
        } else {
            self.name_of(&self.found.facets.categories, &self.filters.category)
                .to_owned()
        }
    }
}

/// The assortment: narrowed, ordered, page by page (CRT-1).
pub async fn show(
    State(shop): State<Shop>,
    page: Frame,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let filters = Filters::parse(query.as_deref().unwrap_or_default());
    let found = shop.catalog.products(page.lang(), &filters.query()).await;
    let error = match found {
        Ok(found) => {
            return Ok(page.html(&CataloguePage {
                page: &page,
                filters,
                found,
                refused: None,
            }));
        }
        Err(error) => error,
    };
    let Some(problem) = error.refusal() else {
        return Err(error.into());
    };
    if !filters.cursor.is_empty() {
        // A cursor from an old link; the list itself is still there.
        return Ok(page.redirect(&filters.at("")));
    }
    let reason = problem
        .errors
        .first()
        .map_or_else(|| problem.text(), |first| first.text());
    let template = CataloguePage {
        page: &page,
        filters,
        found: nothing(),
        refused: Some(reason.to_owned()),
    };
    Ok(page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

fn nothing() -> ProductPage {
    ProductPage {
        items: Vec::new(),
        facets: Facets {
            categories: Vec::new(),
            colors: Vec::new(),
            materials: Vec::new(),
            properties: Vec::new(),
            available: 0,
            total: 0,
            min_price: None,
            max_price: None,
            exact: true,
        },
        next_cursor: None,
    }
}
