//! What cases are made of.

use super::assembly::{door, drawer};
use super::hardware::bought;
use super::{Bill, DECK, DIVIDER, DOOR, DRAWER_FRONT, PLINTH, Part, SHELF, SIDE, TOP, board, made};
use crate::demo::build::{BOARD, Base, Case, Cell, Fill, Handle, Size};
use crate::demo::terms::Finish;

/// Width of the gap around fronts.
const GAP: i32 = 4;

pub(super) fn bill(case: &Case, size: Size, finish: Finish) -> Bill {
    let mut bill = Bill::default();
    let carcass = case.carcass(size);
    bill.need(2, board(&SIDE, carcass, size.d, BOARD, finish));
    bill.need(2, board(&DECK, size.w - 2 * BOARD, size.d, BOARD, finish));
    let dividers = i32::try_from(case.columns.len()).map_or(0, |columns| columns - 1);
    bill.need(
        dividers,
        board(&DIVIDER, carcass - 2 * BOARD, size.d - 20, BOARD, finish),
    );
    if case.back {
        bill.need(1, back_panel(carcass, size.w));
    }
    for cell in case.cells(size) {
        inside(&mut bill, case, cell, size, finish);
        front(&mut bill, case, cell, size, finish);
    }
    if case.slides() {
        bill.need(1, bought("RAIL-1800"));
        bill.need(2, bought("ROLLER-SET"));
    }
    base(&mut bill, case, size, finish);
    if case.worktop > 0 {
        bill.need(1, board(&TOP, size.w, size.d + 20, case.worktop, finish));
    }
    bill.need(1, bought(if size.h > 1500 { "KIT-L" } else { "KIT-M" }));
    bill
}

fn inside(bill: &mut Bill, case: &Case, cell: Cell, size: Size, finish: Finish) {
    let shelf = board(&SHELF, cell.w - 2, size.d - 30, BOARD, finish);
    bill.need(cell.shelves() + i32::from(cell.shelf_below), shelf);
    let hangs_clothes = matches!(cell.fill, Fill::Doors | Fill::Slide | Fill::SlideMirror) && cell.h > 1400;
    if hangs_clothes {
        bill.need(1, bought("RAIL-ROD"));
        bill.may(1, bought("LED-1000"));
        bill.may(1, bought("BASKET-LINEN"));
    }
    if cell.fill == Fill::Glass {
        bill.may(1, bought("LED-1000"));
    }
    if cell.fill == Fill::Drawer {
        bill.need(1, drawer(cell.w - 26, slide_length(size.d)));
        bill.may(
            1,
            bought(if case.worktop > 25 {
                "TRAY-450"
            } else {
                "DIVIDER-DRAWER"
            }),
        );
    }
}

fn front(bill: &mut Bill, case: &Case, cell: Cell, size: Size, finish: Finish) {
    let (h, w) = (cell.h - GAP, cell.w - GAP);
    let handle = || {
        bought(match case.handle {
            Handle::Bar => "HDL-BAR",
            Handle::Knob => "HDL-KNOB",
            Handle::Shell => "HDL-SHELL",
        })
    };
    let hung = |w| {
        let board = board(&DOOR, h, w, BOARD, finish);
        door(board, hinges(h), bought("HNG-110"))
    };
    match cell.fill {
        Fill::Open(_) => {}
        Fill::Drawer => {
            bill.need(1, board(&DRAWER_FRONT, h, w, BOARD, finish));
            bill.need(1, handle());
        }
        Fill::DoorLeft | Fill::DoorRight => {
            bill.need(1, hung(w));
            bill.need(1, handle());
        }
        Fill::Doors => {
            bill.need(2, hung((w - GAP) / 2));
            bill.need(2, handle());
        }
        Fill::Glass => {
            let glass = glass_door(h, (w - GAP) / 2, finish);
            bill.need(2, door(glass, hinges(h), bought("HNG-GLASS")));
            bill.need(2, handle());
        }
        Fill::Slide => bill.need(1, board(&DOOR, h, size.w / 2, BOARD, finish)),
        Fill::SlideMirror => bill.need(1, mirror_door(h, size.w / 2)),
    }
}

fn base(bill: &mut Bill, case: &Case, size: Size, finish: Finish) {
    let legs = if size.w > 1000 { 6 } else { 4 };
    match case.base {
        Base::Plinth(h) => {
            bill.need(1, board(&PLINTH, h - 2, size.w, BOARD, finish));
            bill.need(legs, bought(if h >= 100 { "LEG-ADJ-100" } else { "LEG-ADJ-60" }));
        }
        Base::Legs(h) => {
            bill.need(
                legs,
                bought(if h >= 140 { "LEG-WOOD-140" } else { "LEG-WOOD-120" }),
            );
            bill.may(1, bought("PAD-FELT"));
        }
        Base::Wall(_) => bill.need(1, bought("BRACKET-WALL")),
    }
    if size.h > 900 {
        bill.need(1, bought("ANCHOR-WALL"));
    }
}

/// Hinges that a door of this height hangs on.
const fn hinges(height: i32) -> i32 {
    match height {
        ..=900 => 2,
        901..=1600 => 3,
        1601..=2000 => 4,
        _ => 5,
    }
}

/// The longest slides that fit.
fn slide_length(depth: i32) -> i32 {
    [500, 450, 400, 350]
        .into_iter()
        .find(|&length| length + 40 <= depth)
        .unwrap_or(300)
}

fn back_panel(h: i32, w: i32) -> Part {
    let square_mm = i64::from(h) * i64::from(w);
    made(
        "BCK",
        "back",
        ("Задняя стенка ХДФ", "HDF back panel"),
        Size { h, w, d: 3 },
        square_mm * 260_00 / 1_000_000,
        square_mm * 3 * 850 / 1_000_000,
    )
}

fn glass_door(h: i32, w: i32, finish: Finish) -> Part {
    let square_mm = i64::from(h) * i64::from(w);
    let color = finish.color();
    let mut door = made(
        "GLD",
        "glass",
        ("Дверь стеклянная в рамке", "Framed glass door"),
        Size { h, w, d: 20 },
        900_00 + square_mm * 3_200_00 / 1_000_000,
        square_mm * 4 * 2_500 / 1_000_000 + 900,
    );
    door.sku = format!("{}-{}", door.sku, color.sku);
    door.name_ru = format!("{}, {}", door.name_ru, super::lower(color.name.0));
    door.name_en = format!("{}, {}", door.name_en, super::lower(color.name.1));
    door.color = Some(color.code);
    door
}

fn mirror_door(h: i32, w: i32) -> Part {
    let square_mm = i64::from(h) * i64::from(w);
    made(
        "MIR",
        "mirror",
        ("Дверь-купе с зеркалом", "Sliding mirror door"),
        Size { h, w, d: 22 },
        1_400_00 + square_mm * 3_400_00 / 1_000_000,
        square_mm * 4 * 2_500 / 1_000_000 + square_mm * 10 * 700 / 1_000_000,
    )
}
