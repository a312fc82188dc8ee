use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use contracts::orders::{ActorKind, OrderStatus, Tracking};
use http::StatusCode;
use time::OffsetDateTime;
use web::{Failure, Flash, Form};

use super::placed::Placed;
use super::status::{self, Step};
use crate::frame::Frame;
use crate::shop::Shop;

/// Marks the way back from the provider's page.
const FROM_PAYMENT: &str = "from=payment";

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    page: &'a Frame,
    order: Tracking,
    /// Only for the browser that has placed the order, and only for a while.
    placed: Option<Placed>,
    /// Whether the visitor comes from paying and the provider's word is not here yet.
    settling: bool,
    /// The payment's idempotency key: pressing the button twice starts one payment.
    key: String,
}

impl OrderPage<'_> {
    /// Until when it can be paid, if it still can.
    fn pay_before(&self) -> Option<&OffsetDateTime> {
        self.order
            .pay_before
            .as_ref()
            .filter(|until| self.order.status == OrderStatus::Created && **until > self.page.now())
    }

    /// `12:05`, minutes and seconds to pay.
    fn time_left(&self, until: &OffsetDateTime) -> String {
        let left = (*until - self.page.now()).whole_seconds().max(0);
        format!("{}:{:02}", left / 60, left % 60)
    }

    fn way(&self) -> Vec<Step> {
        status::way(&self.order.history, self.order.status)
    }

    fn status(&self) -> String {
        self.page.t(status::status_key(self.order.status))
    }

    fn story(&self) -> String {
        let unpaid = self.order.status == OrderStatus::Cancelled
            && self
                .order
                .history
                .last()
                .is_some_and(|step| step.by == ActorKind::System);
        if unpaid {
            return self.page.t("order-story-unpaid");
        }
        if self.order.status == OrderStatus::Created && self.pay_before().is_none() {
            return self.page.t("order-story-late");
        }
        self.page.t(status::story_key(self.order.status))
    }

    fn tone(&self) -> &'static str {
        status::status_tone(self.order.status)
    }

    fn code(&self) -> &'static str {
        status::status_code(self.order.status)
    }

    /// Seconds after which the page looks for news; 0 when there will be none.
    fn refresh(&self) -> u32 {
        match self.order.status {
            OrderStatus::Created if self.settling => 2,
            OrderStatus::Created => 10,
            OrderStatus::Delivered | OrderStatus::NotDelivered | OrderStatus::Cancelled => 0,
            _ => 30,
        }
    }

    fn reason(&self) -> Option<(String, &str)> {
        let info = self.order.not_delivered.as_ref()?;
        Some((self.page.t(status::reason_key(info.reason)), &info.operator_phone))
    }

    fn bare_phone(&self) -> String {
        let phone = self
            .order
            .not_delivered
            .as_ref()
            .map(|info| &*info.operator_phone);
        let digits = |c: &char| c.is_ascii_digit() || *c == '+';
        phone.unwrap_or_default().chars().filter(digits).collect()
    }
}

/// Order information: what was ordered, where it stands, how to pay (CHK-2, ORD-1).
pub async fn show(
    State(shop): State<Shop>,
    page: Frame,
    Path(number): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let order = shop.orders.track(page.lang(), &number).await?;
    if number != order.number {
        // As people type it; one address for one page.
        return Ok(page.redirect(&format!("/orders/{}", order.number)));
    }
    let settling = order.status == OrderStatus::Created && query.as_deref() == Some(FROM_PAYMENT);
    let template = OrderPage {
        page: &page,
        placed: Placed::load(&page, &number),
        order,
        settling,
        key: kernel::random::token(),
    };
    Ok(page.html(&template))
}

/// Starts a payment and sends the visitor to the provider's page (PAY-1).
pub async fn pay(
    State(shop): State<Shop>,
    page: Frame,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let key = form.value("key");
    if key.is_empty() {
        return Err(Failure::new(StatusCode::BAD_REQUEST));
    }
    // From here on the address is the order's own, whatever was typed.
    let number = shop.orders.track(page.lang(), &number).await?.number;
    let own = format!("/orders/{number}");
    let started = shop
        .orders
        .pay(page.lang(), &number, key, format!("{own}?{FROM_PAYMENT}"))
        .await;
    match started {
        Ok(payment) if shop.may_pay_at(&payment.confirmation_url) => {
            Ok(page.redirect(&payment.confirmation_url))
        }
        Ok(_) => Err(Failure::internal(
            "the payment page is not at one of payment_origins",
        )),
        Err(error) if error.slug() == "not-payable" => {
            Ok(page.redirect_with(&own, &Flash::bad("flash-not-payable")))
        }
        Err(error) if error.refusal().is_some() => Err(error.into()),
        Err(error) => {
            tracing::warn!(%error, "a payment could not be started");
            Ok(page.redirect_with(&own, &Flash::bad("flash-payment-unavailable")))
        }
    }
}
