//! A small assortment.

use std::collections::BTreeMap;

use catalog_store::{Assortment, BillEntry, ComponentEntry, ProductEntry, StockEntry};
use contracts::catalog::{CategoryContent, ColorContent, MaterialContent, WarehouseContent};
use kernel::{Dimensions, Money, Text};

/// Of a wardrobe there are 5: two panels each, 11 panels in all.
pub const WARDROBE: &str = "wardrobe-onega-walnut";
/// Of a table there are 3: four legs each, in three warehouses 6, 4 and 2.
pub const TABLE: &str = "table-ilmen-white";
/// Has no price: the cost of its board is not known.
pub const SHELF: &str = "shelf-seliger-white";
/// Stools: enough for a second page.
pub const STOOLS: usize = 31;

pub fn assortment() -> Assortment {
    let mut products = vec![
        product(
            WARDROBE,
            "Шкаф «Онега»",
            "Onega wardrobe",
            ["wardrobes", "walnut", "oak"],
            &[bill("PNL-WAL", 2, true), bill("HND-BRASS", 2, false)],
        ),
        product(
            TABLE,
            "Стол «Ильмень»",
            "Ilmen table",
            ["tables", "white", "chipboard"],
            &[bill("LEG-WHT", 4, true)],
        ),
        product(
            SHELF,
            "Полка «Селигер»",
            "Seliger shelf",
            ["shelves", "white", "oak"],
            &[bill("BRD-WHT", 1, true)],
        ),
    ];
    products.extend((0..STOOLS).map(|number| {
        let slug = format!("stool-{number}");
        product(
            &slug,
            "Табурет",
            "Stool",
            ["stools", "walnut", "oak"],
            &[bill("SEAT", 1, true)],
        )
    }));
    Assortment {
        categories: (1..)
            .zip(["wardrobes", "tables", "shelves", "stools"])
            .map(|(position, code)| CategoryContent {
                code: code.to_owned(),
                parent: None,
                name: text(code),
                position,
                properties: Vec::new(),
            })
            .collect(),
        colors: (1..)
            .zip([("walnut", "#7a5230"), ("white", "#f4f4f0")])
            .map(|(position, (code, hex))| ColorContent {
                code: code.to_owned(),
                name: text(code),
                hex: hex.to_owned(),
                position,
            })
            .collect(),
        materials: (1..)
            .zip(["oak", "chipboard"])
            .map(|(position, code)| MaterialContent {
                code: code.to_owned(),
                name: text(code),
                position,
            })
            .collect(),
        warehouses: (1..)
            .zip(["MSK", "SPB", "EKB"])
            .map(|(position, code)| WarehouseContent {
                code: code.to_owned(),
                name: text(code),
                address: text(code),
                position,
                capacity_l: None,
                place: None,
            })
            .collect(),
        components: vec![
            component("PNL-WAL", Some(Money::rub(4_000_00))),
            component("HND-BRASS", Some(Money::rub(300_00))),
            component("LEG-WHT", Some(Money::rub(1_000_00))),
            component("BRD-WHT", None),
            component("SEAT", Some(Money::rub(500_00))),
        ],
        products,
        stock: vec![
            stock("PNL-WAL", "MSK", 11),
            stock("LEG-WHT", "MSK", 6),
            stock("LEG-WHT", "SPB", 4),
            stock("LEG-WHT", "EKB", 2),
            stock("BRD-WHT", "MSK", 7),
        ],
        ..Assortment::default()
    }
}

fn text(word: &str) -> Text {
    Text::new(word, word)
}

fn size() -> Dimensions {
    Dimensions {
        height_mm: 900,
        width_mm: 600,
        depth_mm: 400,
    }
}

fn component(sku: &str, cost: Option<Money>) -> ComponentEntry {
    ComponentEntry {
        sku: sku.to_owned(),
        name: text(sku),
        kind: "panel".to_owned(),
        color: None,
        material: None,
        dimensions: size(),
        cost,
        properties: BTreeMap::new(),
        lines: Vec::new(),
    }
}

fn bill(sku: &str, quantity: i32, required: bool) -> BillEntry {
    BillEntry {
        sku: sku.to_owned(),
        quantity,
        required,
        substitutes: Vec::new(),
    }
}

fn stock(sku: &str, warehouse: &str, on_hand: i64) -> StockEntry {
    StockEntry {
        sku: sku.to_owned(),
        warehouse: warehouse.to_owned(),
        shelf: Some("A-1".to_owned()),
        on_hand,
    }
}

fn product(
    slug: &str,
    ru: &str,
    en: &str,
    [category, color, material]: [&str; 3],
    bill: &[BillEntry],
) -> ProductEntry {
    ProductEntry {
        slug: slug.to_owned(),
        name: Text::new(ru, en),
        description: Text::new(format!("{ru}: описание"), format!("{en}, described")),
        category: category.to_owned(),
        color: color.to_owned(),
        material: material.to_owned(),
        dimensions: size(),
        weight_g: 12_000,
        properties: BTreeMap::new(),
        bill: bill.to_vec(),
        images: Vec::new(),
    }
}
