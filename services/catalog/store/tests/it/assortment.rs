//! Components and units as employees edit them.

use catalog_store::assortment::{
    change_component, change_unit, check_unit, create_component, create_unit, delete_component, delete_unit,
    refresh_bills, restore_unit, unit,
};
use catalog_store::edit::{EditError, Editor, Refusal};
use contracts::catalog::{BillItem, Component, ComponentContent, NoPrice, UnitContent, UnitView};
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

#[tokio::test]
async fn a_unit_is_built_priced_and_counted_through_assemblies() {
    let shop = stools().await;
    let (seat, leg) = (shop.component("SEAT").await, shop.component("LEG").await);
    let pair = make(&shop, &piece("PAIR", None, &[line(leg, 2)])).await;
    let frame = make(&shop, &piece("FRAME", None, &[line(pair.id, 2), line(leg, 1)])).await;
    let made = make_unit(&shop, &table("table", &[line(frame.id, 2), line(seat, 1)])).await;
    // Ten legs and a seat at 100 roubles each, 60 % on top.
    assert_eq!(made.pricing.cost, Some(Money::rub(1_100_00)));
    assert_eq!(made.pricing.price, Some(Money::rub(1_760_00)));
    assert_eq!(
        (made.pricing.margin_bp, made.pricing.step),
        (Some(6_000), Some(1_000))
    );
    let mut parts: Vec<_> = made
        .pricing
        .parts
        .iter()
        .map(|part| (&*part.sku, part.quantity))
        .collect();
    // They come in the order of ids, which of components made in the same moment is either.
    parts.sort_unstable();
    assert_eq!(parts, [("LEG", 10), ("SEAT", 1)]);
    assert_eq!(made.available, 3, "thirty legs are three times ten");
    settle(&shop, 10).await;
    let listed = shop
        .count_where(
            "SELECT a.available FROM product_availability a JOIN product p ON p.id = a.product_id WHERE p.slug = $1",
            "table",
        )
        .await;
    assert_eq!(listed, 3);
    let held = shop.reserve(&[("table", 1)]).await;
    assert_eq!(held.lines[0].unit_price, Money::rub(1_760_00));
    assert_eq!(held.picks.iter().map(|pick| pick.quantity).sum::<i64>(), 11);
    let again = make_unit(&shop, &table("table", &[line(frame.id, 2), line(seat, 1)])).await;
    assert_eq!(again.unit, made.unit, "the same key makes it once");
}

#[tokio::test]
async fn a_price_by_hand_goes_before_and_survives_what_is_computed() {
    let shop = stools().await;
    let seat = make(&shop, &piece("TOP", Some(500_00), &[])).await;
    let content = UnitContent {
        price_by_hand: Some(Money::rub(99_00)),
        ..table("cheap", &[line(seat.id, 1)])
    };
    let made = make_unit(&shop, &content).await;
    assert_eq!(made.pricing.price, Some(Money::rub(99_00)));
    assert_eq!(made.pricing.computed, Some(Money::rub(800_00)));
    change(&shop, &seat, &piece("TOP", Some(900_00), &[]))
        .await
        .expect("dearer");
    settle(&shop, 10).await;
    let price = shop
        .count_where("SELECT price_amount FROM product WHERE slug = $1", "cheap")
        .await;
    assert_eq!(price, 99_00);
    let seen = unit(&shop.staff, made.unit.id)
        .await
        .expect("an answer")
        .expect("a unit");
    assert_eq!(seen.pricing.computed, Some(Money::rub(1_440_00)));
}

#[tokio::test]
async fn without_a_price_the_reason_is_named() {
    let shop = stools().await;
    let unknown = make(&shop, &piece("NEW", None, &[])).await;
    for (bill, problem) in [
        (vec![line(unknown.id, 1)], NoPrice::NoCost),
        (Vec::new(), NoPrice::NoParts),
    ] {
        let checked = check_unit(&shop.staff, &table("x", &bill))
            .await
            .expect("an answer");
        assert_eq!(
            (checked.pricing.price, checked.pricing.problem),
            (None, Some(problem))
        );
    }
    assert_eq!(
        shop.count("SELECT count(*) FROM product WHERE slug = 'x'").await,
        0
    );
}

