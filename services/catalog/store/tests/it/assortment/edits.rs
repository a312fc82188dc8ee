//! Versions, deletion, and what an edit is refused for.

use catalog_store::assortment::{
    change_unit, check_unit, create_component, create_unit, delete_component, delete_unit, restore_unit, unit,
};
use catalog_store::edit::{EditError, Refusal};
use contracts::catalog::{BillItem, ComponentContent, UnitContent};
use kernel::{ComponentId, Money};

use super::{change, editor, faults, line, make, make_unit, piece, refusal, stools, table};

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
