use axum::Router;
use axum::extract::{Query, RawQuery, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use contracts::catalog::{
    ProductDetail, ProductPage, Recommendation, RecommendationSource, Recommendations, Suggestion,
    Suggestions,
};
use http::header;
use kernel::{BadCursor, Text};
use problem::{Json, Path, Problem, kinds};
use serde::Deserialize;
use url::form_urlencoded;

use super::{Fake, assortment, facets, pictures};

pub fn router() -> Router<Fake> {
    Router::new()
        .route("/api/catalog/v1/products", get(list))
        .route("/api/catalog/v1/products/{slug}", get(one))
        .route(
            "/api/catalog/v1/products/{slug}/recommendations",
            get(recommended),
        )
        .route("/api/catalog/v1/suggestions", get(suggest))
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

impl Filter {
    /// Whether a product matches, whatever its category.
    fn meets(&self, product: &ProductDetail, properties: &[(String, String)]) -> bool {
        let is = |wanted: &Option<String>, code: &str| wanted.as_deref().is_none_or(|wanted| wanted == code);
        let card = &product.card;
        let price = card.price.map(|price| price.amount);
        let text = format!("{} {}", card.name.ru, card.name.en).to_lowercase();
        is(&self.color, &card.color.code)
            && is(&self.material, &card.material.code)
            && (self.available != Some(true) || card.available > 0)
            && self
                .min_price
                .is_none_or(|min| price.is_some_and(|price| price >= min))
            && self
                .max_price
                .is_none_or(|max| price.is_some_and(|price| price <= max))
            && self.q.as_ref().is_none_or(|q| text.contains(&q.to_lowercase()))
            && properties
                .iter()
                .all(|(name, value)| facets::has(product, name, value))
    }

    fn is_in(&self, product: &ProductDetail) -> bool {
        let wanted = self.category.as_deref();
        wanted.is_none_or(|wanted| assortment::is_below(&product.card.category.code, wanted))
    }
}

async fn list(State(fake): State<Fake>, RawQuery(query): RawQuery) -> Result<Json<ProductPage>, Problem> {
    let query = query.unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes()).into_owned();
    let (properties, rest): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| name.starts_with("prop."));
    let rest = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(rest)
        .finish();
    let uri = format!("/?{rest}").parse().expect("an address");
    let Query(filter) = Query::<Filter>::try_from_uri(&uri).expect("known parameters");
    let properties: Vec<(String, String)> = properties
        .into_iter()
        .map(|(name, value)| (name.trim_start_matches("prop.").to_owned(), value))
        .collect();
    if let Some((name, _)) = properties.iter().find(|(name, _)| !facets::is_known(name)) {
        let message = Text::new("такого свойства нет", "there is no such property");
        return Err(Problem::new(&kinds::VALIDATION).field(format!("prop.{name}"), "unknown", message));
    }
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
    let everywhere: Vec<&ProductDetail> = data
        .products
        .iter()
        .filter(|product| filter.meets(product, &properties))
        .collect();
    let mut found = everywhere.clone();
    found.retain(|product| filter.is_in(product));
    let price = |product: &&ProductDetail| product.card.price.map(|price| price.amount);
    match filter.sort.as_deref() {
        Some("price") => found.sort_by_key(|product| price(product).unwrap_or(i64::MAX)),
        Some("-price") => found.sort_by_key(|product| -price(product).unwrap_or(0)),
        _ => {}
    }
    let end = found.len().min(start + filter.page_size);
    let whatever = |code: &str| {
        let mut others = properties.clone();
        others.retain(|(name, _)| name.split('.').next() != Some(code));
        let matching = data.products.iter();
        matching
            .filter(|product| filter.is_in(product) && filter.meets(product, &others))
            .collect()
    };
    let mut facets = facets::facets(&found, &everywhere, whatever, filter.category.as_deref());
    facets.exact = !data.only_bounds;
    Ok(Json(ProductPage {
        items: found[start.min(end)..end]
            .iter()
            .map(|product| product.card.clone())
            .collect(),
        facets,
        next_cursor: (end < found.len()).then(|| end.to_string()),
    }))
}

/// Everything whose name has what was typed.
async fn suggest(State(fake): State<Fake>, Query(typed): Query<Typed>) -> Json<Suggestions> {
    let data = fake.data();
    let q = typed.q.to_lowercase();
    let has = |name: &Text| name.ru.to_lowercase().contains(&q) || name.en.to_lowercase().contains(&q);
    let categories = assortment::CATEGORIES
        .iter()
        .map(|&(code, ru, en)| (code, Text::new(ru, en)))
        .filter(|(_, name)| has(name))
        .map(|(code, name)| Suggestion::Category {
            code: code.to_owned(),
            name,
        });
    let products = data
        .products
        .iter()
        .filter(|product| has(&product.card.name))
        .map(|product| Suggestion::Product {
            slug: product.card.slug.clone(),
            name: product.card.name.clone(),
            category: product.card.category.name.clone(),
            price: product.card.price,
            image: product.card.image.clone(),
        });
    Json(Suggestions {
        items: categories.chain(products).take(10).collect(),
    })
}

#[derive(Deserialize)]
struct Typed {
    q: String,
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
