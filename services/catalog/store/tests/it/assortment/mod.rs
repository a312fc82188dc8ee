//! Components and units as employees edit them.

mod assemblies;
mod edits;
mod prices;

use catalog_store::assortment::{change_component, create_component, create_unit, refresh_bills};
use catalog_store::edit::{EditError, Editor, Refusal};
use contracts::catalog::{BillItem, Component, ComponentContent, UnitContent, UnitView};
use kernel::{ComponentId, Dimensions, Money};

use crate::support::{Shop, text};

const SIZE: Dimensions = Dimensions {
    height_mm: 700,
    width_mm: 600,
    depth_mm: 50,
};

pub(crate) fn editor(shop: &Shop) -> Editor<'_> {
    Editor {
        clock: &shop.clock,
        subscriptions: &shop.subscriptions,
        actor: "ivanova",
    }
}

pub(crate) fn line(component_id: ComponentId, quantity: i32) -> BillItem {
    BillItem {
        component_id,
        quantity,
        required: true,
        substitutes: Vec::new(),
    }
}

pub(crate) fn piece(sku: &str, cost: Option<i64>, lines: &[BillItem]) -> ComponentContent {
    ComponentContent {
        sku: sku.to_owned(),
        name: text(sku),
        kind: "panel".to_owned(),
        color: Some("oak".to_owned()),
        material: None,
        dimensions: SIZE,
        cost: cost.map(Money::rub),
        properties: std::collections::BTreeMap::new(),
        lines: lines.to_vec(),
    }
}

pub(crate) fn table(slug: &str, bill: &[BillItem]) -> UnitContent {
    UnitContent {
        slug: slug.to_owned(),
        name: text(slug),
        description: text("description"),
        category: "tables".to_owned(),
        color: "oak".to_owned(),
        material: "wood".to_owned(),
        dimensions: SIZE,
        weight_g: 12_000,
        properties: std::collections::BTreeMap::new(),
        price_by_hand: None,
        bill: bill.to_vec(),
    }
}

pub(crate) async fn make(shop: &Shop, content: &ComponentContent) -> Component {
    create_component(&shop.staff, &editor(shop), &content.sku, content)
        .await
        .expect("a sound component")
}

pub(crate) async fn make_unit(shop: &Shop, content: &UnitContent) -> UnitView {
    create_unit(&shop.staff, &editor(shop), &content.slug, content)
        .await
        .expect("a sound unit")
}

async fn change(shop: &Shop, of: &Component, content: &ComponentContent) -> Result<Component, EditError> {
    change_component(&shop.staff, &editor(shop), of.id, of.version, content).await
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, EditError>) -> Refusal {
    match outcome {
        Err(EditError::Refused(refusal)) => *refusal,
        other => panic!("{other:?}"),
    }
}

fn faults<T: std::fmt::Debug>(outcome: Result<T, EditError>) -> Vec<(String, &'static str)> {
    match outcome {
        Err(EditError::Invalid(faults)) => faults
            .into_iter()
            .map(|fault| (fault.field, fault.code))
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// Works off what edits have queued.
async fn settle(shop: &Shop, batch: i64) {
    while refresh_bills(&shop.internal, batch)
        .await
        .expect("the database answers")
        > 0
    {}
    while catalog_store::refresh_availability(&shop.internal, 100)
        .await
        .expect("the database answers")
        .more
    {}
}

/// Seats of which there are 4 and legs of which there are 30, and a stool of them.
async fn stools() -> Shop {
    Shop::with(
        &[("stool", &[("SEAT", 1), ("LEG", 3)])],
        &[("SEAT", &[4]), ("LEG", &[30])],
    )
    .await
}
