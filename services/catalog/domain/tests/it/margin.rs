use catalog_domain::{MarginRule, unit_price};
use kernel::{ComponentId, Money};
use proptest::prelude::*;

use crate::bill;

/// The price of one piece, twice or three times, …, by a rule.
fn price(rule: MarginRule, quantity: i64, cost: i64) -> i64 {
    let cost = |_: ComponentId| Some(Money::rub(cost));
    let price = unit_price(None, Some(rule), &bill(&[(0, quantity)]), cost);
    price.expect("priced").amount
}

#[test]
fn margin_then_rounding_up_to_the_step() {
    let rule = MarginRule::new(6_000, 1_000).expect("sound");
    // 2 × 1234.01 = 2468.02 roubles; × 1.6 = 3948.832; up to whole tens.
    assert_eq!(price(rule, 2, 123_401), 395_000);
    let exact = MarginRule::new(0, 1).expect("sound");
    assert_eq!(price(exact, 3, 777), 2_331);
}

#[test]
fn a_step_below_one_is_refused() {
    assert!(MarginRule::new(100, 0).is_err());
}

proptest! {
    #[test]
    fn never_below_cost_plus_margin_and_within_one_step(
        cost in 0_i64..1_000_000_000, bp in 0_u32..20_000, step in 1_i64..100_000,
    ) {
        let amount = price(MarginRule::new(bp, step).expect("sound"), 1, cost);
        let exact = i128::from(cost) * (10_000 + i128::from(bp));
        prop_assert_eq!(amount % step, 0);
        prop_assert!(i128::from(amount) * 10_000 >= exact);
        prop_assert!(i128::from(amount - step) * 10_000 < exact);
    }
}
