//! Orders that are edited (ORD-4).

use std::sync::Arc;

use catalog_store::{ReplaceError, ReserveError};
use contracts::catalog::{
    GeoPoint, Pick, ReplaceRequest, Reservation, ReservationSet, ReservationStatus, ReserveRequest,
};
use futures_util::future::join_all;
use kernel::{Money, OrderId};

use crate::support::{Shop, assortment, line};

const PRODUCTS: &[(&str, &[(&str, i32)])] = &[("table", &[("LEG", 4), ("TOP", 1)]), ("stool", &[("LEG", 3)])];
const STOCK: &[(&str, &[i64])] = &[("LEG", &[12, 8]), ("TOP", &[2, 3])];

async fn edit(
    shop: &Shop,
    order: OrderId,
    revision: i64,
    lines: &[(&str, i64)],
) -> Result<Reservation, ReplaceError> {
    let ReserveRequest {
        lines, sets, near, ..
    } = shop.request(lines).await;
    let request = ReplaceRequest {
        lines,
        sets,
        near,
        revision,
    };
    catalog_store::replace(&shop.internal, shop.now(), order, &request).await
}

fn places(picks: &[Pick]) -> Vec<(&str, &str, i64)> {
    picks
        .iter()
        .map(|pick| (&*pick.warehouse, &*pick.sku, pick.quantity))
        .collect()
}

#[tokio::test]
async fn what_stays_is_kept_where_it_is_and_the_difference_moves() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let order = shop.reserve(&[("table", 2)]).await.order_id;
    let more = edit(&shop, order, 1, &[("table", 2), ("stool", 2)])
        .await
        .expect("enough");
    assert_eq!(
        places(&more.picks),
        [("MSK", "LEG", 12), ("MSK", "TOP", 2), ("SPB", "LEG", 2)]
    );
    assert_eq!(shop.stock("LEG").await, [(12, 12), (8, 2)]);
    assert_eq!(more.lines.len(), 2);
    let read = catalog_store::reservation(&shop.internal, order)
        .await
        .expect("read");
    assert_eq!(read.as_ref(), Some(&more));
    shop.assert_sound().await;

    shop.confirm(order).await.expect("reserved");
    assert_eq!(shop.stock("LEG").await, [(0, 0), (6, 0)]);
    let less = edit(&shop, order, 2, &[("stool", 1)]).await.expect("less");
    assert_eq!(less.status, ReservationStatus::Confirmed);
    assert_eq!(places(&less.picks), [("MSK", "LEG", 3)]);
    assert_eq!(shop.stock("LEG").await, [(9, 0), (8, 0)]);
    assert_eq!(shop.stock("TOP").await, [(2, 0), (3, 0)]);
    shop.assert_sound().await;

    shop.release(order).await.expect("confirmed");
    assert_eq!(shop.stock("LEG").await, [(12, 0), (8, 0)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn an_edit_is_carried_out_once_and_never_after_a_later_one() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let order = shop.reserve(&[("stool", 1)]).await.order_id;
    let second = edit(&shop, order, 2, &[("stool", 2)]).await.expect("enough");
    let again = edit(&shop, order, 2, &[("stool", 3)]).await.expect("the same");
    assert_eq!(again, second);
    let late = edit(&shop, order, 1, &[("stool", 4)]).await;
    assert!(
        matches!(late, Err(ReplaceError::Outdated { current: 2 })),
        "{late:?}"
    );
    let held: i64 = shop.stock("LEG").await.iter().map(|(_, reserved)| reserved).sum();
    assert_eq!(held, 6);
    shop.assert_sound().await;
}

#[tokio::test]
async fn on_a_shortage_nothing_changes() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let before = shop.reserve(&[("table", 3)]).await;
    let short = edit(&shop, before.order_id, 1, &[("table", 3), ("stool", 3)]).await;
    let Err(ReplaceError::Short(shortages)) = short else {
        panic!("{short:?}")
    };
    // What the order holds itself counts: twenty legs in all.
    let available: Vec<_> = shortages.iter().map(|s| (s.requested, s.available)).collect();
    assert_eq!(available.len(), 2);
    assert!(
        available.contains(&(3, 5)) && available.contains(&(3, 6)),
        "{available:?}"
    );
    let read = catalog_store::reservation(&shop.internal, before.order_id).await;
    assert_eq!(read.expect("read"), Some(before.clone()));
    // The number of a refused edit is not used up.
    edit(&shop, before.order_id, 1, &[("stool", 6)])
        .await
        .expect("18 legs");
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_was_given_back_has_no_lines_to_edit() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let released = shop.reserve(&[("stool", 1)]).await.order_id;
    shop.release(released).await.expect("reserved");
    let refused = edit(&shop, released, 1, &[("stool", 2)]).await;
    assert!(matches!(
        refused,
        Err(ReplaceError::Settled(ReservationStatus::Released))
    ));
    let expired = shop.reserve(&[("stool", 1)]).await.order_id;
    shop.clock.advance(time::Duration::hours(1));
    shop.expire().await;
    let refused = edit(&shop, expired, 1, &[("stool", 2)]).await;
    assert!(matches!(
        refused,
        Err(ReplaceError::Settled(ReservationStatus::Expired))
    ));
    let unknown = edit(&shop, shop.order(), 1, &[("stool", 2)]).await;
    assert!(matches!(unknown, Err(ReplaceError::NotFound)));
    shop.assert_sound().await;
}

