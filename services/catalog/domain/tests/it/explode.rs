use catalog_domain::{Assemblies, Bill, BillError, BillLine, ExplodeError, TooMuch, explode};
use kernel::ComponentId;
use kernel::uuid::Uuid;
use proptest::prelude::*;

use crate::{bill, bill_of, component};

fn line(n: u8, quantity: i64) -> BillLine {
    BillLine {
        component: component(n),
        substitutes: Vec::new(),
        quantity,
        required: true,
    }
}

fn optional(n: u8) -> BillLine {
    BillLine {
        required: false,
        ..line(n, 1)
    }
}

fn replaced(n: u8, by: &[u8]) -> BillLine {
    BillLine {
        substitutes: by.iter().map(|&n| component(n)).collect(),
        ..line(n, 1)
    }
}

fn assemblies(of: &[(u8, Vec<BillLine>)]) -> Assemblies {
    of.iter()
        .map(|(n, lines)| (component(*n), lines.clone()))
        .collect()
}

#[test]
fn quantities_multiply_through_the_levels_and_add_up() {
    let nested = assemblies(&[
        (100, vec![line(101, 2), line(0, 1)]),
        (101, vec![line(0, 3), line(1, 5)]),
    ]);
    let unit = explode(&[line(100, 2), line(1, 1)], &nested);
    // 0: 2 × (2 × 3 + 1); 1: 2 × 2 × 5 + 1.
    assert_eq!(unit, Ok(bill(&[(0, 14), (1, 21)])));
}

#[test]
fn optional_lines_take_nothing_on_any_level() {
    let nested = assemblies(&[
        (100, vec![line(0, 2), optional(1), optional(101)]),
        (101, vec![line(2, 1)]),
    ]);
    assert_eq!(
        explode(&[line(100, 1), optional(3)], &nested),
        Ok(bill(&[(0, 2)]))
    );
    assert_eq!(explode(&[optional(100)], &nested), Ok(Bill::default()));
}

#[test]
fn substitutes_stay_with_their_line() {
    let nested = assemblies(&[(100, vec![replaced(0, &[1, 2])])]);
    let unit = explode(&[line(100, 3), line(0, 1)], &nested);
    assert_eq!(unit, Ok(bill_of(&[(&[0, 1, 2], 3), (&[0], 1)])));
}

#[test]
fn a_cycle_is_named_in_order_without_what_leads_to_it() {
    let nested = assemblies(&[
        (100, vec![line(0, 1), line(101, 1)]),
        (101, vec![line(102, 1)]),
        (102, vec![line(103, 1)]),
        (103, vec![line(101, 1)]),
    ]);
    let cycle = vec![component(101), component(102), component(103)];
    assert_eq!(explode(&[line(100, 1)], &nested), Err(ExplodeError::Cycle(cycle)));
}

#[test]
fn a_cycle_over_an_optional_line_is_one_too() {
    let nested = assemblies(&[(100, vec![optional(100)])]);
    let found = explode(&[line(100, 1)], &nested);
    assert_eq!(found, Err(ExplodeError::Cycle(vec![component(100)])));
}

#[test]
fn an_assembly_has_no_substitutes_and_is_none() {
    let nested = assemblies(&[(100, vec![line(0, 1)])]);
    assert_eq!(
        explode(&[replaced(100, &[1])], &nested),
        Err(ExplodeError::Replaced(component(100)))
    );
    assert_eq!(
        explode(&[replaced(0, &[1, 100])], &nested),
        Err(ExplodeError::Replacing {
            component: component(0),
            substitute: component(100)
        })
    );
    let twice = explode(&[replaced(0, &[1, 1])], &nested);
    assert!(matches!(
        twice,
        Err(ExplodeError::Bill(BillError::Repeated { .. }))
    ));
    let none = explode(&[line(100, 0)], &nested);
    assert_eq!(none, Err(BillError::Quantity(component(100)).into()));
}

fn numbered(n: u128) -> ComponentId {
    Uuid::from_u128(n + 1).into()
}

/// Assemblies that each contain the next one on `lines` lines, down to plain component `depth`.
fn chain(depth: u128, lines: usize) -> Assemblies {
    (0..depth)
        .map(|n| {
            let below = BillLine {
                component: numbered(n + 1),
                ..line(0, 1)
            };
            (numbered(n), vec![below; lines])
        })
        .collect()
}

#[test]
fn a_diamond_of_sixty_levels_is_multiplied_out_at_once() {
    // Twice on each level makes 2^60 ways; walked one by one they would outlast the maker.
    let unit = explode(&[line(0, 1)], &chain(60, 2)).expect("fits");
    assert_eq!(unit.parts().len(), 1);
    assert_eq!(unit.parts()[0].quantity, 1 << 60);
}

#[test]
fn more_than_64_bits_of_pieces_are_an_error() {
    let too_much = TooMuch(numbered(63));
    assert_eq!(explode(&[line(0, 1)], &chain(63, 2)), Err(too_much.into()));
}

#[test]
fn a_hundred_thousand_levels_fit_on_the_stack() {
    let unit = explode(&[line(0, 7)], &chain(100_000, 1)).expect("fits");
    assert_eq!(unit.parts()[0].quantity, 7);
}

/// Lines of five assemblies, each made of assemblies further down and of three plain components.
fn any_nesting() -> impl Strategy<Value = Vec<Vec<BillLine>>> {
    let lines = |level: u8| {
        let below = (level + 1..8, 1_i64..4, prop::bool::weighted(0.8));
        let one = below.prop_map(|(n, quantity, required)| BillLine {
            required,
            ..line(n, quantity)
        });
        prop::collection::vec(one, 1..4)
    };
    (0_u8..5).map(lines).collect::<Vec<_>>()
}

/// By the book: recursion over every way.
fn by_hand(lines: &[BillLine], times: i64, nested: &Assemblies, sums: &mut Vec<(u8, i64)>) {
    for line in lines.iter().filter(|line| line.required) {
        let quantity = times * line.quantity;
        match nested.get(&line.component) {
            Some(below) => by_hand(below, quantity, nested, sums),
            None => sums.push((
                u8::try_from(line.component.uuid().as_u128() - 1).expect("small"),
                quantity,
            )),
        }
    }
}

proptest! {
    #[test]
    fn as_by_hand(levels in any_nesting()) {
        let nested: Assemblies = (0_u8..).map(component).zip(levels).collect();
        let mut sums = Vec::new();
        by_hand(&[line(0, 1)], 1, &nested, &mut sums);
        prop_assert_eq!(explode(&[line(0, 1)], &nested), Ok(bill(&sums)));
    }

    /// One line back up makes a cycle wherever it is, and what is named is one.
    #[test]
    fn what_is_named_is_a_cycle(levels in any_nesting(), from in 0_usize..5, up in 0_usize..5) {
        let to = up.min(from);
        let mut nested: Assemblies = (0_u8..).map(component).zip(levels).collect();
        let back = line(u8::try_from(to).expect("small"), 1);
        nested.get_mut(&component(u8::try_from(from).expect("small"))).expect("ours").push(back);
        // All of them are looked at.
        let all: Vec<BillLine> = (0_u8..5).map(|n| line(n, 1)).collect();
        match explode(&all, &nested) {
            Err(ExplodeError::Cycle(cycle)) => {
                for (at, next) in cycle.iter().zip(cycle.iter().cycle().skip(1)) {
                    prop_assert!(nested[at].iter().any(|line| line.component == *next));
                }
            }
            // Nothing leads from `to` down to `from`.
            Ok(_) => prop_assert!(to != from),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }
}