#[tokio::test]
async fn a_cost_reaches_all_units_in_batches_whatever_stops_between() {
    let shop = stools().await;
    let leg = shop.component("LEG").await;
    let pair = make(&shop, &piece("PAIR", None, &[line(leg, 2)])).await;
    for number in 0..7 {
        make_unit(&shop, &table(&format!("t{number}"), &[line(pair.id, 1)])).await;
    }
    let before = catalog_store::assortment::component(&shop.staff, leg)
        .await
        .expect("an answer")
        .expect("a leg");
    let content = ComponentContent {
        cost: Some(Money::rub(200_00)),
        ..before.content.clone()
    };
    change(&shop, &before, &content).await.expect("dearer");
    // Three of eight, and then the process is gone: what is done stays, the rest is still queued.
    assert_eq!(refresh_bills(&shop.internal, 3).await.expect("a batch"), 3);
    let dear =
        "SELECT count(*) FROM product WHERE slug LIKE 't%' AND price_amount = 64000 OR price_amount = 112000";
    assert_eq!(shop.count(dear).await, 3);
    assert_eq!(shop.count("SELECT count(*) FROM stale_bill").await, 1);
    settle(&shop, 3).await;
    assert_eq!(shop.count(dear).await, 8, "the stool has legs, too");
    assert_eq!(shop.count("SELECT count(*) FROM stale_bill").await, 0);
}

#[tokio::test]
async fn a_changed_assembly_changes_what_its_units_are_built_from() {
    let shop = stools().await;
    let (seat, leg) = (shop.component("SEAT").await, shop.component("LEG").await);
    let frame = make(&shop, &piece("FRAME", None, &[line(leg, 4)])).await;
    let made = make_unit(&shop, &table("table", &[line(frame.id, 1)])).await;
    change(
        &shop,
        &frame,
        &piece("FRAME", None, &[line(leg, 6), line(seat, 2)]),
    )
    .await
    .expect("more legs");
    settle(&shop, 10).await;
    let seen = unit(&shop.staff, made.unit.id)
        .await
        .expect("an answer")
        .expect("a unit");
    assert_eq!(
        (seen.available, seen.pricing.price),
        (2, Some(Money::rub(1_280_00)))
    );
    let parts = "SELECT sum(quantity)::bigint FROM product_part t JOIN product p ON p.id = t.product_id
                 WHERE p.slug = $1";
    assert_eq!(shop.count_where(parts, "table").await, 8);
    let (price, listed) = (
        shop.count_where("SELECT price_amount FROM product WHERE slug = $1", "table").await,
        shop.count_where(
            "SELECT a.available FROM product_availability a JOIN product p ON p.id = a.product_id WHERE p.slug = $1",
            "table",
        )
        .await,
    );
    assert_eq!((price, listed), (1_280_00, 2));
}

#[tokio::test]
async fn cycles_are_named() {
    let shop = stools().await;
    let leg = shop.component("LEG").await;
    let a = make(&shop, &piece("A", None, &[line(leg, 1)])).await;
    let b = make(&shop, &piece("B", None, &[line(a.id, 1)])).await;
    let c = make(&shop, &piece("C", None, &[line(b.id, 1)])).await;
    let Refusal::Cycle(cycle) = refusal(change(&shop, &a, &piece("A", None, &[line(c.id, 1)])).await) else {
        panic!("another refusal")
    };
    let mut skus: Vec<_> = cycle.iter().map(|named| &*named.sku).collect();
    skus.sort_unstable();
    assert_eq!(skus, ["A", "B", "C"]);
    let itself = refusal(change(&shop, &a, &piece("A", None, &[line(a.id, 1)])).await);
    assert!(matches!(itself, Refusal::Cycle(cycle) if cycle.len() == 1));
}

#[tokio::test]
async fn two_edits_that_together_make_a_cycle_do_not_both_pass() {
    let shop = stools().await;
    for round in 0..8 {
        let (a, b) = (
            make(&shop, &piece(&format!("A{round}"), Some(1), &[])).await,
            make(&shop, &piece(&format!("B{round}"), Some(1), &[])).await,
        );
        let (a_of_b, b_of_a) = (
            piece(&a.content.sku, None, &[line(b.id, 1)]),
            piece(&b.content.sku, None, &[line(a.id, 1)]),
        );
        let both = tokio::join!(change(&shop, &a, &a_of_b), change(&shop, &b, &b_of_a));
        let passed = usize::from(both.0.is_ok()) + usize::from(both.1.is_ok());
        assert_eq!(passed, 1, "{both:?}");
    }
}

