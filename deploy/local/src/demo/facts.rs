//! What is known of a unit by its construction, as values of its category's properties.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::build::{Base, Bed, Build, Case, Cell, ChairBack, Fill};
use super::families::Family;
use super::terms::Finish;
use super::vocabulary::has;

/// The values of a unit, those that its category has.
pub(super) fn of(family: &Family, finish: Finish) -> BTreeMap<String, Value> {
    let mut known = vec![("style", json!(family.style))];
    known.extend(family.load_kg.map(|load| ("load_kg", json!(load))));
    let cover = ("upholstery", json!(finish.material));
    match family.build {
        Build::Case(case) => known.extend(of_case(&case, family)),
        Build::Table(table) => {
            let shape = if table.round { "round" } else { "rectangular" };
            known.extend([
                ("shape", json!(shape)),
                ("extendable", json!(table.extends)),
                ("drawers", json!(table.drawers)),
                ("cable_opening", json!(table.drawers > 0)),
            ]);
            known.extend((table.seats > 0).then(|| ("seats", json!(table.seats))));
        }
        Build::Chair(chair) => {
            known.extend([
                ("seat_height_mm", json!(chair.seat)),
                ("armrests", json!(chair.arms)),
            ]);
            known.extend((chair.back == ChairBack::Upholstered).then_some(cover));
        }
        Build::Bed(bed) => {
            known.extend([
                ("mattress_size", json!(mattress_size(bed.mattress))),
                ("bed_storage", json!(has_storage(bed))),
            ]);
            known.extend(bed.upholstered.then_some(cover));
        }
        Build::Sofa(sofa) => known.extend([
            ("seats", json!(sofa.seats + i32::from(sofa.chaise))),
            ("corner", json!(sofa.chaise)),
            ("removable_cover", json!(finish.material == "fabric")),
            cover,
        ]),
    }
    let of_category = known.into_iter().filter(|(code, _)| has(family.category, code));
    of_category
        .map(|(code, value)| (code.to_owned(), value))
        .collect()
}

/// The code of the mattresses of this width in millimetres.
pub(super) fn mattress_size(width: i32) -> String {
    format!("{}x200", width / 10)
}

/// In drawers, or in a box that a gas lift opens.
const fn has_storage(bed: Bed) -> bool {
    bed.drawers > 0 || bed.upholstered
}

fn of_case(case: &Case, family: &Family) -> [(&'static str, Value); 7] {
    let cells = case.cells(family.size);
    let has = |fill| cells.iter().any(|cell| cell.fill == fill);
    let sum = |count: fn(Fill) -> i32| cells.iter().map(|cell| count(cell.fill)).sum::<i32>();
    let doors = sum(|fill| match fill {
        Fill::Doors | Fill::Glass => 2,
        Fill::DoorLeft | Fill::DoorRight | Fill::Slide | Fill::SlideMirror => 1,
        Fill::Drawer | Fill::Open(_) => 0,
    });
    let shelves: i32 = cells.iter().map(Cell::shelves).sum();
    [
        ("doors", json!(doors)),
        ("drawers", json!(sum(|fill| i32::from(fill == Fill::Drawer)))),
        ("shelves", json!(shelves)),
        (
            "door_kind",
            json!(if case.slides() { "sliding" } else { "hinged" }),
        ),
        ("mirror", json!(has(Fill::SlideMirror))),
        ("glazed", json!(has(Fill::Glass))),
        (
            "mounting",
            json!(if matches!(case.base, Base::Wall(_)) {
                "wall"
            } else {
                "floor"
            }),
        ),
    ]
}
