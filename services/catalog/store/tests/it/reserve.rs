use catalog_store::ReserveError;
use contracts::catalog::{Pick, ReservationLine, ReservationStatus, ReserveRequest, Shortage};
use kernel::{Money, ProductId};
use time::Duration;

use crate::support::{Shop, assortment, component, planning_once};

/// `(warehouse, article, pieces)` of picks.
fn places(picks: &[Pick]) -> Vec<(&str, &str, i64)> {
    picks
        .iter()
        .map(|pick| (&*pick.warehouse, &*pick.sku, pick.quantity))
        .collect()
}

#[tokio::test]
async fn twenty_of_ten_five_eight_come_from_all_three_warehouses() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[10, 5, 8])]).await;
    let held = shop.reserve(&[("stool", 20)]).await;
    // The two largest are emptied, the smallest gives the rest (STK-2).
    assert_eq!(
        places(&held.picks),
        [("MSK", "SEAT", 10), ("SPB", "SEAT", 2), ("EKB", "SEAT", 8)]
    );
    assert_eq!(held.picks[0].shelf.as_deref(), Some("MSK-1"));
    assert_eq!(shop.stock("SEAT").await, [(10, 10), (5, 2), (8, 8)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn twenty_of_ten_five_two_are_refused_with_seventeen_available() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[10, 5, 2])]).await;
    let refused = shop.try_reserve(shop.order(), &[("stool", 20)]).await;
    let Err(ReserveError::Short(shortages)) = refused else {
        panic!("not short: {refused:?}")
    };
    assert_eq!(
        shortages,
        [Shortage {
            product_id: shop.products().await["stool"],
            requested: 20,
            available: 17
        }]
    );
    assert_eq!(shop.stock("SEAT").await, [(10, 0), (5, 0), (2, 0)]);
    assert_eq!(shop.count("SELECT count(*) FROM reservation").await, 0);
    shop.assert_sound().await;
}

#[tokio::test]
async fn lines_that_share_a_component_are_added_up() {
    let products: &[(&str, &[(&str, i32)])] = &[
        ("table", &[("LEG", 4), ("TOP", 1)]),
        ("stool", &[("LEG", 3), ("SEAT", 1)]),
    ];
    let stock: &[(&str, &[i64])] = &[("LEG", &[6, 5, 2]), ("TOP", &[9]), ("SEAT", &[9])];
    let shop = Shop::with(products, stock).await;
    // Alone there would be three tables or four stools, but thirteen legs do not make two of each.
    let refused = shop
        .try_reserve(shop.order(), &[("table", 2), ("stool", 2)])
        .await
        .expect_err("14 legs of 13");
    let ReserveError::Short(mut shortages) = refused else {
        panic!("{refused:?}")
    };
    shortages.sort_by_key(|short| short.available);
    let numbers: Vec<_> = shortages.iter().map(|s| (s.requested, s.available)).collect();
    assert_eq!(numbers, [(2, 3), (2, 4)]);

    // The same product on two lines: five legs of the first line are not there for the second.
    assert!(
        shop.try_reserve(shop.order(), &[("table", 2), ("table", 2)])
            .await
            .is_err()
    );
    let held = shop.reserve(&[("table", 1), ("stool", 2), ("stool", 1)]).await;
    assert_eq!(held.lines.len(), 3);
    let legs: i64 = held
        .picks
        .iter()
        .filter(|p| p.sku == "LEG")
        .map(|p| p.quantity)
        .sum();
    assert_eq!(legs, 13);
    assert_eq!(shop.stock("LEG").await, [(6, 6), (5, 5), (2, 2)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn optional_components_are_neither_needed_nor_held() {
    let mut entries = assortment(&[("table", &[("TOP", 1), ("GLASS", 2)])], &[("TOP", &[1])]);
    entries.components.push(component("GLASS"));
    entries.products[0].bill[1].required = false;
    let shop = Shop::empty().await;
    shop.import(&entries).await;
    let held = shop.reserve(&[("table", 1)]).await;
    assert_eq!(places(&held.picks), [("MSK", "TOP", 1)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn the_same_order_gets_the_first_reservation_whatever_it_asks() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3, 9])]).await;
    let order = shop.order();
    let first = shop.try_reserve(order, &[("stool", 4)]).await.expect("enough");
    assert_eq!(first.status, ReservationStatus::Reserved);
    assert_eq!(first.lines[0].unit_price, Money::rub(160_00));
    assert_eq!(first.lines[0].slug, "stool");

    let again = shop.try_reserve(order, &[("stool", 4)]).await.expect("the same");
    assert_eq!(again, first);
    let other = shop
        .try_reserve(order, &[("stool", 500)])
        .await
        .expect("the same");
    assert_eq!(other, first);
    let read = catalog_store::reservation(&shop.internal, order)
        .await
        .expect("read");
    assert_eq!(read.as_ref(), Some(&first));

    shop.release(order).await.expect("held");
    let released = shop
        .try_reserve(order, &[("stool", 4)])
        .await
        .expect("still the same");
    assert_eq!(released.status, ReservationStatus::Released);
    assert_eq!(shop.stock("SEAT").await, [(3, 0), (9, 0)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn the_product_is_kept_as_it_was_when_it_was_reserved() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3])]).await;
    let held = shop.reserve(&[("stool", 1)]).await;
    let mut dearer = assortment(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3])]);
    dearer.components[0].cost = Some(Money::rub(500_00));
    shop.import(&dearer).await;
    let read = catalog_store::reservation(&shop.internal, held.order_id)
        .await
        .expect("read")
        .expect("held");
    assert_eq!(read.lines[0].unit_price, Money::rub(160_00));
}