#[tokio::test]
async fn what_lies_on_shelves_or_is_replaced_is_no_assembly() {
    let shop = stools().await;
    let (seat, leg) = (shop.component("SEAT").await, shop.component("LEG").await);
    let lying = catalog_store::assortment::component(&shop.staff, seat)
        .await
        .expect("an answer")
        .expect("a seat");
    let content = ComponentContent {
        cost: None,
        lines: vec![line(leg, 1)],
        ..lying.content.clone()
    };
    assert_eq!(
        refusal(change(&shop, &lying, &content).await),
        Refusal::InStock { pieces: 4 }
    );

    let (plain, other) = (
        make(&shop, &piece("PLAIN", Some(1), &[])).await,
        make(&shop, &piece("OTHER", Some(1), &[])).await,
    );
    let replaced = BillItem {
        substitutes: vec![other.id],
        ..line(plain.id, 1)
    };
    let used = make_unit(&shop, &table("used", &[replaced])).await;
    for sku in [&plain, &other] {
        let told = refusal(change(&shop, sku, &piece(&sku.content.sku, None, &[line(leg, 1)])).await);
        let Refusal::InSubstitution { users, total: 1 } = told else {
            panic!("{told:?}")
        };
        assert_eq!(users[0].code, used.unit.id.to_string());
    }

    let assembly = make(&shop, &piece("ASM", None, &[line(leg, 1)])).await;
    let bill = BillItem {
        substitutes: vec![plain.id],
        ..line(assembly.id, 1)
    };
    let told = refusal(check_unit(&shop.staff, &table("x", &[bill])).await);
    assert!(matches!(told, Refusal::Replaced(named) if named.sku == "ASM"));
    let bill = BillItem {
        substitutes: vec![assembly.id],
        ..line(plain.id, 1)
    };
    let told = refusal(check_unit(&shop.staff, &table("x", &[bill])).await);
    assert!(matches!(told, Refusal::Replacing(named) if named.sku == "ASM"));
}

#[tokio::test]
async fn a_component_does_not_become_an_assembly_while_a_bill_names_it_as_a_substitute() {
    let shop = stools().await;
    let leg = shop.component("LEG").await;
    for round in 0..8 {
        let spare = make(&shop, &piece(&format!("S{round}"), Some(1), &[])).await;
        let bill = BillItem {
            substitutes: vec![spare.id],
            ..line(leg, 1)
        };
        let content = table(&format!("s{round}"), &[bill]);
        let assembly = piece(&spare.content.sku, None, &[line(leg, 1)]);
        let key = content.slug.clone();
        let editor = editor(&shop);
        let both = tokio::join!(
            change(&shop, &spare, &assembly),
            create_unit(&shop.staff, &editor, &key, &content)
        );
        let passed = usize::from(both.0.is_ok()) + usize::from(both.1.is_ok());
        assert_eq!(passed, 1, "{both:?}");
    }
}

#[tokio::test]
async fn of_two_edits_of_one_version_one_wins_and_the_other_is_told_what_changed() {
    let shop = stools().await;
    let leg = shop.component("LEG").await;
    let made = make_unit(&shop, &table("table", &[line(leg, 4)])).await;
    let heavier = UnitContent {
        weight_g: 13_000,
        ..made.unit.content.clone()
    };
    let dearer = UnitContent {
        price_by_hand: Some(Money::rub(5_000_00)),
        ..made.unit.content.clone()
    };
    let editor = editor(&shop);
    let both = tokio::join!(
        change_unit(&shop.staff, &editor, made.unit.id, 1, &heavier),
        change_unit(&shop.staff, &editor, made.unit.id, 1, &dearer)
    );
    let (won, field, lost) = match both {
        (Ok(won), lost) => (won, "weight_g", lost),
        (lost, Ok(won)) => (won, "price_by_hand", lost),
        both => panic!("{both:?}"),
    };
    assert_eq!(won.unit.version, 2);
    let Err(EditError::Stale {
        version: 2,
        changed: Some(changed),
    }) = lost
    else {
        panic!("{lost:?}")
    };
    let fields: Vec<_> = changed.iter().map(|change| &*change.field).collect();
    assert_eq!(fields, [field]);
}

#[tokio::test]
async fn what_is_used_is_not_deleted() {
    let shop = stools().await;
    let (seat, leg) = (shop.component("SEAT").await, shop.component("LEG").await);
    let told = delete_component(&shop.staff, &editor(&shop), leg, 1).await;
    let Err(EditError::InUse { users, total }) = told else {
        panic!("{told:?}")
    };
    let kinds: Vec<_> = users.iter().map(|user| user.kind.code()).collect();
    assert_eq!(
        (kinds.as_slice(), total),
        (["product", "warehouse"].as_slice(), 2)
    );

    let free = make(&shop, &piece("FREE", Some(1), &[])).await;
    let gone = delete_component(&shop.staff, &editor(&shop), free.id, 1)
        .await
        .expect("unused");
    assert!(gone.deleted_at.is_some());
    let bill = [line(seat, 1), line(free.id, 1)];
    let told = faults(check_unit(&shop.staff, &table("x", &bill)).await);
    assert_eq!(told, [("bill[1].component_id".to_owned(), "unknown")]);
    let told = change(&shop, &gone, &free.content).await;
    assert!(matches!(told, Err(EditError::Deleted)), "{told:?}");
}

