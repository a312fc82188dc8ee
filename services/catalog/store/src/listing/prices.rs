//! How common prices are, as far as the planner knows (`pg_stats`): good enough to choose how to find what has them.

/// How prices of units on sale are spread.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prices {
    /// Of those that are not common, in order; between two of them are as many units as between two others.
    bounds: Vec<i64>,
    /// Prices that many units have, with the share that has each.
    common: Vec<(i64, f64)>,
    /// The share of units that have no price.
    unpriced: f64,
}

impl Prices {
    /// From the columns of `pg_stats`.
    pub(crate) fn new(bounds: Vec<i64>, common: Vec<i64>, shares: Vec<f32>, unpriced: f32) -> Self {
        Self {
            bounds,
            common: common
                .into_iter()
                .zip(shares.into_iter().map(f64::from))
                .collect(),
            unpriced: unpriced.into(),
        }
    }

    /// The share of all units whose price is in a range; `None` when nothing is known, as of an assortment that is new.
    pub(crate) fn share(&self, low: i64, high: i64) -> Option<f64> {
        if self.bounds.len() < 2 && self.common.is_empty() {
            return None;
        }
        let common: f64 = self.common.iter().map(|(_, share)| share).sum();
        let within = self
            .common
            .iter()
            .filter(|(price, _)| (low..=high).contains(price));
        let within: f64 = within.map(|(_, share)| share).sum();
        let spread = (self.below(high.saturating_add(1)) - self.below(low)).max(0.0);
        Some(within + spread * (1.0 - common - self.unpriced).max(0.0))
    }

    /// The share below a price of those that are not common.
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    fn below(&self, price: i64) -> f64 {
        let at = self.bounds.partition_point(|&bound| bound < price);
        let (Some(&next), true) = (self.bounds.get(at), at > 0) else {
            return if at == 0 { 0.0 } else { 1.0 };
        };
        let before = self.bounds[at - 1];
        let part = (price - before) as f64 / (next - before).max(1) as f64;
        ((at - 1) as f64 + part) / (self.bounds.len() - 1) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::Prices;

    fn is(share: Option<f64>, expected: f64) {
        let share = share.expect("known");
        assert!((share - expected).abs() < 1e-3, "{share} for {expected}");
    }

    #[test]
    fn shares_follow_the_bounds() {
        let prices = Prices::new(vec![100, 200, 400, 800, 1600], Vec::new(), Vec::new(), 0.0);
        is(prices.share(0, i64::MAX), 1.0);
        is(prices.share(200, 399), 0.25);
        is(prices.share(300, 399), 0.125);
        is(prices.share(100, 599), 0.625);
        is(prices.share(0, 99), 0.0);
        is(prices.share(5000, 9000), 0.0);
    }

    #[test]
    fn common_prices_and_missing_ones_count() {
        let prices = Prices::new(vec![100, 300], vec![150, 500], vec![0.2, 0.3], 0.1);
        is(prices.share(0, i64::MAX), 0.9);
        is(prices.share(500, 500), 0.3);
        is(prices.share(100, 199), 0.2 + 0.4 / 2.0);
    }

    #[test]
    fn without_prices_nothing_is_known() {
        assert_eq!(Prices::default().share(0, 100), None);
    }
}
