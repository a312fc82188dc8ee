use askama::Template;
use axum::extract::State;
use axum::response::Response;
use contracts::orders::{CourierOrder, NotDeliveredReason, OrderStatus, Recipient};
use http::StatusCode;
use web::{Failure, Flash, Form, Page};

use super::session::Courier;
use crate::clients::CallError;
use crate::pages::reason_key;
use crate::phone;
use crate::shop::Shop;

#[derive(Template)]
#[template(path = "courier/mine.html")]
struct MinePage<'a> {
    page: &'a Page,
    courier: Courier,
    orders: Vec<CourierOrder>,
}

#[derive(Template)]
#[template(path = "courier/free.html")]
struct FreePage<'a> {
    page: &'a Page,
    courier: Courier,
    orders: Vec<CourierOrder>,
}

impl MinePage<'_> {
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn is_open(&self, order: &CourierOrder) -> bool {
        order.status == OrderStatus::InDelivery
    }

    /// Codes of the reasons and their texts.
    fn reasons(&self) -> [(String, String); 5] {
        [
            NotDeliveredReason::NobodyHome,
            NotDeliveredReason::WrongAddress,
            NotDeliveredReason::Refused,
            NotDeliveredReason::Damaged,
            NotDeliveredReason::TooLate,
        ]
        .map(|reason| (code(reason), self.page.t(reason_key(reason))))
    }

    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn phone(&self, recipient: &Recipient) -> String {
        phone::readable(&recipient.phone)
    }
}

/// Orders the courier has taken, with names, phones and addresses (COU-2).
pub async fn mine(State(shop): State<Shop>, page: Page, courier: Courier) -> Result<Response, Failure> {
    let orders = match list(&shop, &page, &courier, "mine").await? {
        Ok(orders) => orders,
        Err(signed_out) => return Ok(signed_out),
    };
    Ok(page.html(&MinePage {
        page: &page,
        courier,
        orders,
    }))
}

/// Orders nobody has taken (COU-1).
pub async fn free(State(shop): State<Shop>, page: Page, courier: Courier) -> Result<Response, Failure> {
    let orders = match list(&shop, &page, &courier, "available").await? {
        Ok(orders) => orders,
        Err(signed_out) => return Ok(signed_out),
    };
    Ok(page.html(&FreePage {
        page: &page,
        courier,
        orders,
    }))
}

async fn list(
    shop: &Shop,
    page: &Page,
    courier: &Courier,
    state: &str,
) -> Result<Result<Vec<CourierOrder>, Response>, CallError> {
    let token = courier.token.expose();
    match shop.orders.courier_orders(page.lang(), token, state).await {
        Ok(orders) => Ok(Ok(orders.items)),
        Err(error) if error.is_unauthenticated() => Ok(Err(Courier::end(page))),
        Err(error) => Err(error),
    }
}

/// A step with an order (COU-1, COU-3), or the end of the session.
pub async fn act(
    State(shop): State<Shop>,
    page: Page,
    courier: Courier,
    form: Form,
) -> Result<Response, Failure> {
    let token = courier.token.expose();
    let lang = page.lang();
    let number = form.value("number");
    let (done, good) = match form.value("action") {
        "sign-out" => {
            // Signed out of this browser in any case.
            if let Err(error) = shop.orders.sign_out(lang, token).await {
                tracing::warn!(%error, "a courier's session could not be ended");
            }
            return Ok(Courier::end(&page));
        }
        "claim" => (
            shop.orders.courier_step(lang, token, number, "claim").await,
            Flash::good("flash-claimed"),
        ),
        "release" => (
            shop.orders.courier_step(lang, token, number, "release").await,
            Flash::good("flash-released"),
        ),
        "delivered" => (
            shop.orders.courier_step(lang, token, number, "delivered").await,
            Flash::good("flash-delivered"),
        ),
        "not-delivered" => {
            let Some(reason) = reason(form.value("reason")) else {
                return Ok(page.redirect_with("/courier/", &Flash::bad("flash-reason-missing")));
            };
            (
                shop.orders.not_delivered(lang, token, number, reason).await,
                Flash::good("flash-not-delivered"),
            )
        }
        _ => return Err(Failure::new(StatusCode::BAD_REQUEST)),
    };
    // A phone in a cellar sends twice: what is done already is no error worth more than a line.
    let refused = match done {
        Ok(()) => return Ok(page.redirect_with("/courier/", &good.what(number))),
        Err(error) if error.is_unauthenticated() => return Ok(Courier::end(&page)),
        Err(error) => match error.slug() {
            "not-yours" => Flash::bad("flash-not-yours"),
            "status-conflict" => Flash::bad("flash-status-conflict"),
            "not-found" => Flash::bad("flash-order-unknown"),
            _ => return Err(error.into()),
        },
    };
    Ok(page.redirect_with(page.path(), &refused.what(number)))
}

fn code(reason: NotDeliveredReason) -> String {
    serde_json::to_value(reason)
        .ok()
        .and_then(|value| value.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn reason(code: &str) -> Option<NotDeliveredReason> {
    serde_json::from_value(code.into()).ok()
}