#[tokio::test]
async fn a_deleted_unit_is_not_sold_and_stays_readable_for_orders() {
    let shop = stools().await;
    let held = shop.reserve(&[("stool", 1)]).await;
    let id = shop.products().await["stool"];
    let gone = delete_unit(&shop.staff, &editor(&shop), id, 1)
        .await
        .expect("no set has it");
    assert_eq!(gone.version, 2);
    let refused = shop.try_reserve(shop.order(), &[("stool", 1)]).await;
    assert!(
        matches!(refused, Err(catalog_store::ReserveError::NotForSale(..))),
        "{refused:?}"
    );
    let seen = catalog_store::reservation(&shop.internal, held.order_id)
        .await
        .expect("an answer")
        .expect("a reservation");
    assert_eq!(seen.lines, held.lines);
    shop.confirm(held.order_id).await.expect("it was paid for");
    let seen = unit(&shop.staff, id)
        .await
        .expect("an answer")
        .expect("it is kept");
    assert!(seen.unit.deleted_at.is_some());

    let back = restore_unit(&shop.staff, &editor(&shop), id, 2)
        .await
        .expect("sound");
    assert_eq!((back.version, back.deleted_at), (3, None));
    shop.reserve(&[("stool", 1)]).await;
}

#[tokio::test]
async fn fields_that_fit_nothing_are_all_named() {
    let shop = stools().await;
    let leg = shop.component("LEG").await;
    let unknown = ComponentId::new(&shop.clock);
    let twice = BillItem {
        substitutes: vec![leg, unknown],
        ..line(leg, 1)
    };
    let content = UnitContent {
        category: "spaceships".to_owned(),
        color: "ultraviolet".to_owned(),
        material: "gold".to_owned(),
        properties: [("seats".to_owned(), serde_json::json!(4))].into(),
        ..table("x", &[line(unknown, 1), twice, line(leg, 2)])
    };
    let told = faults(check_unit(&shop.staff, &content).await);
    let told: Vec<_> = told.iter().map(|(field, code)| (&**field, *code)).collect();
    assert_eq!(
        told,
        [
            ("category", "unknown"),
            ("color", "unknown"),
            ("material", "unknown"),
            ("properties.seats", "unknown_field"),
            ("bill[0].component_id", "unknown"),
            ("bill[1].substitutes[0]", "duplicate"),
            ("bill[1].substitutes[1]", "unknown"),
            ("bill[2].component_id", "duplicate"),
        ]
    );
    let taken = create_unit(&shop.staff, &editor(&shop), "k", &table("stool", &[line(leg, 1)])).await;
    assert_eq!(faults(taken), [("slug".to_owned(), "taken")]);
    let taken = create_component(&shop.staff, &editor(&shop), "k", &piece("LEG", None, &[])).await;
    assert_eq!(faults(taken), [("sku".to_owned(), "taken")]);
}

#[tokio::test]
async fn rules_keep_components_out_and_say_why() {
    let shop = stools().await;
    sqlx::query(
        r#"INSERT INTO compatibility_rule (code, name_ru, name_en, category, component_type, condition)
           VALUES ('same-colour', 'Цвет детали – цвет изделия', 'Components have the colour of the unit', 'tables',
                   'panel', '{"check": "equal", "unit": "color", "component": "color"}')"#,
    )
    .execute(shop.db.admin())
    .await
    .expect("a rule");
    sqlx::query(
        "INSERT INTO color (code, name_ru, name_en, hex, position) VALUES ('white', 'б', 'w', '#ffffff', 9)",
    )
    .execute(shop.db.admin())
    .await
    .expect("a colour");
    let leg = shop.component("LEG").await;
    let white = ComponentContent {
        color: Some("white".to_owned()),
        ..piece("WHITE", Some(1), &[])
    };
    let white = make(&shop, &white).await;
    let content = table("mixed", &[line(leg, 4), line(white.id, 1)]);
    let told = refusal(create_unit(&shop.staff, &editor(&shop), "k", &content).await);
    let Refusal::Incompatible(refusals) = told else {
        panic!("{told:?}")
    };
    let [one] = refusals.as_slice() else {
        panic!("{refusals:?}")
    };
    assert_eq!(
        (&*one.rule, &*one.sku, &*one.property),
        ("same-colour", "WHITE", "color")
    );
    assert_eq!(
        (&one.value, &one.expected["equal"]),
        (&"white".into(), &"oak".into())
    );
    let checked = check_unit(&shop.staff, &content).await.expect("an answer");
    assert_eq!(checked.refusals, refusals);
}
