//! Bought-in parts: the same in many units.

use serde_json::{Value, json};

use super::Part;
use crate::demo::build::Size;
use crate::demo::terms::Words;

/// Article number, kind, name, size, kopecks, grams.
type Row = (&'static str, &'static str, Words, (i32, i32, i32), i64, i64);

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("HNG-110", "hinge", ("Петля с доводчиком 110°", "Soft-close hinge 110°"), (60, 110, 50), 145_00, 95),
    ("HNG-GLASS", "hinge", ("Петля для стеклянной двери", "Hinge for glass doors"), (60, 90, 40), 230_00, 80),
    ("HNG-110-VEGA", "hinge", ("Петля Vega с доводчиком 110°", "Vega soft-close hinge 110°"), (60, 112, 50), 158_00, 98),
    ("HNG-110-SEVER", "hinge", ("Петля Sever с доводчиком 107°", "Sever soft-close hinge 107°"), (58, 108, 50), 139_00, 92),
    ("SLD-300", "slide", ("Направляющие 300 мм, пара", "Drawer slides 300 mm, pair"), (45, 300, 13), 480_00, 620),
    ("SLD-350", "slide", ("Направляющие 350 мм, пара", "Drawer slides 350 mm, pair"), (45, 350, 13), 520_00, 720),
    ("SLD-400", "slide", ("Направляющие 400 мм, пара", "Drawer slides 400 mm, pair"), (45, 400, 13), 560_00, 820),
    ("SLD-450", "slide", ("Направляющие 450 мм, пара", "Drawer slides 450 mm, pair"), (45, 450, 13), 610_00, 930),
    ("SLD-450-VEGA", "slide", ("Направляющие Vega 450 мм, пара", "Vega drawer slides 450 mm, pair"), (45, 450, 13), 640_00, 950),
    ("SLD-500", "slide", ("Направляющие 500 мм, пара", "Drawer slides 500 mm, pair"), (45, 500, 13), 670_00, 1_050),
    ("HDL-BAR", "handle", ("Ручка-скоба, сталь", "Bar handle, steel"), (12, 160, 32), 240_00, 110),
    ("HDL-BAR-SEVER", "handle", ("Ручка-скоба Sever, алюминий", "Sever bar handle, aluminium"), (12, 160, 32), 225_00, 85),
    ("HDL-KNOB", "handle", ("Ручка-кнопка, латунь", "Knob, brass"), (30, 30, 28), 160_00, 60),
    ("HDL-SHELL", "handle", ("Ручка-раковина, латунь", "Shell handle, brass"), (35, 96, 24), 210_00, 75),
    ("RAIL-1800", "rail", ("Рельс раздвижной системы 1800", "Sliding rail 1800"), (40, 1800, 80), 2_900_00, 3_400),
    ("ROLLER-SET", "rail", ("Ролики и доводчик двери-купе", "Rollers and damper for a sliding door"), (60, 180, 40), 1_350_00, 640),
    ("RAIL-ROD", "rail", ("Штанга для одежды", "Clothes rail"), (30, 15, 1000), 190_00, 520),
    ("LEG-ADJ-100", "leg", ("Ножка регулируемая 100 мм", "Adjustable leg 100 mm"), (100, 40, 40), 45_00, 60),
    ("LEG-ADJ-100-SEVER", "leg", ("Ножка Sever регулируемая 100 мм", "Sever adjustable leg 100 mm"), (100, 38, 38), 41_00, 55),
    ("LEG-ADJ-60", "leg", ("Опора регулируемая 60 мм", "Adjustable foot 60 mm"), (60, 40, 40), 38_00, 45),
    ("LEG-WOOD-120", "leg", ("Ножка конусная, дуб, 120 мм", "Tapered oak leg 120 mm"), (120, 45, 45), 210_00, 150),
    ("LEG-WOOD-140", "leg", ("Ножка конусная, дуб, 140 мм", "Tapered oak leg 140 mm"), (140, 45, 45), 230_00, 175),
    ("LEG-SOFA-120", "leg", ("Ножка дивана, бук, 120 мм", "Sofa leg, beech, 120 mm"), (120, 50, 50), 190_00, 180),
    ("LEG-BED-280", "leg", ("Опора основания кровати 280 мм", "Centre leg of a bed base 280 mm"), (280, 50, 50), 160_00, 260),
    ("LEG-STEEL-CHAIR", "leg", ("Ножки стула, сталь, комплект", "Chair legs, steel, set"), (460, 480, 480), 1_450_00, 3_100),
    ("LEG-STEEL-STOOL", "leg", ("Основание барного стула, сталь", "Bar stool base, steel"), (730, 430, 430), 2_100_00, 4_700),
    ("LEG-OAK-CHAIR", "leg", ("Ножки стула, дуб, комплект", "Chair legs, oak, set"), (450, 440, 480), 1_650_00, 2_600),
    ("FRM-STEEL-LOW", "leg", ("Рама столика, сталь", "Coffee table frame, steel"), (400, 560, 40), 1_700_00, 3_600),
    ("FRM-STEEL-TALL", "leg", ("Рама стола, сталь", "Table frame, steel"), (725, 800, 60), 3_900_00, 9_800),
    ("BRACKET-WALL", "fastener", ("Навес скрытый, пара", "Concealed wall bracket, pair"), (60, 80, 30), 260_00, 310),
    ("ANCHOR-WALL", "fastener", ("Крепление к стене", "Wall anchor"), (20, 80, 20), 60_00, 45),
    ("KIT-S", "fastener", ("Крепёж, малый комплект", "Fastener kit, small"), (30, 120, 80), 90_00, 160),
    ("KIT-M", "fastener", ("Крепёж, средний комплект", "Fastener kit, medium"), (40, 160, 100), 160_00, 380),
    ("KIT-L", "fastener", ("Крепёж, большой комплект", "Fastener kit, large"), (50, 200, 120), 260_00, 720),
    ("LED-1000", "light", ("Подсветка с датчиком, 1 м", "LED light with sensor, 1 m"), (8, 1000, 12), 890_00, 140),
    ("TRAY-450", "insert", ("Лоток для приборов", "Cutlery tray"), (50, 400, 450), 640_00, 700),
    ("DIVIDER-DRAWER", "insert", ("Разделители ящика, комплект", "Drawer dividers, set"), (90, 380, 380), 430_00, 480),
    ("BASKET-LINEN", "insert", ("Корзина выдвижная", "Pull-out basket"), (180, 420, 450), 1_150_00, 1_900),
    ("PAD-FELT", "insert", ("Накладки войлочные, комплект", "Felt pads, set"), (3, 25, 25), 70_00, 15),
    ("COVER-TABLE", "insert", ("Накладка прозрачная на стол", "Clear table cover"), (2, 1400, 800), 1_300_00, 2_100),
    ("CABLE-DUCT", "insert", ("Кабель-канал под столешницу", "Cable duct for desks"), (60, 800, 100), 560_00, 900),
    ("LIFT-GAS", "insert", ("Подъёмный механизм кровати", "Gas lift for a bed"), (120, 900, 60), 4_200_00, 6_300),
    ("SPRING-SEAT", "spring", ("Пружины «змейка», комплект", "Sinuous springs, set"), (40, 500, 500), 420_00, 1_300),
    ("PILLOW-45", "cushion", ("Подушка декоративная 45×45", "Throw pillow 45×45"), (150, 450, 450), 780_00, 550),
    ("COLUMN-TABLE", "leg", ("Опора стола центральная", "Central table column"), (720, 620, 620), 5_600_00, 14_500),
];

