use catalog_domain::{
    Objection, Requirement, Set, SetKind, SetState, SetUnit, TotalError, Tree, Unmet, discount, set_discount,
    total,
};
use kernel::{Currency, Money, MoneyError};
use proptest::prelude::*;

use crate::product;

fn tree() -> Tree {
    let nodes = [
        ("seats", None),
        ("chairs", Some("seats")),
        ("tables", None),
        ("lamps", None),
    ];
    Tree::new(nodes.map(|(code, parent)| (code.to_owned(), parent.map(str::to_owned)))).expect("sound")
}

fn kind(requirements: &[(&str, i64)]) -> SetKind {
    let requirement = |&(category, quantity): &(&str, i64)| Requirement {
        category: category.to_owned(),
        quantity,
    };
    SetKind {
        requirements: requirements.iter().map(requirement).collect(),
        same_color: true,
        same_material: false,
        max_discount_bp: 1_000,
    }
}

fn unit(id: u128, category: &str, quantity: i64) -> SetUnit {
    SetUnit {
        product: product(id),
        category: category.to_owned(),
        color: "white".to_owned(),
        material: "oak".to_owned(),
        quantity,
        price: Some(Money::rub(1_000)),
    }
}

const fn set(kind: &SetKind) -> Set<'_> {
    Set {
        kind,
        color: "white",
        material: "steel",
    }
}

fn state(requirements: &[(&str, i64)], units: &[SetUnit]) -> SetState {
    set(&kind(requirements)).state(units, &tree())
}

fn unmet(of: &[(&str, i64)]) -> SetState {
    let one = |&(category, missing): &(&str, i64)| Unmet {
        category: category.to_owned(),
        missing,
    };
    SetState::Incomplete {
        unmet: of.iter().map(one).collect(),
        foreign: vec![],
    }
}

#[test]
fn the_four_states() {
    let needs = [("seats", 4), ("tables", 1)];
    let (table, chairs) = (unit(1, "tables", 1), |n| unit(2, "chairs", n));
    assert_eq!(state(&needs, &[]), SetState::Empty);
    assert_eq!(state(&needs, &[chairs(3)]), unmet(&[("seats", 1), ("tables", 1)]));
    assert_eq!(state(&needs, &[chairs(4), table.clone()]), SetState::Complete);
    assert_eq!(
        state(&needs, &[chairs(5), table.clone()]),
        SetState::CompleteWithExtras
    );
    let lamp = unit(3, "lamps", 1);
    assert_eq!(
        state(&needs, &[chairs(4), table, lamp.clone()]),
        SetState::CompleteWithExtras
    );
    assert_eq!(state(&needs, &[lamp]), unmet(&[("seats", 4), ("tables", 1)]));
    assert_eq!(state(&[], &[]), SetState::Empty);
}

#[test]
fn a_unit_counts_once_and_where_it_is_needed() {
    let needs = [("seats", 2), ("chairs", 2)];
    let (stool, chair) = (|n| unit(1, "seats", n), |n| unit(2, "chairs", n));
    assert_eq!(state(&needs, &[chair(4)]), SetState::Complete);
    assert_eq!(state(&needs, &[stool(2), chair(2)]), SetState::Complete);
    // A chair is a seat, a stool is no chair.
    assert_eq!(state(&needs, &[stool(3), chair(1)]), unmet(&[("chairs", 1)]));
}

#[test]
fn what_disagrees_may_not_join_and_counts_for_nothing() {
    let red = SetUnit {
        color: "red".to_owned(),
        ..unit(1, "tables", 1)
    };
    let objection = Objection::Color {
        set: "white".to_owned(),
        unit: "red".to_owned(),
    };
    let loose = kind(&[("tables", 1)]);
    assert_eq!(set(&loose).may_join(&red), Err(vec![objection.clone()]));
    assert_eq!(set(&loose).may_join(&unit(1, "lamps", 1)), Ok(()));
    let strict = SetKind {
        same_material: true,
        ..loose
    };
    assert_eq!(set(&strict).may_join(&red).map_err(|o| o.len()), Err(2));
    let with = |units: &[SetUnit]| state(&[("tables", 1)], units);
    let foreign = vec![(product(1), vec![objection])];
    let missing = Unmet {
        category: "tables".to_owned(),
        missing: 1,
    };
    assert_eq!(
        with(std::slice::from_ref(&red)),
        SetState::Incomplete {
            unmet: vec![missing],
            foreign: foreign.clone()
        }
    );
    let met = SetState::Incomplete {
        unmet: vec![],
        foreign,
    };
    assert_eq!(with(&[red, unit(2, "tables", 1)]), met);
}

