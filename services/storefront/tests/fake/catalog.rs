use axum::Router;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use contracts::catalog::{
    FacetValue, Facets, ProductDetail, ProductPage, Recommendation, RecommendationSource, Recommendations,
};
use http::header;
use kernel::{BadCursor, Text};
use problem::{Json, Path, Problem, kinds};
use serde::Deserialize;

use super::{Fake, pictures};

pub fn router() -> Router<Fake> {
    Router::new()
        .route("/api/catalog/v1/products", get(list))
        .route("/api/catalog/v1/products/{slug}", get(one))
        .route(
            "/api/catalog/v1/products/{slug}/recommendations",
            get(recommended),
        )
        .route("/api/catalog/v1/media/{key}", get(media))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    q: Option<String>,
    category: Option<String>,
    color: Option<String>,
    material: Option<String>,
    available: Option<bool>,
    min_price: Option<i64>,
    max_price: Option<i64>,
    sort: Option<String>,
    page_size: usize,
    cursor: Option<String>,
}

async fn list(State(fake): State<Fake>, Query(filter): Query<Filter>) -> Result<Json<ProductPage>, Problem> {
    if filter
        .min_price
        .zip(filter.max_price)
        .is_some_and(|(min, max)| min > max)
    {
        let message = Text::new("не меньше нижней цены", "not below the lowest price");
        return Err(Problem::new(&kinds::VALIDATION).field("max_price", "too_small", message));
    }
    let start: usize = match &filter.cursor {
        Some(cursor) => cursor.parse().map_err(|_| BadCursor)?,
        None => 0,
    };
    let data = fake.data();
    let is = |wanted: &Option<String>, code: &str| wanted.as_deref().is_none_or(|wanted| wanted == code);
    let mut found: Vec<&ProductDetail> = data
        .products
        .iter()
        .filter(|product| {
            let card = &product.card;
            let price = card.price.map(|price| price.amount);
            let text = format!("{} {}", card.name.ru, card.name.en).to_lowercase();
            is(&filter.category, &card.category.code)
                && is(&filter.color, &card.color.code)
                && is(&filter.material, &card.material.code)
                && (filter.available != Some(true) || card.available > 0)
                && filter
                    .min_price
                    .is_none_or(|min| price.is_some_and(|price| price >= min))
                && filter
                    .max_price
                    .is_none_or(|max| price.is_some_and(|price| price <= max))
                && filter.q.as_ref().is_none_or(|q| text.contains(&q.to_lowercase()))
        })
        .collect();
    let price = |product: &&ProductDetail| product.card.price.map(|price| price.amount);
    match filter.sort.as_deref() {
        Some("price") => found.sort_by_key(|product| price(product).unwrap_or(i64::MAX)),
        Some("-price") => found.sort_by_key(|product| -price(product).unwrap_or(0)),
        _ => {}
    }
    let end = found.len().min(start + filter.page_size);
    Ok(Json(ProductPage {
        items: found[start.min(end)..end]
            .iter()
            .map(|product| product.card.clone())
            .collect(),
        facets: facets(&found),
        next_cursor: (end < found.len()).then(|| end.to_string()),
    }))
}

fn facets(found: &[&ProductDetail]) -> Facets {
    let count = |values: Vec<(String, Text, Option<String>)>| {
        let mut counted: Vec<FacetValue> = Vec::new();
        for (code, name, hex) in values {
            match counted.iter_mut().find(|value| value.code == code) {
                Some(value) => value.count += 1,
                None => counted.push(FacetValue {
                    code,
                    name,
                    hex,
                    parent: None,
                    count: 1,
                }),
            }
        }
        counted
    };
    let cards = || found.iter().map(|product| product.card.clone());
    let prices = || {
        found
            .iter()
            .filter_map(|product| product.card.price.map(|price| price.amount))
    };
    Facets {
        categories: count(
            cards()
                .map(|card| (card.category.code, card.category.name, None))
                .collect(),
        ),
        colors: count(
            cards()
                .map(|card| (card.color.code, card.color.name, Some(card.color.hex)))
                .collect(),
        ),
        materials: count(
            cards()
                .map(|card| (card.material.code, card.material.name, None))
                .collect(),
        ),
        available: i64::try_from(cards().filter(|card| card.available > 0).count()).expect("few"),
        total: i64::try_from(found.len()).expect("few"),
        min_price: prices().min(),
        max_price: prices().max(),
        properties: Vec::new(),
        exact: true,
    }
}

async fn one(State(fake): State<Fake>, Path(slug): Path<String>) -> Result<Json<ProductDetail>, Problem> {
    let data = fake.data();
    let found = data
        .products
        .iter()
        .find(|product| product.card.slug == slug || product.card.id.to_string() == slug);
    found
        .cloned()
        .map(Json)
        .ok_or_else(|| Problem::new(&kinds::NOT_FOUND))
}

/// Tables are bought with chairs, and few orders tell more; wardrobes are only like others.
async fn recommended(
    State(fake): State<Fake>,
    Path(slug): Path<String>,
) -> Result<Json<Recommendations>, Problem> {
    let data = fake.data();
    let this = data.products.iter().find(|product| product.card.slug == slug);
    let this = this.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    let own = &this.card.slug;
    let others = |category: &str, source| {
        let others = data.products.iter().filter(move |product| {
            product.card.category.code == category && product.card.slug != *own && product.card.available > 0
        });
        let others = others.map(move |product| Recommendation {
            source,
            product: product.card.clone(),
        });
        others.collect::<Vec<_>>()
    };
    let mut items = match this.card.category.code.as_str() {
        "tables" => others("chairs", RecommendationSource::Orders),
        _ => Vec::new(),
    };
    items.truncate(2);
    items.extend(others(&this.card.category.code, RecommendationSource::Similar));
    items.truncate(3);
    Ok(Json(Recommendations { items }))
}

async fn media(State(fake): State<Fake>, Path(key): Path<String>) -> Result<Response, Problem> {
    let data = fake.data();
    let product = data
        .products
        .iter()
        .find(|product| key.starts_with(&product.card.slug));
    let product = product.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    Ok((
        [(header::CONTENT_TYPE, "image/svg+xml")],
        pictures::draw(product, &key),
    )
        .into_response())
}
