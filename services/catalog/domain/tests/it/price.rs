use catalog_domain::{CostLine, MarginRule, price};
use kernel::{Currency, Money, MoneyError};
use proptest::prelude::*;

fn line(quantity: i64, cost: i64) -> CostLine {
    CostLine {
        quantity,
        cost: Some(Money::rub(cost)),
    }
}

#[test]
fn margin_then_rounding_up_to_the_step() {
    let rule = MarginRule::new(6_000, 1_000).expect("sound");
    // 2 × 1234.00 + 0.01 = 2468.01 roubles; × 1.6 = 3948.816; up to whole tens.
    assert_eq!(
        price(rule, &[line(2, 123_400), line(1, 1)]),
        Ok(Some(Money::rub(395_000)))
    );
    let exact = MarginRule::new(0, 1).expect("sound");
    assert_eq!(price(exact, &[line(3, 777)]), Ok(Some(Money::rub(2_331))));
}

#[test]
fn no_price_without_lines_or_with_an_unknown_cost() {
    let unknown = CostLine {
        quantity: 1,
        cost: None,
    };
    assert_eq!(price(MarginRule::default(), &[]), Ok(None));
    assert_eq!(price(MarginRule::default(), &[line(1, 100), unknown]), Ok(None));
}

#[test]
fn mixed_currencies_and_overflow_are_errors() {
    let euro = CostLine {
        quantity: 1,
        cost: Some(Money::new(1, Currency::Eur)),
    };
    assert!(matches!(
        price(MarginRule::default(), &[line(1, 1), euro]),
        Err(MoneyError::Mixed(..))
    ));
    assert_eq!(
        price(MarginRule::default(), &[line(1, i64::MAX)]),
        Err(MoneyError::Overflow)
    );
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
        let amount = price(rule, &[line(1, cost)]).expect("fits").expect("priced").amount;
        let exact = i128::from(cost) * (10_000 + i128::from(bp));
        prop_assert_eq!(amount % step, 0);
        prop_assert!(i128::from(amount) * 10_000 >= exact);
        prop_assert!(i128::from(amount - step) * 10_000 < exact);
    }
}
