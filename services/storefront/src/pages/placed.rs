use axum::response::Response;
use contracts::orders::{Address, OrderPlaced, Recipient};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use web::{Cookie, Page};

use super::draft::Draft;

const COOKIE: &str = "placed";
/// How long the order's page shows them after its payment is due.
const LONGER: Duration = Duration::minutes(10);

/// Recipient and address of an order just placed. They are shown only to the browser that has placed it, and only
/// for a while: who merely knows the number learns nothing of a person (ORD-1).
#[derive(Clone, Serialize, Deserialize)]
pub struct Placed {
    number: String,
    #[serde(with = "time::serde::rfc3339")]
    until: OffsetDateTime,
    /// Who receives it.
    pub recipient: Recipient,
    /// Where to.
    pub address: Address,
}

impl Placed {
    /// Of an order and what it was placed with.
    pub fn new(order: &OrderPlaced, draft: Draft) -> Self {
        Self {
            number: order.number.clone(),
            until: order.pay_before + LONGER,
            recipient: draft.recipient,
            address: draft.address,
        }
    }

    /// Leaves it with the visitor, for the order's own page.
    pub fn keep(&self, page: &Page, response: Response) -> Response {
        let json = serde_json::to_vec(self).expect("it is plain data");
        let sealed = page.site().seal().seal(COOKIE, self.until, &json);
        let cookie = Cookie::new(COOKIE, sealed)
            .path(format!("/orders/{}", self.number))
            .max_age(self.until - page.now());
        page.set_cookie(response, &cookie)
    }

    /// What this visitor has placed the order with, for a while.
    pub fn load(page: &Page, number: &str) -> Option<Self> {
        let sealed = page.cookie(COOKIE)?;
        let json = page.site().seal().open(COOKIE, page.now(), sealed)?;
        serde_json::from_slice(&json)
            .ok()
            .filter(|placed: &Self| placed.number == number)
    }
}
