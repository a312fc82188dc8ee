//! Imports of what units are described by, of assemblies and of sets, checked as employees' saves are.

use std::collections::BTreeMap;

use catalog_store::assortment::{change_unit, component, delete_unit, unit};
use catalog_store::{
    Assortment, ImportReport, ProductRef, ProductSetEntry, SetRef, SetUnitEntry, change_entry, create_entry,
    delete_entry, delete_set, entry, set,
};
use contracts::catalog::{
    CategoryContent, ChoiceContent, ComponentTypeContent, Coordinates, MarginContent, PropertyContent,
    PropertyUse, RuleContent, SetKindContent, SetRequirement, SetState, ValueKind,
};
use serde_json::{Value, json};

use crate::assortment::editor;
use crate::import::{everything, refused};
use crate::support::{Shop, assortment, category, line, text};

/// Tables of legs and a drawer, stools of legs, chests of a drawer; a drawer has slides and a box, a box has four sides. Slides may be of another maker.
fn furniture() -> Assortment {
    let stock: &[(&str, &[i64])] = &[
        ("BOX", &[]),
        ("DRAWER", &[]),
        ("LEG", &[40]),
        ("SIDE", &[40]),
        ("SLIDE", &[3]),
        ("SLIDE-B", &[2]),
    ];
    let products: &[(&str, &[(&str, i32)])] = &[
        ("table", &[("LEG", 4), ("DRAWER", 1)]),
        ("stool", &[("LEG", 3)]),
        ("chest", &[("DRAWER", 1)]),
    ];
    let mut all = assortment(products, stock);
    all.properties = vec![
        property("style", ValueKind::Choice, &["loft", "classic"]),
        property("seats", ValueKind::Number, &[]),
        property("length_mm", ValueKind::Number, &[]),
    ];
    all.categories = vec![category("dining", None), category("tables", Some("dining"))];
    all.categories[0].properties.push(required("style"));
    all.categories[1].properties.push(PropertyUse {
        property: "seats".to_owned(),
        required: false,
    });
    all.component_types = vec![ComponentTypeContent {
        code: "slide".to_owned(),
        name: text("slide"),
        position: 1,
        properties: vec![required("length_mm")],
    }];
    all.margins = vec![MarginContent {
        category: Some("dining".to_owned()),
        margin_bp: 10_000,
        step: 1_000,
    }];
    all.rules = vec![RuleContent {
        code: "slide-length".to_owned(),
        name: text("too long"),
        category: Some("dining".to_owned()),
        component_type: Some("slide".to_owned()),
        condition: json!({ "check": "range", "component": "length_mm", "max": 600 }),
    }];
    all.set_kinds = vec![SetKindContent {
        code: "corner".to_owned(),
        name: text("corner"),
        position: 1,
        same_color: true,
        same_material: false,
        max_discount_bp: 500,
        requirements: vec![SetRequirement {
            category: "dining".to_owned(),
            quantity: 3,
        }],
    }];
    all.warehouses[0].capacity_l = Some(90_000);
    all.warehouses[0].place = Some(Coordinates {
        latitude: 55.4364,
        longitude: 37.7664,
    });
    for product in &mut all.products {
        product.properties = values(&[("style", json!("loft")), ("seats", json!(4))]);
    }
    let [boxes, drawer, _, _, slide, other] = &mut all.components[..] else {
        panic!("six components");
    };
    (boxes.cost, boxes.lines) = (None, vec![line("SIDE", 4)]);
    (drawer.cost, drawer.lines) = (None, vec![line("BOX", 1), line("SLIDE", 1)]);
    drawer.lines[1].substitutes.push("SLIDE-B".to_owned());
    for slide in [slide, other] {
        "slide".clone_into(&mut slide.kind);
        slide.properties = values(&[("length_mm", json!(450))]);
    }
    all.sets = vec![ProductSetEntry {
        external_id: "CORNER-1".to_owned(),
        kind: "corner".to_owned(),
        name: text("set"),
        description: text("description"),
        color: "oak".to_owned(),
        material: "wood".to_owned(),
        units: [("table", 1), ("stool", 2)]
            .map(|(slug, quantity)| SetUnitEntry {
                slug: slug.to_owned(),
                quantity,
            })
            .into(),
    }];
    all
}

