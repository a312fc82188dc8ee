use balancer::{Client, Request};
use contracts::orders::{StaffOrder, StaffOrderPage};
use kernel::Lang;

use super::{CallError, call, filter, send};

const ORDERS: &str = "/api/staff/v1/orders";

/// The orders' staff face.
#[derive(Clone)]
pub struct Orders(pub(crate) Client);

impl Orders {
    /// One page of orders, newest first; `status` as the service writes it, empty for all.
    pub async fn list(
        &self,
        lang: Lang,
        token: &str,
        status: &str,
        cursor: &str,
    ) -> Result<StaffOrderPage, CallError> {
        let request = Request::get(ORDERS).bearer(token);
        let request = filter(filter(request, "status", status), "cursor", cursor);
        call(&self.0, lang, request).await
    }

    /// An order with its pick list.
    pub async fn order(&self, lang: Lang, token: &str, number: &str) -> Result<StaffOrder, CallError> {
        let request = Request::get(format!("{ORDERS}/{}", segment(number))).bearer(token);
        call(&self.0, lang, request).await
    }

    /// Says that an order is packed. Never repeated by itself: the second time would be refused.
    pub async fn ready(&self, lang: Lang, token: &str, number: &str) -> Result<(), CallError> {
        let request = Request::post(format!("{ORDERS}/{}/ready", segment(number))).bearer(token);
        send(&self.0, lang, request).await.map(drop)
    }
}

/// An order number as a part of a path: what is no letter, digit or dash cannot be in one.
fn segment(number: &str) -> String {
    let number: String = number
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    if number.is_empty() { "-".to_owned() } else { number }
}

#[cfg(test)]
mod tests {
    use super::segment;

    #[test]
    fn a_number_stays_a_part_of_the_path() {
        assert_eq!(segment("7K2M-9QXA-4TBD"), "7K2M-9QXA-4TBD");
        assert_eq!(segment("../stock?x#y z"), "stockxyz");
        assert_eq!(segment(".."), "-");
    }
}