#[test]
fn the_total_counts_every_unit_or_names_those_without_a_price() {
    assert_eq!(total(&[], Currency::Eur), Ok(Money::new(0, Currency::Eur)));
    let units = [unit(1, "tables", 1), unit(2, "chairs", 4)];
    assert_eq!(total(&units, Currency::Rub), Ok(Money::rub(5_000)));
    let priced = |id, price| SetUnit {
        price,
        ..unit(id, "tables", 2)
    };
    let huge = priced(1, Some(Money::rub(i64::MAX)));
    assert_eq!(
        total(&[huge.clone(), priced(2, None), priced(3, None)], Currency::Rub),
        Err(TotalError::Unpriced(vec![product(2), product(3)]))
    );
    assert_eq!(total(&[huge], Currency::Rub), Err(MoneyError::Overflow.into()));
    let mixed = [
        unit(1, "tables", 1),
        priced(2, Some(Money::new(1, Currency::Eur))),
    ];
    assert!(matches!(
        total(&mixed, Currency::Rub),
        Err(TotalError::Money(MoneyError::Mixed(..)))
    ));
}

#[test]
fn the_discount_shrinks_with_the_way_and_is_given_to_complete_sets_only() {
    let up_to = |extra| discount(1_000, Money::rub(19_999), Money::rub(extra));
    // 10 % of 199.99 are 19.99 roubles and nine tenths of a kopeck.
    assert_eq!(up_to(0), Ok(Money::rub(1_999)));
    assert_eq!(up_to(1_500), Ok(Money::rub(499)));
    assert_eq!(up_to(5_000), Ok(Money::rub(0)));
    assert_eq!(up_to(-5_000), Ok(Money::rub(1_999)));
    let euro = Money::new(1, Currency::Eur);
    assert!(discount(1_000, Money::rub(1), euro).is_err());
    let kind = kind(&[("tables", 1)]);
    let of = |state: &SetState| set_discount(&kind, state, Money::rub(10_000), Money::rub(300));
    assert_eq!(of(&SetState::Complete), Ok(Money::rub(700)));
    assert_eq!(of(&SetState::CompleteWithExtras), Ok(Money::rub(700)));
    assert_eq!(of(&SetState::Empty), Ok(Money::rub(0)));
    assert_eq!(of(&unmet(&[("tables", 1)])), Ok(Money::rub(0)));
}

proptest! {
    #[test]
    fn a_discount_is_never_below_nothing_nor_above_its_per_cent(bp in 0_u32..20_000, subtotal: i64, extra: i64) {
        let given = discount(bp, Money::rub(subtotal), Money::rub(extra)).expect("one currency").amount;
        prop_assert!(given >= 0);
        let most = i128::from(subtotal.max(0)) * i128::from(bp.min(10_000));
        prop_assert!(i128::from(given) * 10_000 <= most);
        // Rounded down by less than a whole unit.
        let exact = most - i128::from(extra.max(0)) * 10_000;
        prop_assert!(exact - i128::from(given) * 10_000 < 10_000);
    }

    /// A complete set stays complete with one more unit, and no requirement is said to miss more than it asks.
    #[test]
    fn more_units_never_undo_a_set(seats in 0_i64..4, chairs in 0_i64..4, have in prop::collection::vec((0_usize..4, 1_i64..4), 0..5)) {
        let needs: Vec<(&str, i64)> = [("seats", seats), ("chairs", chairs)].into_iter().filter(|n| n.1 > 0).collect();
        let units: Vec<SetUnit> = (1..).zip(&have).map(|(id, &(category, n))| {
            unit(id, ["seats", "chairs", "tables", "lamps"][category], n)
        }).collect();
        let of = |category: &str| units.iter().filter(|u| u.category == category).map(|u| u.quantity).sum::<i64>();
        let complete = of("chairs") >= chairs && of("chairs") + of("seats") >= chairs + seats;
        let found = state(&needs, &units);
        prop_assert_eq!(found.is_complete(), complete && !units.is_empty());
        let all: i64 = units.iter().map(|u| u.quantity).sum();
        prop_assert_eq!(found == SetState::CompleteWithExtras, found.is_complete() && all > chairs + seats);
        let mut more = units.clone();
        more.push(unit(99, "lamps", 1));
        prop_assert!(!found.is_complete() || state(&needs, &more) == SetState::CompleteWithExtras);
    }
}
