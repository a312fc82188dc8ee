//! Wishes are told of when there is enough, each once (STK-6).

use std::collections::BTreeSet;

use catalog_store::{WishError, correct_stock, drop_wish, put_wish, report_missing, tell_wishes};
use contracts::catalog::{StockCorrection, Wish, WishRequest};
use contracts::events::{BACK_IN_STOCK, BackInStock};
use events::Subscriptions;
use futures_util::future::join_all;
use kernel::{PageSize, ProductId};
use uuid::Uuid;

use crate::support::Shop;

/// A stool takes three legs, of which there are four.
async fn stools() -> Shop {
    Shop::with(
        &[("stool", &[("SEAT", 1), ("LEG", 3)]), ("table", &[("LEG", 4)])],
        &[("SEAT", &[50]), ("LEG", &[4])],
    )
    .await
}

fn subscriptions() -> Subscriptions {
    Subscriptions::new().with("orders", [BACK_IN_STOCK])
}

fn new_id(shop: &Shop) -> Uuid {
    shop.order().uuid()
}

async fn put(shop: &Shop, id: Uuid, slug: &str, quantity: i64) -> Wish {
    let request = WishRequest {
        product_id: shop.products().await[slug],
        quantity,
    };
    put_wish(&shop.internal, shop.now(), id, &request)
        .await
        .expect("the product exists")
}

async fn wish(shop: &Shop, slug: &str, quantity: i64) -> Uuid {
    let id = new_id(shop);
    put(shop, id, slug, quantity).await;
    id
}

async fn legs(shop: &Shop, delta: i64) {
    let correction = StockCorrection {
        component_id: shop.component("LEG").await,
        warehouse: "MSK".to_owned(),
        delta,
        reason: "delivery".to_owned(),
    };
    let key = new_id(shop).to_string();
    correct_stock(
        &shop.staff,
        &shop.clock,
        &shop.subscriptions,
        "sklad",
        &key,
        &correction,
    )
    .await
    .expect("corrected");
    shop.refresh().await;
}

async fn tell(shop: &Shop, limit: i64) {
    while tell_wishes(&shop.internal, &shop.clock, &subscriptions(), limit)
        .await
        .expect("the database answers")
    {}
}

/// What was told since the last look: payloads and whom they go to.
async fn told(shop: &Shop) -> Vec<BackInStock> {
    let events: Vec<(serde_json::Value, String)> = sqlx::query_as(
        "WITH seen AS (DELETE FROM events.delivery d USING events.outbox o
                       WHERE o.id = d.event_id AND o.type = $1 RETURNING o.id, o.data, d.subscriber)
         SELECT data, subscriber FROM seen ORDER BY id",
    )
    .bind(BACK_IN_STOCK)
    .fetch_all(shop.db.admin())
    .await
    .expect("events");
    let read = |(data, subscriber): (serde_json::Value, String)| {
        assert_eq!(subscriber, "orders");
        serde_json::from_value(data).expect("a payload")
    };
    events.into_iter().map(read).collect()
}

fn all(told: &[BackInStock]) -> BTreeSet<Uuid> {
    told.iter()
        .flat_map(|event| event.wishes.iter().copied())
        .collect()
}

#[tokio::test]
async fn a_wish_is_told_of_once_when_there_is_enough() {
    let shop = stools().await;
    let (two, three) = (wish(&shop, "stool", 2).await, wish(&shop, "stool", 3).await);
    legs(&shop, 1).await;
    tell(&shop, 10).await;
    assert_eq!(told(&shop).await, [], "one stool only");
    legs(&shop, 1).await;
    tell(&shop, 10).await;
    let events = told(&shop).await;
    assert_eq!(events.len(), 1);
    assert_eq!((events[0].available, &events[0].wishes), (2, &vec![two]));
    legs(&shop, 60).await;
    tell(&shop, 10).await;
    assert_eq!(
        all(&told(&shop).await),
        BTreeSet::from([three]),
        "not the other one again"
    );
    legs(&shop, -60).await;
    legs(&shop, 60).await;
    tell(&shop, 10).await;
    assert_eq!(told(&shop).await, []);
    // Renewed while there is none, it is told of again.
    legs(&shop, -62).await;
    assert!(!put(&shop, two, "stool", 2).await.satisfied);
    legs(&shop, 6).await;
    tell(&shop, 10).await;
    assert_eq!(all(&told(&shop).await), BTreeSet::from([two]));
}

#[tokio::test]
async fn a_wish_that_can_be_fulfilled_is_answered_and_not_told() {
    let shop = stools().await;
    let id = new_id(&shop);
    let kept = put(&shop, id, "stool", 1).await;
    assert_eq!((kept.available, kept.satisfied), (1, true));
    legs(&shop, 30).await;
    tell(&shop, 10).await;
    assert_eq!(told(&shop).await, []);
    assert_eq!(
        kept,
        Wish {
            available: 1,
            ..put(&shop, id, "stool", 1).await
        }
    );
}