#[tokio::test]
async fn products_that_stay_keep_their_price_even_when_they_are_sold_no_more() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let held = shop.reserve(&[("stool", 2)]).await;
    let mut dearer = assortment(PRODUCTS, STOCK);
    dearer.components[0].cost = Some(Money::rub(500_00));
    shop.import(&dearer).await;
    sqlx::query("UPDATE product SET deleted_at = now() WHERE slug = 'stool'")
        .execute(shop.db.admin())
        .await
        .expect("deleted");
    let fewer = edit(&shop, held.order_id, 1, &[("stool", 1), ("table", 1)])
        .await
        .expect("enough");
    assert_eq!(fewer.lines[0].unit_price, held.lines[0].unit_price);
    let more = edit(&shop, held.order_id, 2, &[("stool", 2)]).await;
    let Err(ReplaceError::NotForSale(what)) = more else {
        panic!("{more:?}")
    };
    assert_eq!(what.products, [held.lines[0].product_id]);
    let new = shop.try_reserve(shop.order(), &[("stool", 1)]).await;
    assert!(matches!(new, Err(ReserveError::NotForSale(_))), "{new:?}");
    shop.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn edits_of_orders_that_share_shelves_at_once_lose_nothing() {
    let shop = Arc::new(Shop::with(PRODUCTS, &[("LEG", &[60, 40]), ("TOP", &[9, 9])]).await);
    let mut orders = Vec::new();
    for _ in 0..8 {
        orders.push(shop.reserve(&[("table", 1)]).await.order_id);
    }
    let edits = orders
        .iter()
        .flat_map(|&order| (1..=6).map(move |revision| (order, revision)));
    let tasks = edits.map(|(order, revision)| {
        let shop = Arc::clone(&shop);
        tokio::spawn(async move {
            let lines: &[(&str, i64)] = [
                &[("stool", 5)][..],
                &[("table", 1), ("stool", 1)],
                &[("stool", 1), ("table", 2)],
            ][usize::try_from(revision).expect("small") % 3];
            match edit(&shop, order, revision, lines).await {
                Ok(_) | Err(ReplaceError::Outdated { .. } | ReplaceError::Short(_)) => {}
                Err(other) => panic!("{other:?}"),
            }
        })
    });
    for task in join_all(tasks.collect::<Vec<_>>()).await {
        task.expect("no panic");
    }
    shop.assert_sound().await;
}

/// Makes a set of one table and two stools.
#[tokio::test]
async fn a_set_is_held_as_its_units_of_today_or_not_at_all() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let set_id = shop.set(&[("table", 1), ("stool", 2)]).await;
    let ask = async |sets: i64, stools: i64| {
        let mut request = shop
            .request(&[("stool", stools)][..usize::from(stools > 0)])
            .await;
        request.sets.push(ReservationSet {
            set_id,
            quantity: sets,
        });
        catalog_store::reserve(&shop.internal, shop.now(), shop.order(), &request).await
    };
    // Ten legs a set: one and three stools are nineteen, two are twenty, two and a stool too many.
    let held = ask(1, 3).await.expect("enough");
    let lines: Vec<_> = held
        .lines
        .iter()
        .map(|l| (&*l.slug, l.quantity, l.set_id))
        .collect();
    assert_eq!(
        lines,
        [
            ("stool", 3, None),
            ("table", 1, Some(set_id)),
            ("stool", 2, Some(set_id))
        ]
    );
    let read = catalog_store::reservation(&shop.internal, held.order_id).await;
    assert_eq!(read.expect("read"), Some(held.clone()));
    shop.release(held.order_id).await.expect("held");
    assert!(matches!(ask(2, 1).await, Err(ReserveError::Short(_))));
    let held = ask(2, 0).await.expect("enough");
    shop.assert_sound().await;
    shop.release(held.order_id).await.expect("held");

    sqlx::query("UPDATE product SET deleted_at = now() WHERE slug = 'table'")
        .execute(shop.db.admin())
        .await
        .expect("deleted");
    for sql in [
        "SELECT",
        "UPDATE product_set SET deleted_at = now()",
        "DELETE FROM product_set_unit",
    ] {
        sqlx::query(sql).execute(shop.db.admin()).await.expect(sql);
        let refused = ask(1, 1).await;
        let Err(ReserveError::NotForSale(what)) = refused else {
            panic!("{sql}: {refused:?}")
        };
        assert_eq!((what.sets, what.products), (vec![set_id], vec![]), "{sql}");
    }
}

