use catalog_store::{CorrectStockError, ListError, StockFilter};
use contracts::catalog::{StockCorrection, StockRow};
use contracts::events::{STOCK_CORRECTED, StockCorrected};
use kernel::{ComponentId, PageSize};

use crate::support::Shop;

async fn stools() -> Shop {
    Shop::with(
        &[("stool", &[("SEAT", 1), ("LEG", 3)])],
        &[("SEAT", &[4]), ("LEG", &[30, 30])],
    )
    .await
}

fn correction(component_id: ComponentId, warehouse: &str, delta: i64) -> StockCorrection {
    StockCorrection {
        component_id,
        warehouse: warehouse.to_owned(),
        delta,
        reason: "counted anew".to_owned(),
    }
}

async fn correct(
    shop: &Shop,
    key: &str,
    correction: &StockCorrection,
) -> Result<StockRow, CorrectStockError> {
    catalog_store::correct_stock(
        &shop.staff,
        &shop.clock,
        &shop.subscriptions,
        "ivanova",
        key,
        correction,
    )
    .await
}

#[tokio::test]
async fn a_correction_is_made_once_journalled_and_told() {
    let shop = stools().await;
    let seat = shop.component("SEAT").await;
    shop.reserve(&[("stool", 2)]).await;
    for _ in 0..2 {
        let row = correct(&shop, "k1", &correction(seat, "MSK", -1))
            .await
            .expect("free");
        assert_eq!((row.on_hand, row.reserved, &*row.sku), (3, 2, "SEAT"));
        assert_eq!((&*row.warehouse, row.shelf.as_deref()), ("MSK", Some("MSK-1")));
    }
    let told: Vec<(String, serde_json::Value)> = sqlx::query_as("SELECT type, data FROM events.outbox")
        .fetch_all(shop.db.admin())
        .await
        .expect("events");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].0, STOCK_CORRECTED);
    let payload: StockCorrected = serde_json::from_value(told[0].1.clone()).expect("a payload");
    assert_eq!(
        (payload.component_id, payload.delta, &*payload.actor),
        (seat, -1, "ivanova")
    );
    let journal = shop
        .count_where(
            "SELECT count(*) FROM stock_movement
             WHERE kind = 'correction' AND reason = 'counted anew' AND actor = $1",
            "ivanova",
        )
        .await;
    assert_eq!(journal, 1);
    shop.assert_sound().await;
}

#[tokio::test]
async fn a_key_stands_for_one_correction() {
    let shop = stools().await;
    let (seat, leg) = (shop.component("SEAT").await, shop.component("LEG").await);
    correct(&shop, "k1", &correction(seat, "MSK", 1))
        .await
        .expect("more");
    for other in [
        correction(seat, "MSK", 2),
        correction(leg, "MSK", 1),
        correction(seat, "SPB", 1),
    ] {
        let refused = correct(&shop, "k1", &other).await;
        assert!(
            matches!(refused, Err(CorrectStockError::KeyReused)),
            "{refused:?}"
        );
    }
    // Another employee's key is another key.
    catalog_store::correct_stock(
        &shop.staff,
        &shop.clock,
        &shop.subscriptions,
        "petrov",
        "k1",
        &correction(seat, "MSK", 2),
    )
    .await
    .expect("more");
    assert_eq!(shop.stock("SEAT").await[0], (7, 0));
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_is_held_for_orders_cannot_be_taken_away() {
    let shop = stools().await;
    let seat = shop.component("SEAT").await;
    shop.reserve(&[("stool", 3)]).await;
    let refused = correct(&shop, "k1", &correction(seat, "MSK", -2)).await;
    assert!(
        matches!(refused, Err(CorrectStockError::TooFew { free: 1 })),
        "{refused:?}"
    );
    let refused = correct(&shop, "k2", &correction(seat, "EKB", -1)).await;
    assert!(
        matches!(refused, Err(CorrectStockError::TooFew { free: 0 })),
        "{refused:?}"
    );
    assert_eq!(shop.stock("SEAT").await, [(4, 3)]);
    // A refused correction has not used its key up.
    correct(&shop, "k1", &correction(seat, "MSK", -1))
        .await
        .expect("one is free");
    shop.assert_sound().await;
}

#[tokio::test]
async fn the_first_pieces_in_a_warehouse_make_a_shelf() {
    let shop = stools().await;
    let seat = shop.component("SEAT").await;
    let row = correct(&shop, "k1", &correction(seat, "EKB", 5))
        .await
        .expect("new");
    assert_eq!((row.on_hand, row.shelf), (5, None));
    shop.assert_sound().await;
    let held = shop.reserve(&[("stool", 9)]).await;
    let seats: Vec<_> = held
        .picks
        .iter()
        .filter(|pick| pick.sku == "SEAT")
        .map(|pick| (&*pick.warehouse, pick.quantity))
        .collect();
    assert_eq!(seats, [("MSK", 4), ("EKB", 5)]);
}

#[tokio::test]
async fn unknown_things_and_empty_corrections_are_told_apart() {
    let shop = stools().await;
    let seat = shop.component("SEAT").await;
    let unknown = correct(&shop, "k", &correction(ComponentId::new(&shop.clock), "MSK", 1)).await;
    assert!(
        matches!(unknown, Err(CorrectStockError::UnknownComponent)),
        "{unknown:?}"
    );
    let unknown = correct(&shop, "k", &correction(seat, "LED", 1)).await;
    assert!(
        matches!(unknown, Err(CorrectStockError::UnknownWarehouse)),
        "{unknown:?}"
    );
    let nothing = correct(&shop, "k", &correction(seat, "MSK", 0)).await;
    assert!(matches!(nothing, Err(CorrectStockError::NoChange)), "{nothing:?}");
    assert_eq!(shop.count("SELECT count(*) FROM events.outbox").await, 0);
}

#[tokio::test]
async fn stock_is_listed_by_article_and_warehouse_page_by_page() {
    let shop = stools().await;
    let mut cursor = None;
    let mut listed = Vec::new();
    loop {
        let size = PageSize::new(2).expect("sound");
        let page = catalog_store::list_stock(&shop.staff, &StockFilter::default(), cursor.as_deref(), size)
            .await
            .expect("a page");
        listed.extend(
            page.items
                .into_iter()
                .map(|row| (row.sku, row.warehouse, row.on_hand)),
        );
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let listed: Vec<_> = listed.iter().map(|(sku, w, n)| (&**sku, &**w, *n)).collect();
    assert_eq!(
        listed,
        [("LEG", "MSK", 30), ("LEG", "SPB", 30), ("SEAT", "MSK", 4)]
    );

    for (q, warehouse, found) in [
        (Some("sea"), None, 1),
        (Some("LEG ПО-РУС"), None, 2),
        (Some("%"), None, 0),
        (None, Some("MSK"), 2),
        (Some("leg"), Some("EKB"), 0),
    ] {
        let filter = StockFilter {
            q: q.map(str::to_owned),
            warehouse: warehouse.map(str::to_owned),
        };
        let page = catalog_store::list_stock(&shop.staff, &filter, None, PageSize::default())
            .await
            .expect("a page");
        assert_eq!(page.items.len(), found, "{filter:?}");
    }
    let refused = catalog_store::list_stock(
        &shop.staff,
        &StockFilter::default(),
        Some("WzFd"),
        PageSize::default(),
    )
    .await;
    assert!(matches!(refused, Err(ListError::Cursor(_))), "{refused:?}");
}
