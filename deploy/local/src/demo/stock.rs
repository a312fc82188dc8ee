//! What lies in the warehouses: plenty of most things, little of some, nothing of a few.

use std::collections::BTreeMap;

use contracts::catalog::{Coordinates, WarehouseContent};

use super::assortment::{Component, Components};
use super::draws::draw;
use super::terms::{Words, text};

/// A warehouse (STK-1).
struct Warehouse {
    code: &'static str,
    name: Words,
    address: Words,
    /// Degrees north and east.
    place: (f64, f64),
    /// Room in litres.
    capacity_l: i64,
    /// Its share of the stock, in hundredths.
    share: i64,
}

/// In the order in which they are preferred among equals (STK-2).
const WAREHOUSES: &[Warehouse] = &[
    Warehouse {
        code: "MSK",
        name: ("Склад «Домодедово»", "Domodedovo warehouse"),
        address: (
            "142000, Московская обл., Домодедово, ул. Логистическая, 1/6",
            "1/6 Logisticheskaya St., Domodedovo, Moscow Region 142000",
        ),
        place: (55.4364, 37.7664),
        capacity_l: 900_000,
        share: 50,
    },
    Warehouse {
        code: "SPB",
        name: ("Склад «Шушары»", "Shushary warehouse"),
        address: (
            "196626, Санкт-Петербург, пос. Шушары, Московское шоссе, 54",
            "54 Moskovskoye Highway, Shushary, St Petersburg 196626",
        ),
        place: (59.809, 30.383),
        capacity_l: 520_000,
        share: 30,
    },
    Warehouse {
        code: "KZN",
        name: ("Склад «Казань»", "Kazan warehouse"),
        address: (
            "420054, Казань, ул. Техническая, 120",
            "120 Tekhnicheskaya St., Kazan 420054",
        ),
        place: (55.752, 49.109),
        capacity_l: 360_000,
        share: 20,
    },
];

/// Units of which few or none can be put together, and how many.
pub(super) const SCARCE: &[(&str, i64)] = &[
    ("wardrobe-ladoga-graphite", 1),
    ("armchair-lena-emerald", 1),
    ("table-istra-graphite", 2),
    ("bed-kama-pine", 3),
    ("chair-svir-cognac", 4),
    ("dresser-mezen-walnut", 2),
    ("bookcase-kizhi-sage", 3),
    ("sofa-angara-emerald", 0),
    ("kitchen-volga-tall-graphite", 0),
    ("shelving-valdai-walnut", 0),
    ("stool-lovat-cognac", 0),
];

/// All warehouses.
pub(super) fn warehouses() -> Vec<WarehouseContent> {
    let numbered = (1..).zip(WAREHOUSES);
    numbered
        .map(|(position, warehouse)| {
            let (latitude, longitude) = warehouse.place;
            WarehouseContent {
                code: warehouse.code.to_owned(),
                name: text(warehouse.name),
                address: text(warehouse.address),
                position,
                capacity_l: Some(warehouse.capacity_l),
                place: Some(Coordinates { latitude, longitude }),
            }
        })
        .collect()
}

/// Pieces of a component in one place.
pub(super) struct Shelf {
    pub sku: String,
    pub warehouse: &'static str,
    pub place: String,
    pub on_hand: i64,
}

/// All shelves. Assemblies lie on none: they are put together when they are needed.
pub(super) fn shelves(components: &Components<'_>) -> Vec<Shelf> {
    let limits = limits(components);
    let mut shelves = Vec::new();
    let plain = components
        .iter()
        .filter(|(_, component)| component.part.lines.is_empty());
    for (&sku, component) in plain {
        let in_total = limits.get(sku).copied().unwrap_or_else(|| plenty(sku, component));
        let mut left = in_total;
        for (index, warehouse) in WAREHOUSES.iter().enumerate().rev() {
            // The first warehouse takes the remainder, so a single piece is in one place.
            let on_hand = if index == 0 {
                left
            } else {
                in_total * warehouse.share / 100
            };
            left -= on_hand;
            shelves.push(Shelf {
                sku: sku.to_owned(),
                warehouse: warehouse.code,
                place: place(warehouse.code, component.part.kind, sku),
                on_hand,
            });
        }
    }
    shelves
}

/// Pieces for 8 to 31 of every unit that needs the component, or some extras where none does. Of some parts that a few
/// units share there is enough for each of them, but not for all: who orders first gets them.
fn plenty(sku: &str, component: &Component<'_>) -> i64 {
    let users = &component.required_by;
    if (2..=4).contains(&users.len()) && draw("contested", sku, 3) == 0 {
        let most = users.values().max().copied().unwrap_or_default();
        return most * (6 + draw("stock", sku, 8));
    }
    users.values().sum::<i64>().max(1) * (8 + draw("stock", sku, 24))
}

/// How many pieces there are of the components that make a unit scarce: one that only this unit needs, and that nothing
/// can replace.
fn limits<'a>(components: &Components<'a>) -> BTreeMap<&'a str, i64> {
    let limit = |&(slug, units): &(&str, i64)| {
        let own = components.iter().find(|(_, component)| {
            let plain = component.part.lines.is_empty() && !component.replaceable;
            plain && component.required_by.keys().eq([&slug])
        });
        own.map(|(&sku, component)| (sku, units * component.required_by[slug]))
    };
    SCARCE.iter().filter_map(limit).collect()
}

/// Aisle by kind of component, then rack and level: `C-07-2`.
fn place(warehouse: &str, kind: &str, sku: &str) -> String {
    let aisle = match kind {
        "panel" | "worktop" | "headboard" => 'A',
        "front" | "glass" | "mirror" | "back" => 'B',
        "frame" | "base" | "drawer-part" => 'C',
        "upholstery" | "cushion" | "spring" | "mattress" => 'D',
        "leg" | "seat" | "rail" => 'E',
        _ => 'F',
    };
    let name = format!("{warehouse} {sku}");
    format!(
        "{aisle}-{:02}-{}",
        1 + draw("rack", &name, 24),
        1 + draw("level", &name, 5)
    )
}