#[tokio::test]
async fn the_nearest_warehouse_goes_first_when_it_is_known_where_the_goods_go() {
    let shop = Shop::with(&[("stool", &[("LEG", 3)])], &[("LEG", &[30, 20, 9])]).await;
    sqlx::query(
        "UPDATE warehouse SET (latitude, longitude) = (SELECT p.lat, p.lon FROM (VALUES
             ('MSK', 55.75, 37.62), ('SPB', 59.94, 30.31), ('EKB', 56.84, 60.6)) AS p (code, lat, lon)
             WHERE p.code = warehouse.code)",
    )
    .execute(shop.db.admin())
    .await
    .expect("places");
    let mut request = shop.request(&[("stool", 5)]).await;
    request.near = Some(GeoPoint {
        latitude: 55.16,
        longitude: 61.4,
    });
    let held = catalog_store::reserve(&shop.internal, shop.now(), shop.order(), &request)
        .await
        .expect("enough");
    assert_eq!(places(&held.picks), [("MSK", "LEG", 6), ("EKB", "LEG", 9)]);
    let held = shop.reserve(&[("stool", 5)]).await;
    assert_eq!(places(&held.picks), [("MSK", "LEG", 15)]);
    shop.assert_sound().await;
}

#[tokio::test]
async fn substitutes_and_parts_of_assemblies_are_held_and_counted() {
    // A table is a frame, which is four legs and eight screws, and a top; bolts do for screws, screws for nothing.
    let shop = Shop::empty().await;
    let mut all = assortment(
        &[("table", &[("FRAME", 1), ("TOP", 1)]), ("stool", &[("SCREW", 3)])],
        &[
            ("FRAME", &[]),
            ("TOP", &[9]),
            ("LEG", &[40]),
            ("SCREW", &[20]),
            ("BOLT", &[0, 15]),
        ],
    );
    let frame = &mut all.components[0];
    (frame.cost, frame.lines) = (None, vec![line("LEG", 4), line("SCREW", 8)]);
    frame.lines[1].substitutes.push("BOLT".to_owned());
    shop.import(&all).await;
    shop.assert_sound().await;
    let ids = shop.products().await;
    let available = async || {
        let found = catalog_store::lookup(&shop.internal, &[ids["table"], ids["stool"]])
            .await
            .expect("read");
        let of = |slug: &str| found.iter().find(|p| p.slug == slug).map(|p| p.available);
        (of("table"), of("stool"))
    };
    // 35 screws and bolts make four tables; stools have 20 screws.
    assert_eq!(available().await, (Some(4), Some(6)));
    // Six stools leave two screws: two of the bolts' fifteen do not make a second table.
    let held = shop.reserve(&[("stool", 6), ("table", 2)]).await;
    let bolts: i64 = held
        .picks
        .iter()
        .filter(|p| p.sku == "BOLT")
        .map(|p| p.quantity)
        .sum();
    assert_eq!(bolts, 14);
    shop.assert_sound().await;
    assert_eq!(available().await, (Some(0), Some(0)));
    let short = shop.try_reserve(shop.order(), &[("table", 1)]).await;
    assert!(matches!(short, Err(ReserveError::Short(_))), "{short:?}");
    let edited = edit(&shop, held.order_id, 1, &[("table", 4)])
        .await
        .expect("35 pieces");
    assert_eq!(
        edited.picks.iter().map(|p| p.quantity).sum::<i64>(),
        4 * (1 + 4 + 8)
    );
    shop.assert_sound().await;
}
