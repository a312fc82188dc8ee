use std::collections::BTreeMap;

use balancer::{Client, Request};
use contracts::catalog::{ProductDetail, ProductPage, Recommendations, SetDetail, SetPage};
use kernel::Lang;

use super::{CallError, call, path};

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Last added first.
    New,
    /// Cheapest first.
    Price,
    /// Dearest first.
    PriceDown,
}

impl Sort {
    /// The value as the catalog and the pages' addresses write it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Price => "price",
            Self::PriceDown => "-price",
        }
    }

    /// The order a value names.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::New, Self::Price, Self::PriceDown]
            .into_iter()
            .find(|sort| sort.code() == code)
    }
}

/// What to list.
#[derive(Debug, Clone, Default)]
pub struct ProductQuery {
    /// Words to find.
    pub q: String,
    /// Code of a category; empty for all.
    pub category: String,
    /// Code of a colour; empty for all.
    pub color: String,
    /// Code of a material; empty for all.
    pub material: String,
    /// Only what can be bought now.
    pub available: bool,
    /// Lowest price in minor units.
    pub min_price: Option<i64>,
    /// Highest price in minor units.
    pub max_price: Option<i64>,
    /// Values of properties by `code`, of numbers by `code.min` and `code.max`.
    pub properties: BTreeMap<String, String>,
    /// Order; left out, what fits the words best comes first, without words what was added last.
    pub sort: Option<Sort>,
    /// At most this many, 1 to 30.
    pub page_size: u16,
    /// Where the page begins; empty for the first one.
    pub cursor: String,
}

/// Which sets to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SetQuery {
    /// Code of a kind; empty for all.
    pub kind: String,
    /// Code of a colour; empty for all.
    pub color: String,
    /// Code of a material; empty for all.
    pub material: String,
    /// At most this many, 1 to 30.
    pub page_size: u16,
    /// Where the page begins; empty for the first one.
    pub cursor: String,
}

/// The catalog's edge face.
#[derive(Clone)]
pub struct Catalog(pub(crate) Client);

impl Catalog {
    /// One page of products.
    pub async fn products(&self, lang: Lang, query: &ProductQuery) -> Result<ProductPage, CallError> {
        let mut request =
            Request::get("/api/catalog/v1/products").query("page_size", &query.page_size.to_string());
        if let Some(sort) = query.sort {
            request = request.query("sort", sort.code());
        }
        for (name, value) in &query.properties {
            request = request.query(&format!("prop.{name}"), value);
        }
        for (name, value) in [
            ("q", &query.q),
            ("category", &query.category),
            ("color", &query.color),
            ("material", &query.material),
            ("cursor", &query.cursor),
        ] {
            if !value.is_empty() {
                request = request.query(name, value);
            }
        }
        if query.available {
            request = request.query("available", "true");
        }
        for (name, value) in [("min_price", query.min_price), ("max_price", query.max_price)] {
            if let Some(value) = value {
                request = request.query(name, &value.to_string());
            }
        }
        call(&self.0, lang, request).await
    }

    /// A product by id or slug.
    pub async fn product(&self, lang: Lang, slug: &str) -> Result<ProductDetail, CallError> {
        let request = Request::get(path("/api/catalog/v1/products/", slug, ""));
        call(&self.0, lang, request).await
    }

    /// What goes with a product.
    pub async fn recommendations(&self, lang: Lang, slug: &str) -> Result<Recommendations, CallError> {
        let request = Request::get(path("/api/catalog/v1/products/", slug, "/recommendations"));
        call(&self.0, lang, request).await
    }
    /// One page of sets.
    pub async fn sets(&self, lang: Lang, query: &SetQuery) -> Result<SetPage, CallError> {
        let mut request =
            Request::get("/api/catalog/v1/sets").query("page_size", &query.page_size.to_string());
        for (name, value) in [
            ("kind", &query.kind),
            ("color", &query.color),
            ("material", &query.material),
            ("cursor", &query.cursor),
        ] {
            if !value.is_empty() {
                request = request.query(name, value);
            }
        }
        call(&self.0, lang, request).await
    }

    /// A set by id or external id.
    pub async fn set(&self, lang: Lang, set: &str) -> Result<SetDetail, CallError> {
        call(
            &self.0,
            lang,
            Request::get(path("/api/catalog/v1/sets/", set, "")),
        )
        .await
    }
}
