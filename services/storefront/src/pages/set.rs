use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use contracts::catalog::{MAX_QUANTITY, SetDetail, SetRefusal, SetRule, SetUnit};
use contracts::orders::Cart;
use http::StatusCode;
use kernel::{CartId, Money, ProductId};
use web::{Failure, Flash};

use super::cart;
use super::standing::Standing;
use crate::clients::CallError;
use crate::frame::Frame;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "set.html")]
struct SetPage<'a> {
    page: &'a Frame,
    set: SetDetail,
    /// Why its units did not go into the cart, one line for each.
    wrong: Vec<String>,
}

impl SetPage<'_> {
    fn standing(&self) -> Standing {
        Standing::of(self.page, &self.set.card.standing)
    }

    /// Why a unit may not be in the set.
    fn refusals(&self, unit: &SetUnit) -> Vec<&SetRefusal> {
        let refusals = self.set.card.standing.refusals.iter();
        refusals
            .filter(|refusal| refusal.product_id == unit.product.id)
            .collect()
    }

    /// Units whose colour or material is not the set's.
    fn strangers(&self, rule: SetRule) -> i64 {
        let refusals = self.set.card.standing.refusals.iter();
        let units = refusals.filter(|refusal| refusal.rule == rule);
        units
            .filter_map(|refusal| {
                let unit = self.set.contents.iter();
                unit.map(|unit| (unit.product.id, unit.quantity))
                    .find(|(id, _)| *id == refusal.product_id)
            })
            .map(|(_, quantity)| quantity)
            .sum()
    }

    fn of_other_color(&self) -> i64 {
        self.strangers(SetRule::Color)
    }

    fn of_other_material(&self) -> i64 {
        self.strangers(SetRule::Material)
    }

    /// What a unit costs, as often as it is in the set.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn cost(&self, unit: &SetUnit) -> Option<Money> {
        unit.product.price?.times(unit.quantity).ok()
    }

    /// Whether all of it can be bought now.
    fn can_buy(&self) -> bool {
        can_buy(&self.set)
    }

    /// What may come off, at most.
    fn most_off(&self) -> String {
        let discount = self.set.card.standing.discount.filter(|off| off.amount > 0);
        discount.map_or_else(String::new, |off| self.page.price(&off))
    }
}

fn can_buy(set: &SetDetail) -> bool {
    !set.contents.is_empty() && set.card.standing.unpriced.is_empty() && set.availability.total > 0
}

/// One set: its units, what it lacks, what it costs (CAT-8).
pub async fn show(
    State(shop): State<Shop>,
    page: Frame,
    Path(set): Path<String>,
) -> Result<Response, Failure> {
    let found = shop.catalog.set(page.lang(), &set).await?;
    if set != found.card.external_id {
        // Asked for by id: one address for one page.
        return Ok(page.redirect(&address(&found)));
    }
    Ok(render(&page, found, StatusCode::OK, Vec::new()))
}

fn address(set: &SetDetail) -> String {
    format!("/sets/{}", set.card.external_id)
}

fn render(page: &Frame, set: SetDetail, status: StatusCode, wrong: Vec<String>) -> Response {
    page.html_with(status, &SetPage { page, set, wrong })
}

/// Puts all units into the cart, on top of what is there already: the cart knows products, not sets. Either all of them
/// fit when it begins or none is put.
pub async fn put_in_cart(
    State(shop): State<Shop>,
    mut page: Frame,
    Path(set): Path<String>,
) -> Result<Response, Failure> {
    let set = shop.catalog.set(page.lang(), &set).await?;
    if !can_buy(&set) {
        let wrong = vec![page.t("set-not-for-sale")];
        return Ok(render(&page, set, StatusCode::CONFLICT, wrong));
    }
    let known = cart::of_visitor(&shop, &page).await?;
    let wanted: Vec<(&SetUnit, i64, i64)> = set
        .contents
        .iter()
        .map(|unit| {
            let have = in_cart(known.as_ref(), unit.product.id);
            (unit, have, have.saturating_add(unit.quantity))
        })
        .collect();
    let wrong: Vec<String> = wanted
        .iter()
        .filter(|(unit, _, wanted)| *wanted > unit.product.available.min(MAX_QUANTITY))
        .map(|(unit, have, _)| short(&page, unit, *have))
        .collect();
    if !wrong.is_empty() {
        return Ok(render(&page, set, StatusCode::CONFLICT, wrong));
    }
    let cart = match known {
        Some(cart) => cart.id,
        None => shop.orders.new_cart(page.lang()).await?,
    };
    let left_out = put(&shop, &page, cart, &wanted).await?;
    page.saw_cart(&shop.orders.cart(page.lang(), cart).await?);
    let flash = if left_out.is_empty() {
        Flash::good("flash-set-in-cart").what(page.text(&set.card.name))
    } else {
        Flash::bad("flash-set-partly").what(left_out.join(", "))
    };
    Ok(page.remember_cart(page.redirect_with("/cart", &flash)))
}

fn in_cart(cart: Option<&Cart>, product: ProductId) -> i64 {
    let mut lines = cart.into_iter().flat_map(|cart| &cart.lines);
    lines
        .find(|line| line.product_id == product)
        .map_or(0, |line| line.quantity)
}

fn short(page: &Frame, unit: &SetUnit, have: i64) -> String {
    let why = page.t2(
        "product-shortage",
        "available",
        unit.product.available,
        "have",
        have,
    );
    page.t2("chip", "name", page.text(&unit.product.name), "value", why)
}

/// Names of the units that were refused meanwhile: somebody else was quicker.
async fn put(
    shop: &Shop,
    page: &Frame,
    cart: CartId,
    wanted: &[(&SetUnit, i64, i64)],
) -> Result<Vec<String>, CallError> {
    let mut left_out = Vec::new();
    for (unit, _, quantity) in wanted {
        let id = unit.product.id;
        // One after the other: the cart shows its lines in the order they came.
        match shop.orders.put_line(page.lang(), cart, id, *quantity).await {
            Ok(()) => {}
            Err(error) if error.refusal().is_some() => {
                left_out.push(page.text(&unit.product.name).to_owned());
            }
            Err(error) => return Err(error),
        }
    }
    Ok(left_out)
}
