use askama::Template;
use axum::extract::State;
use axum::response::Response;
use contracts::catalog::{FacetValue, ProductCard};
use web::Failure;

use super::icons;
use crate::clients::ProductQuery;
use crate::frame::Frame;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    page: &'a Frame,
    categories: Vec<FacetValue>,
    products: Vec<ProductCard>,
}

impl HomePage<'_> {
    /// Path data of a category's drawing.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn icon(&self, code: &str) -> &'static str {
        icons::of_category(code)
    }
}

/// The start page: what the shop is, its categories, what is new.
pub async fn show(State(shop): State<Shop>, page: Frame) -> Result<Response, Failure> {
    let query = ProductQuery {
        page_size: 8,
        ..ProductQuery::default()
    };
    let newest = shop.catalog.products(page.lang(), &query).await?;
    Ok(page.html(&HomePage {
        page: &page,
        categories: newest.facets.categories,
        products: newest.items,
    }))
}