fn property(code: &str, kind: ValueKind, choices: &[&str]) -> PropertyContent {
    let choices = choices.iter().map(|code| ChoiceContent {
        code: (*code).to_owned(),
        name: text(code),
    });
    PropertyContent {
        code: code.to_owned(),
        name: text(code),
        kind,
        unit: None,
        filterable: true,
        position: 1,
        choices: choices.collect(),
    }
}

fn required(property: &str) -> PropertyUse {
    PropertyUse {
        property: property.to_owned(),
        required: true,
    }
}

fn values(values: &[(&str, Value)]) -> BTreeMap<String, Value> {
    let values = values.iter();
    values
        .map(|(code, value)| ((*code).to_owned(), value.clone()))
        .collect()
}

async fn price_and_available(shop: &Shop, slug: &str) -> (Option<i64>, i64) {
    shop.refresh().await;
    let detail = catalog_store::product(&shop.edge, &ProductRef::parse(slug)).await;
    let detail = detail.expect("read").expect("there");
    (
        detail.card.price.map(|price| price.amount),
        detail.availability.total,
    )
}

async fn set_state(shop: &Shop) -> SetState {
    let found = set(&shop.edge, &SetRef::parse("CORNER-1")).await;
    found.expect("read").expect("there").card.standing.state
}

