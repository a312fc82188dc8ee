//! The assortment as catalog imports it.

use catalog_store::{Assortment, BillEntry, ComponentEntry, ProductEntry, StockEntry};
use contracts::catalog::{ColorContent, MaterialContent};
use kernel::{Dimensions, Money, Text};

use super::assortment::{Component, Unit, components};
use super::build::Size;
use super::parts::Line;
use super::sets::sets;
use super::stock::{shelves, warehouses};
use super::terms::{COLORS, MATERIALS, text};
use super::vocabulary::{categories, margins, properties, rules, set_kinds, types};

/// Everything but the pictures.
pub(super) fn entries(units: &[Unit]) -> Assortment {
    let components = components(units);
    let slugs: Vec<&str> = units.iter().map(|unit| &*unit.slug).collect();
    Assortment {
        colors: (1..)
            .zip(COLORS)
            .map(|(position, color)| ColorContent {
                code: color.code.to_owned(),
                name: text(color.name),
                hex: color.hex.to_owned(),
                position,
            })
            .collect(),
        materials: (1..)
            .zip(MATERIALS)
            .map(|(position, material)| MaterialContent {
                code: material.code.to_owned(),
                name: text(material.name),
                position,
            })
            .collect(),
        properties: properties(),
        categories: categories(),
        component_types: types(),
        margins: margins(),
        rules: rules(),
        set_kinds: set_kinds(),
        warehouses: warehouses(),
        products: units.iter().map(product).collect(),
        stock: shelves(&components)
            .into_iter()
            .map(|shelf| StockEntry {
                sku: shelf.sku,
                warehouse: shelf.warehouse.to_owned(),
                shelf: Some(shelf.place),
                on_hand: shelf.on_hand,
            })
            .collect(),
        components: components.values().map(component).collect(),
        sets: sets(&slugs),
    }
}

fn product(unit: &Unit) -> ProductEntry {
    ProductEntry {
        slug: unit.slug.clone(),
        name: Text::new(&*unit.name_ru, &*unit.name_en),
        description: Text::new(&*unit.about_ru, &*unit.about_en),
        category: unit.category.to_owned(),
        color: unit.finish.color.to_owned(),
        material: unit.finish.material.to_owned(),
        dimensions: dimensions(unit.size),
        weight_g: unit.bill.weight_g(),
        properties: unit.properties.clone(),
        bill: lines(&unit.bill.lines),
        images: Vec::new(),
    }
}

fn component(component: &Component<'_>) -> ComponentEntry {
    let part = component.part;
    let properties = part.properties.iter();
    ComponentEntry {
        sku: part.sku.clone(),
        name: Text::new(&*part.name_ru, &*part.name_en),
        kind: part.kind.to_owned(),
        color: part.color.map(str::to_owned),
        material: part.material.map(str::to_owned),
        dimensions: dimensions(part.size),
        cost: part.cost.map(Money::rub),
        properties: properties
            .map(|(code, value)| ((*code).to_owned(), value.clone()))
            .collect(),
        lines: lines(&part.lines),
    }
}

fn lines(lines: &[Line]) -> Vec<BillEntry> {
    let entries = lines.iter().map(|line| BillEntry {
        sku: line.part.sku.clone(),
        quantity: line.quantity,
        required: line.required,
        substitutes: line.substitutes.iter().map(|part| part.sku.clone()).collect(),
    });
    entries.collect()
}

const fn dimensions(size: Size) -> Dimensions {
    Dimensions {
        height_mm: size.h,
        width_mm: size.w,
        depth_mm: size.d,
    }
}
