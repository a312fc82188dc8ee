use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use contracts::catalog::{FacetValue, Facets, ProductPage, PropertyFacet, PropertyKind};
use http::StatusCode;
use web::Failure;

use super::chips::{self, Chip};
use super::filters::Filters;
use super::tree::{self, Row};
use crate::clients::{ProductQuery, Sort};
use crate::frame::Frame;
use crate::shop::Shop;

/// Values of a facet that are shown at once; the others are behind a fold.
const SHOWN: usize = 10;

#[derive(Template)]
#[template(path = "catalogue.html")]
struct CataloguePage<'a> {
    page: &'a Frame,
    filters: Filters,
    found: ProductPage,
    /// What there is with fewer filters, where nothing was found.
    instead: Option<ProductPage>,
    /// Why the catalog would not answer, in the visitor's language.
    refused: Option<String>,
}

impl CataloguePage<'_> {
    /// Answers that may know what filters are called.
    fn known(&self) -> Vec<&Facets> {
        let instead = self.instead.iter().map(|found| &found.facets);
        [&self.found.facets].into_iter().chain(instead).collect()
    }

    fn chips(&self) -> Vec<Chip> {
        chips::chips(self.page, &self.filters, &self.known())
    }

    /// Value, whether it is chosen, label.
    fn sorts(&self) -> Vec<(&'static str, bool, String)> {
        let by_words = (!self.filters.q.is_empty()).then_some((None, "sort-relevance"));
        let usual = by_words.map_or(Some(Sort::New), |_| None);
        let chosen = self.filters.sort.or(usual);
        let sorts = [
            (Some(Sort::New), "sort-new"),
            (Some(Sort::Price), "sort-price"),
            (Some(Sort::PriceDown), "sort-price-down"),
        ];
        by_words
            .into_iter()
            .chain(sorts)
            .map(|(sort, key)| {
                let code = sort.map_or("", Sort::code);
                (code, sort == chosen, self.page.t(key))
            })
            .collect()
    }

    /// Lowest and highest price of what is found, in whole roubles, to hint at in the fields.
    fn price_hint(&self, minor: Option<i64>, up: bool) -> String {
        minor.map_or_else(String::new, |minor| {
            let roubles = if up { (minor + 99) / 100 } else { minor / 100 };
            self.page.number(&roubles)
        })
    }

    /// The lowest or highest value of a number, to hint at in the fields.
    fn number_hint(&self, number: Option<f64>) -> String {
        number.map_or_else(String::new, |number| self.page.decimal(&number))
    }

    /// A count, marked where it is no more than an upper bound.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass references")]
    fn count(&self, count: &i64, exact: &bool) -> String {
        let mark = if *exact { "" } else { "≤\u{a0}" };
        format!("{mark}{}", self.page.number(count))
    }

    fn found_text(&self) -> String {
        let (n, page) = (self.found.facets.total, self.page);
        match (self.filters.q.as_str(), self.found.facets.exact || n == 0) {
            ("", true) => page.t1("found", "n", n),
            ("", false) => page.t1("found-at-most", "n", n),
            (q, true) => page.t2("found-for", "n", n, "q", q),
            (q, false) => page.t2("found-at-most-for", "n", n, "q", q),
        }
    }

    fn heading(&self) -> String {
        if self.filters.category.is_empty() {
            self.page.t("catalogue-title")
        } else {
            chips::category(self.page, &self.known(), &self.filters.category).to_owned()
        }
    }

    fn tree(&self) -> Vec<Row<'_>> {
        tree::rows(&self.found.facets.categories)
    }

    /// Categories above the chosen one, the root first.
    fn above(&self) -> Vec<&FacetValue> {
        let known = self.known();
        let paths = known
            .iter()
            .map(|facets| tree::path(&facets.categories, &self.filters.category));
        let mut path = paths.max_by_key(Vec::len).unwrap_or_default();
        path.pop();
        path
    }

    /// Categories right below the chosen one.
    fn below(&self) -> Vec<&FacetValue> {
        tree::children(&self.found.facets.categories, &self.filters.category).collect()
    }

    /// Address of a category's list, keeping the other filters that go with it.
    fn to_category(&self, value: &FacetValue) -> String {
        let is_below = value.parent.as_deref() == Some(self.filters.category.as_str());
        self.filters.in_category(&value.code, is_below)
    }

    /// Properties whose values are chosen from a list.
    fn choices(&self) -> impl Iterator<Item = &PropertyFacet> {
        let facets = self.found.facets.properties.iter();
        facets.filter(|facet| facet.kind != PropertyKind::Number)
    }

    /// Properties that are narrowed by a range.
    fn numbers(&self) -> impl Iterator<Item = &PropertyFacet> {
        let facets = self.found.facets.properties.iter();
        facets.filter(|facet| facet.kind == PropertyKind::Number)
    }

    /// Whether the value that is chosen is behind the fold.
    fn is_behind(&self, name: &str, all: &[FacetValue]) -> bool {
        let chosen = self.filters.value(name);
        all.iter().skip(SHOWN).any(|value| value.code == chosen)
    }

    fn title(&self, facet: &PropertyFacet) -> String {
        chips::title(self.page, facet)
    }

    /// What the form of ranges carries along: all but what it has fields for.
    fn carried(&self) -> Vec<(String, &str)> {
        let mut carried = self.filters.carried();
        carried.retain(|(name, _)| {
            let code = name.strip_prefix("prop.").and_then(|name| name.split_once('.'));
            code.is_none_or(|(code, _)| self.numbers().all(|facet| facet.code != code))
        });
        carried
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
            let instead = if found.facets.total == 0 {
                with_fewer_filters(&shop, &page, &filters).await
            } else {
                None
            };
            return Ok(page.html(&CataloguePage {
                page: &page,
                filters,
                found,
                instead,
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
        instead: None,
        refused: Some(reason.to_owned()),
    };
    Ok(page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

/// Something to go on with where nothing was found: the category as a whole. The page is whole without it.
async fn with_fewer_filters(shop: &Shop, page: &Frame, filters: &Filters) -> Option<ProductPage> {
    let query = ProductQuery {
        category: filters.category.clone(),
        page_size: 4,
        ..ProductQuery::default()
    };
    match shop.catalog.products(page.lang(), &query).await {
        Ok(found) => Some(found),
        Err(error) => {
            tracing::warn!(%error, "what there is instead is left out");
            None
        }
    }
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
