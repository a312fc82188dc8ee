//! The assortment as catalog imports it.

use catalog_store::{
    Assortment, BillEntry, CategoryEntry, ColorEntry, ComponentEntry, MaterialEntry, ProductEntry,
    StockEntry, WarehouseEntry,
};
use kernel::{Dimensions, Money, Text};

use super::assortment::{Component, Unit, components};
use super::build::Size;
use super::stock::{WAREHOUSES, shelves};
use super::terms::{CATEGORIES, COLORS, MATERIALS, Words};

/// Everything but the pictures.
pub(super) fn entries(units: &[Unit]) -> Assortment {
    let components = components(units);
    Assortment {
        categories: CATEGORIES
            .iter()
            .map(|category| CategoryEntry {
                code: category.code.to_owned(),
                name: text(category.name),
            })
            .collect(),
        colors: COLORS
            .iter()
            .map(|color| ColorEntry {
                code: color.code.to_owned(),
                name: text(color.name),
                hex: color.hex.to_owned(),
            })
            .collect(),
        materials: MATERIALS
            .iter()
            .map(|material| MaterialEntry {
                code: material.code.to_owned(),
                name: text(material.name),
            })
            .collect(),
        warehouses: WAREHOUSES
            .iter()
            .map(|warehouse| WarehouseEntry {
                code: warehouse.code.to_owned(),
                name: text(warehouse.name),
                address: text(warehouse.address),
            })
            .collect(),
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
        bill: unit
            .bill
            .lines
            .iter()
            .map(|line| BillEntry {
                sku: line.part.sku.clone(),
                quantity: line.quantity,
                required: line.required,
            })
            .collect(),
        images: Vec::new(),
    }
}

fn component(component: &Component<'_>) -> ComponentEntry {
    let part = component.part;
    ComponentEntry {
        sku: part.sku.clone(),
        name: Text::new(&*part.name_ru, &*part.name_en),
        kind: part.kind.to_owned(),
        color: part.color.map(str::to_owned),
        material: part.material.map(str::to_owned),
        dimensions: dimensions(part.size),
        cost: part.cost.map(Money::rub),
    }
}

const fn dimensions(size: Size) -> Dimensions {
    Dimensions {
        height_mm: size.h,
        width_mm: size.w,
        depth_mm: size.d,
    }
}

fn text(words: Words) -> Text {
    Text::new(words.0, words.1)
}