/// A bought-in part by its article number.
pub(super) fn bought(sku: &str) -> Part {
    let &(sku, kind, name, (h, w, d), cost, weight_g) = ROWS
        .iter()
        .find(|row| row.0 == sku)
        .expect("constructions name only parts of the table");
    Part {
        sku: sku.to_owned(),
        kind,
        name_ru: name.0.to_owned(),
        name_en: name.1.to_owned(),
        color: None,
        material: None,
        size: Size { h, w, d },
        cost: Some(cost),
        weight_g,
        properties: properties(sku, kind, w),
        lines: Vec::new(),
    }
}

/// What may take the place of a part, the most welcome first: the same of other makers.
pub(super) fn substitutes(sku: &str) -> Vec<Part> {
    let others: &[&str] = match sku {
        "HNG-110" => &["HNG-110-VEGA", "HNG-110-SEVER"],
        "SLD-450" => &["SLD-450-VEGA"],
        "HDL-BAR" => &["HDL-BAR-SEVER"],
        "LEG-ADJ-100" => &["LEG-ADJ-100-SEVER"],
        _ => &[],
    };
    others.iter().map(|sku| bought(sku)).collect()
}

/// What is known of a part of this kind and width.
fn properties(sku: &str, kind: &str, w: i32) -> Vec<(&'static str, Value)> {
    let mut known = match kind {
        "hinge" => vec![
            (
                "opening_angle",
                json!(if sku.ends_with("SEVER") { 107 } else { 110 }),
            ),
            ("soft_close", json!(sku != "HNG-GLASS")),
        ],
        "slide" => vec![("slide_length_mm", json!(w)), ("soft_close", json!(true))],
        "leg" => vec![("adjustable", json!(sku.starts_with("LEG-ADJ")))],
        "light" => vec![("power_w", json!(7.2))],
        _ => Vec::new(),
    };
    if matches!(kind, "hinge" | "slide" | "handle" | "leg") {
        let makers = [("VEGA", "Vega"), ("SEVER", "Sever")];
        let maker = makers.into_iter().find(|(end, _)| sku.ends_with(end));
        known.extend(maker.map(|(_, name)| ("maker", json!(name))));
    }
    known
}
