//! What may be put together from what.

use catalog_store::assortment::{check_unit, create_unit};
use catalog_store::edit::Refusal;
use contracts::catalog::{BillItem, ComponentContent};

use super::{change, editor, line, make, make_unit, piece, refusal, stools, table};

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
