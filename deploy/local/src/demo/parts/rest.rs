//! What tables, chairs, beds and sofas are made of.

use serde_json::json;

use super::assembly::drawer;
use super::hardware::bought;
use super::{
    APRON, Bill, DRAWER_FRONT, HEADBOARD, LEAF, LEG, Part, SEAT, SIDE, SLAT, TOP, board, cover, made,
};
use crate::demo::build::{BOARD, Bed, Chair, ChairBack, Size, Sofa, Table, TableLegs};
use crate::demo::facts::mattress_size;
use crate::demo::terms::Finish;

pub(super) fn table(table: Table, size: Size, finish: Finish) -> Bill {
    let mut bill = Bill::default();
    bill.need(1, board(&TOP, size.d, size.w, table.top, finish));
    let under = size.h - table.top;
    // A slab of stone or glass stands on steel; what is not such a slab has rails below.
    match table.legs {
        TableLegs::Wood => {
            bill.need(4, board(&LEG, under, 70, 60, finish));
            bill.need(2, board(&APRON, 90, size.w - 200, 22, finish));
            bill.need(2, board(&APRON, 90, size.d - 200, 22, finish));
        }
        TableLegs::Frames => {
            bill.need(
                2,
                bought(if size.h > 500 {
                    "FRM-STEEL-TALL"
                } else {
                    "FRM-STEEL-LOW"
                }),
            );
        }
        TableLegs::Column => bill.need(1, bought("COLUMN-TABLE")),
    }
    if table.extends {
        bill.may(1, board(&LEAF, size.d, 400, table.top, finish));
    }
    if table.drawers > 0 {
        let (w, h) = (380, 520);
        bill.need(2, board(&SIDE, h, 520, BOARD, finish));
        bill.need(2, board(&SIDE, w, 520, BOARD, finish));
        bill.need(
            table.drawers,
            board(&DRAWER_FRONT, h / table.drawers - 4, w, BOARD, finish),
        );
        bill.need(table.drawers, drawer(w - 58, 450));
        bill.need(table.drawers, bought("HDL-BAR"));
        bill.may(1, bought("CABLE-DUCT"));
    } else if size.h > 500 {
        bill.may(1, bought("COVER-TABLE"));
    }
    bill.need(1, bought("KIT-S"));
    bill.may(1, bought("PAD-FELT"));
    bill
}

pub(super) fn chair(chair: Chair, size: Size, finish: Finish) -> Bill {
    let mut bill = Bill::default();
    match chair.back {
        ChairBack::Slats(slats) => {
            bill.need(1, board(&SEAT, size.d - 60, size.w, 26, finish));
            bill.need(slats, board(&SLAT, size.h - chair.seat - 60, 40, 14, finish));
            bill.need(2, board(&LEG, size.h, 40, 32, finish));
            bill.need(2, board(&LEG, chair.seat, 40, 32, finish));
            bill.need(1, board(&APRON, 80, size.w - 60, 22, finish));
        }
        ChairBack::Upholstered => {
            bill.need(
                1,
                frame("CHF", ("Каркас стула", "Chair frame"), size, 980_00, 3_200),
            );
            let metres = if chair.arms { 3 } else { 2 };
            bill.need(1, cover(metres, size, finish));
            bill.need(1, foam(70, size.w, size.d - 60));
            bill.need(1, bought("SPRING-SEAT"));
            bill.need(
                1,
                bought(match (chair.metal_legs, chair.seat > 600) {
                    (true, true) => "LEG-STEEL-STOOL",
                    (true, false) => "LEG-STEEL-CHAIR",
                    (false, _) => "LEG-OAK-CHAIR",
                }),
            );
        }
    }
    bill.need(1, bought("KIT-S"));
    bill.may(1, bought("PAD-FELT"));
    bill
}

pub(super) fn bed(bed: Bed, size: Size, finish: Finish) -> Bill {
    let mut bill = Bill::default();
    bed_frame(&mut bill, bed, size, finish);
    for _ in 0..bed.drawers {
        bill.need(1, board(&DRAWER_FRONT, 220, 960, BOARD, finish));
        bill.need(1, drawer(900, 500));
        bill.need(2, bought("HDL-SHELL"));
    }
    let wide = bed.mattress > 1200;
    let fits = ("mattress_size", json!(mattress_size(bed.mattress)));
    let mut base = made(
        "SLB",
        "base",
        ("Основание из лат", "Slatted base"),
        Size {
            h: 60,
            w: bed.mattress,
            d: 2000,
        },
        i64::from(bed.mattress) * 2_10,
        i64::from(bed.mattress) * 11,
    );
    base.properties.push(fits.clone());
    bill.need(1, base);
    bill.need(if wide { 3 } else { 1 }, bought("LEG-BED-280"));
    bill.need(1, bought("KIT-L"));
    #[rustfmt::skip]
    let mattresses = [
        ("MAT-SPR", ("Матрас с независимыми пружинами", "Pocket-spring mattress"), 220, 9_50, "medium"),
        ("MAT-LTX", ("Матрас беспружинный, латекс", "Latex mattress"), 180, 12_80, "firm"),
    ];
    for (code, name, height, kopecks, firmness) in mattresses {
        let size = Size {
            h: height,
            w: bed.mattress,
            d: 2000,
        };
        let (cost, weight_g) = (i64::from(bed.mattress) * kopecks, i64::from(bed.mattress) * 18);
        let mut mattress = made(code, "mattress", name, size, cost, weight_g);
        mattress
            .properties
            .extend([fits.clone(), ("firmness", json!(firmness))]);
        bill.may(1, mattress);
    }
    bill
}