#[tokio::test]
async fn everything_there_is_to_a_unit_is_imported_once() {
    let shop = Shop::empty().await;
    let entries = furniture();
    let report = shop.import(&entries).await;
    assert_eq!(
        report,
        ImportReport {
            // Three properties, two categories, two types, a margin, a rule, a kind of sets, colour, material, warehouses.
            vocabulary: 15,
            components: 6,
            products: 3,
            prices: 3,
            shelves: 4,
            sets: 1,
        }
    );
    // Four legs, four sides, a slide at 100 roubles each, and as much again; of slides there are five, two of them of
    // another maker.
    assert_eq!(price_and_available(&shop, "table").await, (Some(1_800_00), 5));
    assert_eq!(set_state(&shop).await, SetState::Complete);
    shop.assert_listed().await;
    let before = everything(&shop).await;
    assert_eq!(shop.import(&entries).await, ImportReport::default());
    shop.refresh().await;
    assert_eq!(everything(&shop).await, before);
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_assembly_that_changes_rebuilds_the_units_above_it() {
    let shop = Shop::empty().await;
    let mut entries = furniture();
    shop.import(&entries).await;
    entries.components[0].lines = vec![line("SIDE", 20)];
    entries.products.clear();
    entries.sets.clear();
    let report = shop.import(&entries).await;
    assert_eq!((report.components, report.prices), (1, 2));
    assert_eq!(price_and_available(&shop, "table").await, (Some(5_000_00), 2));
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_employees_have_edited_or_deleted_stays_as_it_is() {
    let shop = Shop::empty().await;
    let entries = furniture();
    shop.import(&entries).await;
    let (staff, editor) = (&shop.staff, editor(&shop));
    let renamed = CategoryContent {
        name: text("tables and more"),
        ..entries.categories[1].clone()
    };
    change_entry(staff, &editor, "tables", 1, &renamed)
        .await
        .expect("changed");
    delete_entry::<MarginContent>(staff, &editor, "dining", 1)
        .await
        .expect("deleted");
    // The chest, which nobody has edited, does not obey it.
    let strict = RuleContent {
        code: "strict".to_owned(),
        condition: json!({ "check": "range", "component": "length_mm", "max": 1 }),
        ..entries.rules[0].clone()
    };
    let id = set(&shop.edge, &SetRef::parse("CORNER-1")).await;
    let id = id.expect("read").expect("there").card.id;
    delete_set(staff, &editor, id, 1).await.expect("deleted");
    let stool = shop.products().await["stool"];
    delete_unit(staff, &editor, stool, 1).await.expect("deleted");
    let table = shop.products().await["table"];
    let view = unit(staff, table).await.expect("read").expect("there");
    let mut renamed = view.unit.content;
    "long-table".clone_into(&mut renamed.slug);
    change_unit(staff, &editor, table, 1, &renamed)
        .await
        .expect("changed");
    create_entry(staff, &editor, "strict", &strict)
        .await
        .expect("made");
    let leg = shop.component("LEG").await;
    let mut content = component(staff, leg).await.expect("read").expect("there").content;
    (content.sku, content.cost) = ("LEG-2".to_owned(), Some(kernel::Money::rub(1)));
    catalog_store::assortment::change_component(staff, &editor, leg, 1, &content)
        .await
        .expect("changed");
    while catalog_store::reprice_margins(&shop.internal, 100)
        .await
        .expect("the database answers")
        > 0
    {}
    while catalog_store::assortment::refresh_bills(&shop.internal, 100)
        .await
        .expect("the database answers")
        > 0
    {}
    shop.refresh().await;
    let before = everything(&shop).await;

    assert_eq!(shop.import(&entries).await, ImportReport::default());
    shop.refresh().await;
    assert_eq!(everything(&shop).await, before);
    let margin = entry::<MarginContent>(staff, "dining").await;
    assert_eq!(margin.expect("read"), None);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_name_and_leaves_nothing() {
    let shop = Shop::empty().await;
    let mut cases: Vec<(&str, Assortment)> = Vec::new();
    let mut case = |says, change: fn(&mut Assortment)| {
        let mut entries = furniture();
        change(&mut entries);
        cases.push((says, entries));
    };
    case(
        "the product \"table\" does not fit: properties.style is not one of the choices",
        |a| {
            _ = a.products[0]
                .properties
                .insert("style".to_owned(), json!("baroque"));
        },
    );
    case(
        "the product \"stool\" does not fit: properties.style is required",
        |a| _ = a.products[1].properties.remove("style"),
    );
    case(
        "the product \"table\" does not fit: SLIDE-B, rule slide-length: too long",
        |a| {
            _ = a.components[5]
                .properties
                .insert("length_mm".to_owned(), json!(700));
        },
    );
    case(
        "the component \"SLIDE\" does not fit: properties.length_mm is required",
        |a| a.components[4].properties.clear(),
    );
    case(
        "the component \"DRAWER\" does not fit: cost an assembly costs what its parts do",
        |a| a.components[1].cost = Some(kernel::Money::rub(1)),
    );
    case(
        "the component \"BOX\" does not fit: an assembly contains itself: BOX → DRAWER",
        |a| a.components[0].lines.push(line("DRAWER", 1)),
    );
    case(
        "the component \"DRAWER\" does not fit: an assembly lies on no shelf",
        |a| {
            "DRAWER".clone_into(&mut a.stock[0].sku);
        },
    );
    case(
        "\"DRAWER\" names the component \"RAIL\", which does not exist",
        |a| a.components[1].lines[1].substitutes.push("RAIL".to_owned()),
    );
    case("the line \"BOX of DRAWER\" is listed twice", |a| {
        a.components[1].lines.push(line("BOX", 2));
    });
    case(
        "the category \"tables\" does not fit: parent there is none such",
        |a| a.categories[1].parent = Some("living".to_owned()),
    );
    case(
        "the compatibility_rule \"slide-length\" does not fit: condition.component there is none such",
        |a| a.rules[0].condition = json!({ "check": "range", "component": "weight", "max": 1 }),
    );
    case(
        "the set_kind \"corner\" does not fit: requirements[0].category there is none such",
        |a| a.set_kinds[0].requirements[0].category = "beds".to_owned(),
    );
    case(
        "the set \"CORNER-1\" does not fit: units[0].product_id the unit's colour is oak, the set's is white; \
         units[1].product_id the unit's colour is oak, the set's is white",
        |a| {
            let mut white = a.colors[0].clone();
            "white".clone_into(&mut white.code);
            a.colors.push(white);
            "white".clone_into(&mut a.sets[0].color);
        },
    );
    case(
        "\"CORNER-1\" names the product \"sofa\", which does not exist",
        |a| {
            "sofa".clone_into(&mut a.sets[0].units[0].slug);
        },
    );
    for (says, entries) in cases {
        assert_eq!(refused(&shop, &entries).await.to_string(), says);
        assert_eq!(everything(&shop).await, "", "{says}");
    }
    shop.import(&furniture()).await;
    let mut plain = furniture();
    plain.components[0].lines.clear();
    assert_eq!(
        refused(&shop, &plain).await.to_string(),
        "the component \"BOX\" does not fit: a plain component does not become an assembly, nor the other way round"
    );
}
