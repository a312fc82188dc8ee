use catalog_domain::{MarginRule, unit_price};
use kernel::Money;
use proptest::prelude::*;

use crate::bill;

/// The price of so many pieces of each cost.
fn price(rule: MarginRule, lines: &[(i64, i64)]) -> Money {
    let parts: Vec<(u8, i64)> = (0..).zip(lines).map(|(n, &(pieces, _))| (n, pieces)).collect();
    let cost = |id: kernel::ComponentId| {
        let n = usize::try_from(id.uuid().as_u128() - 1).expect("small");
        Some(Money::rub(lines[n].1))
    };
    unit_price(None, Some(rule), &bill(&parts), cost).expect("it has one")
}

#[test]
fn margin_then_rounding_up_to_the_step() {
    let rule = MarginRule::new(6_000, 1_000).expect("sound");
    // 2 × 1234.00 + 0.01 = 2468.01 roubles; × 1.6 = 3948.816; up to whole tens.
    assert_eq!(price(rule, &[(2, 123_400), (1, 1)]), Money::rub(395_000));
    let exact = MarginRule::new(0, 1).expect("sound");
    assert_eq!(price(exact, &[(3, 777)]), Money::rub(2_331));
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
        let rule = MarginRule::new(bp, step).expect("sound");
        let amount = price(rule, &[(1, cost)]).amount;
        let exact = i128::from(cost) * (10_000 + i128::from(bp));
        prop_assert_eq!(amount % step, 0);
        prop_assert!(i128::from(amount) * 10_000 >= exact);
        prop_assert!(i128::from(amount - step) * 10_000 < exact);
    }
}
