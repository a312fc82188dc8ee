use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use contracts::catalog::{
    Document, DocumentKind, MAX_QUANTITY, ProductCard, ProductDetail, PropertyValue, Recommendation,
    RecommendationSource, Shortage, Term,
};
use futures_util::future::join;
use http::StatusCode;
use kernel::ProductId;
use web::{Failure, Flash, Form};

use super::{cart, tree};
use crate::clients::{CallError, ProductQuery};
use crate::frame::Frame;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage<'a> {
    page: &'a Frame,
    product: ProductDetail,
    /// Its category and those above it, the root first.
    path: Vec<Term>,
    recommended: Vec<Recommendation>,
    similar: Vec<ProductCard>,
    form: Form,
}

impl ProductPage<'_> {
    fn can_buy(&self) -> bool {
        self.product.card.price.is_some() && self.product.card.available > 0
    }

    /// Whether orders say what goes with it, or only likeness.
    fn bought_together(&self) -> bool {
        self.recommended.iter().any(is_bought_together)
    }

    /// Whether it fills up where orders said too little.
    fn is_only_alike(&self, item: &Recommendation) -> bool {
        self.bought_together() && !is_bought_together(item)
    }

    fn most(&self) -> i64 {
        self.product.card.available.clamp(1, MAX_QUANTITY)
    }

    /// What a property is set to, in words.
    fn value(&self, value: &PropertyValue) -> String {
        let page = self.page;
        match value {
            PropertyValue::Text { value } => value.clone(),
            PropertyValue::Number { value, unit: None } => page.decimal(value),
            PropertyValue::Number {
                value,
                unit: Some(unit),
            } => format!("{}\u{a0}{}", page.decimal(value), page.unit(unit)),
            PropertyValue::Choice { value } | PropertyValue::Material { value } => {
                page.text(&value.name).to_owned()
            }
            PropertyValue::Color { value } => page.text(&value.name).to_owned(),
            PropertyValue::Flag { value: true } => page.t("yes"),
            PropertyValue::Flag { value: false } => page.t("no"),
        }
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn is_drawing(&self, document: &Document) -> bool {
        document.kind == DocumentKind::Drawing
    }
}

fn is_bought_together(item: &Recommendation) -> bool {
    item.source == RecommendationSource::Orders
}

/// One product: pictures, facts, parts, where it is in stock.
pub async fn show(
    State(shop): State<Shop>,
    page: Frame,
    Path(slug): Path<String>,
) -> Result<Response, Failure> {
    let product = shop.catalog.product(page.lang(), &slug).await?;
    if slug != product.card.slug {
        // Asked for by id: one address for one page.
        return Ok(page.redirect(&format!("/products/{}", product.card.slug)));
    }
    render(&shop, &page, product, StatusCode::OK, Form::default()).await
}

/// Puts the product into the cart, on top of what is there already.
pub async fn put_in_cart(
    State(shop): State<Shop>,
    mut page: Frame,
    Path(slug): Path<String>,
    mut form: Form,
) -> Result<Response, Failure> {
    let product = shop.catalog.product(page.lang(), &slug).await?;
    let quantity = form
        .get::<i64>("quantity")
        .filter(|n| (1..=MAX_QUANTITY).contains(n));
    let Some(quantity) = quantity else {
        form.fail("quantity", page.t1("quantity-invalid", "max", MAX_QUANTITY));
        return render(&shop, &page, product, StatusCode::UNPROCESSABLE_ENTITY, form).await;
    };
    match put(&shop, &mut page, product.card.id, quantity).await {
        Ok(()) => {
            let done = Flash::good("flash-in-cart").what(page.text(&product.card.name));
            Ok(page.remember_cart(page.redirect_with("/cart", &done)))
        }
        Err(Refused { have, error }) => {
            let Some(problem) = error.refusal() else {
                return Err(error.into());
            };
            let shortage = problem
                .extension::<Vec<Shortage>>("shortages")
                .and_then(|shortages| shortages.first().copied());
            let message = match shortage {
                Some(shortage) => page.t2("product-shortage", "available", shortage.available, "have", have),
                None => problem
                    .errors
                    .first()
                    .map_or_else(|| problem.text().to_owned(), |first| first.text().to_owned()),
            };
            form.fail("quantity", message);
            let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::CONFLICT);
            render(&shop, &page, product, status, form).await
        }
    }
}

/// Why a product did not get into the cart, and how many of it are there already.
struct Refused {
    have: i64,
    error: CallError,
}

async fn put(shop: &Shop, page: &mut Frame, product: ProductId, quantity: i64) -> Result<(), Refused> {
    let lang = page.lang();
    let fresh = |error| Refused { have: 0, error };
    let (id, have) = match cart::of_visitor(shop, page).await.map_err(fresh)? {
        Some(cart) => {
            let line = cart.lines.iter().find(|line| line.product_id == product);
            (cart.id, line.map_or(0, |line| line.quantity))
        }
        None => (shop.orders.new_cart(lang).await.map_err(fresh)?, 0),
    };
    let cart = shop
        .orders
        .set_line(lang, id, product, have.saturating_add(quantity))
        .await
        .map_err(|error| Refused { have, error })?;
    page.saw_cart(&cart);
    Ok(())
}

async fn render(
    shop: &Shop,
    page: &Frame,
    product: ProductDetail,
    status: StatusCode,
    form: Form,
) -> Result<Response, Failure> {
    let (recommended, (path, mut similar)) = join(
        recommended(shop, page, &product.card),
        neighbours(shop, page, &product.card),
    )
    .await;
    similar.retain(|card| recommended.iter().all(|item| item.product.id != card.id));
    similar.truncate(4);
    let template = ProductPage {
        page,
        product,
        path,
        recommended,
        similar,
        form,
    };
    Ok(page.html_with(status, &template))
}

/// What goes with it (CRT-1). The page is whole without it.
async fn recommended(shop: &Shop, page: &Frame, card: &ProductCard) -> Vec<Recommendation> {
    match shop.catalog.recommendations(page.lang(), &card.slug).await {
        Ok(found) => found.items,
        Err(error) => {
            tracing::warn!(%error, "recommendations are left out");
            Vec::new()
        }
    }
}

/// The path to its category, and others of it that can be bought. The page is whole without them.
async fn neighbours(shop: &Shop, page: &Frame, card: &ProductCard) -> (Vec<Term>, Vec<ProductCard>) {
    let query = ProductQuery {
        category: card.category.code.clone(),
        available: true,
        // As many as are needed when some are recommended already.
        page_size: 8,
        ..ProductQuery::default()
    };
    match shop.catalog.products(page.lang(), &query).await {
        Ok(found) => {
            let path = tree::path(&found.facets.categories, &card.category.code)
                .into_iter()
                .map(|value| Term {
                    code: value.code.clone(),
                    name: value.name.clone(),
                })
                .collect();
            let others = found.items.into_iter().filter(|other| other.id != card.id);
            (path, others.collect())
        }
        Err(error) => {
            tracing::warn!(%error, "similar products are left out");
            (vec![card.category.clone()], Vec::new())
        }
    }
}
