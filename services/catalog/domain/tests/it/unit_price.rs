use catalog_domain::{Bill, MarginRule, Margins, PriceError, Tree, unit_price};
use kernel::{ComponentId, Currency, Money, MoneyError};

use crate::{bill, bill_of, component};

fn rule(margin_bp: u32) -> MarginRule {
    MarginRule::new(margin_bp, 100).expect("sound")
}

fn costs(of: &[i64]) -> impl Fn(ComponentId) -> Option<Money> {
    move |id| {
        let n = usize::try_from(id.uuid().as_u128() - 1).expect("small");
        of.get(n).copied().filter(|&cost| cost > 0).map(Money::rub)
    }
}

#[test]
fn parts_with_margin_rounded_up() {
    let price = unit_price(
        None,
        Some(rule(5_000)),
        &bill(&[(0, 4), (1, 1)]),
        costs(&[1_001, 300]),
    );
    // 4304 × 1.5 = 6456, up to whole hundreds.
    assert_eq!(price, Ok(Money::rub(6_500)));
}

#[test]
fn a_price_set_by_hand_needs_nothing_else() {
    let by_hand = Some(Money::rub(77));
    assert_eq!(
        unit_price(by_hand, None, &Bill::default(), costs(&[])),
        Ok(Money::rub(77))
    );
}

#[test]
fn substitutes_do_not_change_the_price() {
    let price = unit_price(
        None,
        Some(rule(0)),
        &bill_of(&[(&[0, 1], 2)]),
        costs(&[500, 9_000]),
    );
    assert_eq!(price, Ok(Money::rub(1_000)));
}

#[test]
fn without_a_price_it_says_why() {
    let of = |bill: &Bill, margin| unit_price(None, margin, bill, costs(&[500]));
    assert_eq!(of(&Bill::default(), Some(rule(0))), Err(PriceError::Nothing));
    assert_eq!(of(&bill(&[(0, 1)]), None), Err(PriceError::NoMargin));
    let unknown = bill_of(&[(&[0], 1), (&[1], 1), (&[1, 0], 1), (&[3], 1)]);
    assert_eq!(
        of(&unknown, Some(rule(0))),
        Err(PriceError::NoCost(vec![component(1), component(3)]))
    );
    let huge = of(&bill(&[(0, i64::MAX)]), Some(rule(0)));
    assert_eq!(huge, Err(MoneyError::Overflow.into()));
    let euro = |id| {
        Some(Money::new(
            1,
            if id == component(0) {
                Currency::Eur
            } else {
                Currency::Rub
            },
        ))
    };
    let mixed = unit_price(None, Some(rule(0)), &bill(&[(0, 1), (1, 1)]), euro);
    assert!(matches!(mixed, Err(PriceError::Money(MoneyError::Mixed(..)))));
}

#[test]
fn the_nearest_category_above_says_the_margin() {
    let nodes = [
        ("home", None),
        ("tables", Some("home")),
        ("folding", Some("tables")),
        ("bath", None),
    ];
    let tree =
        Tree::new(nodes.map(|(code, parent)| (code.to_owned(), parent.map(str::to_owned)))).expect("sound");
    let some = |code: &str| Some(code.to_owned());
    let margins = Margins::new([
        (None, rule(1)),
        (some("home"), rule(2)),
        (some("tables"), rule(3)),
    ]);
    for (category, margin) in [("folding", 3), ("tables", 3), ("home", 2), ("bath", 1)] {
        assert_eq!(margins.of(category, &tree), Some(rule(margin)), "{category}");
    }
    assert_eq!(Margins::default().of("bath", &tree), None);
}
