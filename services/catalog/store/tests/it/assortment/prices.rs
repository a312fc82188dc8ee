//! What units cost and how many there are, by the bills, costs and assemblies of the moment.

use catalog_store::assortment::{check_unit, refresh_bills, unit};
use contracts::catalog::{ComponentContent, NoPrice, UnitContent};
use kernel::Money;

use super::{change, line, make, make_unit, piece, settle, stools, table};

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