#[tokio::test]
async fn what_is_gone_again_or_dropped_is_not_told() {
    let shop = stools().await;
    let dropped = wish(&shop, "stool", 2).await;
    wish(&shop, "stool", 2).await;
    legs(&shop, 30).await;
    drop_wish(&shop.internal, dropped).await.expect("dropped");
    drop_wish(&shop.internal, dropped).await.expect("dropped already");
    // Queued, but before it is told somebody else takes the legs.
    legs(&shop, -30).await;
    tell(&shop, 10).await;
    assert_eq!(told(&shop).await, []);
    legs(&shop, 30).await;
    tell(&shop, 10).await;
    assert_eq!(all(&told(&shop).await).len(), 1);
    assert_eq!(shop.count("SELECT count(*) FROM stale_wish").await, 0);
}

#[tokio::test]
async fn many_wishes_are_told_of_in_portions() {
    let shop = stools().await;
    let wishes: BTreeSet<Uuid> = join_all((0..7).map(|_| wish(&shop, "stool", 2)))
        .await
        .into_iter()
        .collect();
    let table = wish(&shop, "table", 2).await;
    legs(&shop, 30).await;
    tell(&shop, 3).await;
    let events = told(&shop).await;
    let sizes: Vec<usize> = events.iter().map(|event| event.wishes.len()).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 8);
    assert!(sizes.iter().all(|&size| size <= 3), "{sizes:?}");
    let told: BTreeSet<Uuid> = all(&events);
    assert!(told.is_superset(&wishes) && told.contains(&table));
}

#[tokio::test]
async fn an_unknown_product_cannot_be_wished_for() {
    let shop = stools().await;
    let request = WishRequest {
        product_id: ProductId::new(&shop.clock),
        quantity: 1,
    };
    let put = put_wish(&shop.internal, shop.now(), new_id(&shop), &request).await;
    assert!(matches!(put, Err(WishError::UnknownProduct)), "{put:?}");
    assert_eq!(shop.count("SELECT count(*) FROM wish").await, 0);
}

/// Whichever comes first, the wish or the stock: either the wish is answered that there is enough, or it is told.
#[tokio::test]
async fn a_wish_made_just_when_stock_comes_in_is_not_forgotten() {
    for _ in 0..8 {
        let shop = stools().await;
        let component_id = shop.component("LEG").await;
        let correction = StockCorrection {
            component_id,
            warehouse: "MSK".to_owned(),
            delta: 60,
            reason: "delivery".to_owned(),
        };
        correct_stock(
            &shop.staff,
            &shop.clock,
            &shop.subscriptions,
            "sklad",
            "one",
            &correction,
        )
        .await
        .expect("corrected");
        let product_id = shop.products().await["stool"];
        let request = WishRequest {
            product_id,
            quantity: 5,
        };
        let ids: Vec<Uuid> = (0..6).map(|_| new_id(&shop)).collect();
        let (kept, ()) = tokio::join!(
            join_all(ids.iter().map(async |&id| {
                put_wish(&shop.internal, shop.now(), id, &request)
                    .await
                    .expect("kept")
            })),
            shop.refresh(),
        );
        tell(&shop, 10).await;
        let told = all(&told(&shop).await);
        for wish in kept {
            assert_ne!(
                wish.satisfied,
                told.contains(&wish.id),
                "answered or told, not both: {wish:?}"
            );
        }
    }
}

#[tokio::test]
async fn two_that_tell_at_once_tell_once() {
    let shop = stools().await;
    for _ in 0..20 {
        wish(&shop, "stool", 2).await;
    }
    legs(&shop, 30).await;
    join_all((0..4).map(|_| tell(&shop, 3))).await;
    tell(&shop, 3).await;
    let events = told(&shop).await;
    assert_eq!(events.iter().map(|event| event.wishes.len()).sum::<usize>(), 20);
    assert_eq!(all(&events).len(), 20);
}

#[tokio::test]
async fn the_report_names_what_is_waited_for_and_what_it_lacks() {
    let shop = stools().await;
    wish(&shop, "stool", 2).await;
    wish(&shop, "stool", 20).await;
    wish(&shop, "table", 30).await;
    let size = PageSize::new(1).expect("a size");
    let first = report_missing(&shop.staff, None, size).await.expect("a page");
    let rest = report_missing(&shop.staff, first.next_cursor.as_deref(), size)
        .await
        .expect("a page");
    assert_eq!(rest.next_cursor, None);
    let mut items: Vec<_> = first.items.into_iter().chain(rest.items).collect();
    items.sort_by(|a, b| a.slug.cmp(&b.slug));
    let told: Vec<_> = items
        .iter()
        .map(|item| {
            let short: Vec<_> = item
                .short
                .iter()
                .map(|short| (&*short.sku, short.missing))
                .collect();
            (&*item.slug, item.wishes, item.wanted, item.available, short)
        })
        .collect();
    // 22 stools take 66 legs and 22 seats; 30 tables take 120 legs. There are 4 legs and 50 seats.
    assert_eq!(
        told,
        [
            ("stool", 2, 22, 1, vec![("LEG", 62)]),
            ("table", 1, 30, 1, vec![("LEG", 116)]),
        ]
    );
    legs(&shop, 600).await;
    tell(&shop, 10).await;
    let none = report_missing(&shop.staff, None, size).await.expect("a page");
    assert_eq!((none.items.len(), none.next_cursor), (0, None));
    let bad = report_missing(&shop.staff, Some("!"), size).await;
    assert!(matches!(bad, Err(catalog_store::ListError::Cursor(_))));
}