#[tokio::test]
async fn what_has_no_price_or_does_not_exist_is_not_for_sale() {
    let mut entries = assortment(
        &[
            ("stool", &[("SEAT", 1)]),
            ("throne", &[("GOLD", 1)]),
            ("idea", &[]),
        ],
        &[("SEAT", &[3]), ("GOLD", &[3])],
    );
    entries.components[1].cost = None;
    let shop = Shop::empty().await;
    shop.import(&entries).await;
    let products = shop.products().await;
    let unknown = ProductId::new(&shop.clock);
    let line = |product_id| ReservationLine {
        product_id,
        quantity: 1,
    };
    let request = ReserveRequest {
        lines: vec![
            line(products["throne"]),
            line(products["stool"]),
            line(unknown),
            line(products["idea"]),
        ],
        sets: Vec::new(),
        near: None,
        expires_at: shop.now() + Duration::minutes(20),
    };
    let refused = catalog_store::reserve(&shop.internal, shop.now(), shop.order(), &request).await;
    let Err(ReserveError::NotForSale(which)) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(which.products, [products["throne"], unknown, products["idea"]]);
    assert_eq!(shop.stock("SEAT").await, [(3, 0)]);
    assert_eq!(shop.count("SELECT count(*) FROM reservation").await, 0);
}

#[tokio::test]
async fn no_number_of_pieces_is_too_large_to_be_refused() {
    let shop = Shop::with(&[("stool", &[("SEAT", i32::MAX)])], &[("SEAT", &[3])]).await;
    let refused = shop.try_reserve(shop.order(), &[("stool", i64::MAX)]).await;
    assert!(matches!(refused, Err(ReserveError::Short(_))), "{refused:?}");
}

/// Connections keep the plans that they made first, which may be when the shop is new.
#[tokio::test]
async fn what_was_planned_without_reservations_looks_for_the_one_that_is_asked_for() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[10])]).await;
    sqlx::raw_sql("ANALYZE")
        .execute(shop.db.admin())
        .await
        .expect("statistics");
    let pg = planning_once(&shop.db.url_for("catalog_internal"));
    let request = shop.request(&[("stool", 1)]).await;
    catalog_store::reserve(&pg, shop.now(), shop.order(), &request)
        .await
        .expect("enough");
    let mut conn = pg.pool().acquire().await.expect("the connection");
    // Escaped, so that this question is not among its own answers.
    let wanted: String = sqlx::query_scalar(
        "SELECT name || '(' || rtrim(repeat('NULL,', cardinality(parameter_types)), ',') || ')'
         FROM pg_prepared_statements WHERE statement LIKE '%FROM reservation WHERE order\\_id = ($1%'",
    )
    .fetch_one(&mut *conn)
    .await
    .expect("one statement");
    let plan: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "EXPLAIN (COSTS OFF) EXECUTE {wanted}"
    )))
    .fetch_all(&mut *conn)
    .await
    .expect("a plan");
    let looked_up = plan
        .iter()
        .skip_while(|line| !line.contains("on reservation"))
        .nth(1)
        .is_some_and(|line| line.contains("Index Cond: (order_id ="));
    assert!(looked_up, "{}", plan.join("\n"));
}