fn bed_frame(bill: &mut Bill, bed: Bed, size: Size, finish: Finish) {
    if bed.upholstered {
        let headboard = Size {
            h: size.h,
            w: size.w,
            d: 90,
        };
        bill.need(
            1,
            frame(
                "HBF",
                ("Каркас изголовья", "Headboard frame"),
                headboard,
                3_400_00,
                9_500,
            ),
        );
        bill.need(
            2,
            frame(
                "BRF",
                ("Царга мягкая", "Padded rail"),
                Size {
                    h: 300,
                    w: 2000,
                    d: 60,
                },
                1_300_00,
                6_200,
            ),
        );
        bill.need(
            1,
            frame(
                "BFF",
                ("Изножье мягкое", "Padded foot"),
                Size {
                    h: 300,
                    w: size.w,
                    d: 60,
                },
                1_250_00,
                5_600,
            ),
        );
        bill.need(1, cover(8, size, finish));
        bill.need(2, foam(40, size.w, 1000));
        bill.may(1, bought("LIFT-GAS"));
    } else {
        bill.need(1, board(&HEADBOARD, size.h, size.w, 28, finish));
        bill.need(2, board(&APRON, 240, 2000, 25, finish));
        bill.need(1, board(&APRON, 300, size.w, 25, finish));
    }
}

pub(super) fn sofa(sofa: Sofa, size: Size, finish: Finish) -> Bill {
    let mut bill = Bill::default();
    let seat_w = (size.w - 2 * sofa.arm) / sofa.seats;
    let seat_d = if sofa.chaise { 950 } else { size.d };
    let body = Size {
        h: 400,
        w: size.w,
        d: seat_d,
    };
    bill.need(
        1,
        frame(
            "SFF",
            ("Каркас дивана", "Sofa frame"),
            body,
            i64::from(size.w) * 3_40,
            i64::from(size.w) * 14,
        ),
    );
    bill.need(
        2,
        frame(
            "SFA",
            ("Подлокотник", "Arm"),
            Size {
                h: 620,
                w: sofa.arm,
                d: seat_d,
            },
            1_450_00,
            6_400,
        ),
    );
    bill.need(sofa.seats, foam(160, seat_w, seat_d - 250));
    bill.need(
        sofa.seats,
        made(
            "CUS-BACK",
            "cushion",
            ("Подушка спинки", "Back cushion"),
            Size {
                h: 480,
                w: seat_w,
                d: 200,
            },
            1_350_00,
            1_900,
        ),
    );
    bill.need(sofa.seats, bought("SPRING-SEAT"));
    let metres = i64::from(4 + 3 * sofa.seats) + if sofa.chaise { 4 } else { 0 };
    bill.need(1, cover(metres, size, finish));
    if sofa.chaise {
        let chaise = Size {
            h: 400,
            w: seat_w,
            d: size.d - seat_d,
        };
        bill.need(
            1,
            frame(
                "SFC",
                ("Оттоманка с ящиком", "Chaise with box"),
                chaise,
                6_800_00,
                17_000,
            ),
        );
        bill.need(1, foam(160, seat_w, size.d - seat_d));
    }
    bill.need(if sofa.chaise { 7 } else { 4 }, bought("LEG-SOFA-120"));
    bill.need(1, bought("KIT-M"));
    bill.may(2, bought("PILLOW-45"));
    bill
}

fn frame(code: &str, name: (&'static str, &'static str), size: Size, cost: i64, weight_g: i64) -> Part {
    made(code, "frame", name, size, cost, weight_g)
}

fn foam(h: i32, w: i32, d: i32) -> Part {
    let litres = i64::from(h) * i64::from(w) * i64::from(d) / 1_000_000;
    made(
        "FOAM",
        "cushion",
        ("Наполнитель ППУ", "Foam filling"),
        Size { h, w, d },
        litres * 13_00,
        litres * 32,
    )
}
