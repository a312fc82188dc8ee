use askama::Template;
use axum::extract::State;
use axum::response::Response;
use contracts::orders::{Cart, QuoteRequest};
use http::StatusCode;
use web::{Failure, Flash, Form, Page};

use super::cart;
use super::draft::{Draft, NAMES};
use crate::frame::Frame;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "delivery.html")]
struct DeliveryPage<'a> {
    page: &'a Frame,
    cart: Cart,
    form: Form,
}

/// First step of ordering: who receives the delivery, and where (CHK-1).
pub async fn show(State(shop): State<Shop>, page: Frame) -> Result<Response, Failure> {
    let cart = match orderable(&shop, &page).await? {
        Ok(cart) => cart,
        Err(redirect) => return Ok(redirect),
    };
    let form = Draft::load(&page).map(|draft| draft.form()).unwrap_or_default();
    let template = DeliveryPage {
        page: &page,
        cart,
        form,
    };
    Ok(page.html(&template))
}

/// Takes the address, asks whether the shop delivers there, and goes on to the windows. Or gives up.
pub async fn submit(State(shop): State<Shop>, page: Frame, mut form: Form) -> Result<Response, Failure> {
    if form.value("action") == "abandon" {
        let left = page.redirect_with("/catalogue", &Flash::good("flash-abandoned"));
        return Ok(Draft::forget(&page, left));
    }
    let cart = match orderable(&shop, &page).await? {
        Ok(cart) => cart,
        Err(redirect) => return Ok(redirect),
    };
    if let Some(draft) = Draft::read(&mut form, &page) {
        let request = QuoteRequest {
            cart_id: cart.id,
            address: draft.address.clone(),
        };
        match shop.orders.quote(page.lang(), &request).await {
            Ok(_) => return Ok(draft.keep(&page, page.redirect("/delivery/slot"))),
            Err(error) => match error.refusal() {
                Some(problem) if problem.slug() == "no-delivery" => form.fail("postcode", problem.text()),
                Some(problem) => form.take_problem(problem, &NAMES),
                None => return Err(error.into()),
            },
        }
    }
    let template = DeliveryPage {
        page: &page,
        cart,
        form,
    };
    Ok(page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template))
}

/// The visitor's cart if it can be ordered as it is; else the way back to it, where it says why.
pub async fn orderable(shop: &Shop, page: &Frame) -> Result<Result<Cart, Response>, Failure> {
    let back = |page: &Page| Ok(Err(page.redirect("/cart")));
    let Some(id) = page.cart_id() else {
        return back(page);
    };
    match cart::find(shop, page, id).await? {
        Some(cart) if cart.can_order => Ok(Ok(cart)),
        _ => back(page),
    }
}
