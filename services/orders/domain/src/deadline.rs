use time::{Duration, OffsetDateTime};

/// How long an order waits for its payment (STK-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentTerms {
    /// How long the customer may pay: N minutes, 20 by default.
    pub pay_within: Duration,
    /// How much longer the stock is held, so that a payment made in the last second still finds it.
    pub grace: Duration,
}

impl PaymentTerms {
    /// Until when an order placed at `now` can be paid.
    pub fn pay_before(self, now: OffsetDateTime) -> OffsetDateTime {
        now + self.pay_within
    }

    /// Until when its stock is held: after [`Self::pay_before`] by the grace.
    pub fn held_until(self, now: OffsetDateTime) -> OffsetDateTime {
        self.pay_before(now) + self.grace
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn stock_is_held_longer_than_payment_is_taken() {
        let terms = PaymentTerms {
            pay_within: Duration::minutes(20),
            grace: Duration::seconds(60),
        };
        let now = datetime!(2026-01-31 23:50 UTC);
        assert_eq!(terms.pay_before(now), datetime!(2026-02-01 00:10 UTC));
        assert_eq!(terms.held_until(now), datetime!(2026-02-01 00:11 UTC));
    }
}
