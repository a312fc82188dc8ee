//! What goes with a product, what is waited for, and what production hears of both.

use std::time::Duration as Wait;

use axum::http::{Method, StatusCode};
use contracts::backoffice::Role;
use contracts::catalog::{
    MissingPage, ProductDetail, RecommendationSource, Recommendations, StockPage, UnsoldPage, Wish,
};
use kernel::{OrderId, ProductId};
use serde_json::{Value, json};
use test_support::wait_for;
use time::Duration;
use time::format_description::well_known::Rfc3339;

use crate::house::{Answer, Ask, House};
use crate::seed::{SHELF, TABLE, WARDROBE};

const WISH: &str = "/internal/v1/wishes/01890a5d-ac96-774b-bcce-b302099a8057";
const MISSING: &str = "/api/staff/v1/catalog/reports/missing";
const UNSOLD: &str = "/api/staff/v1/catalog/reports/unsold";
const SOON: Wait = Wait::from_secs(20);

async fn id_of(house: &House, slug: &str) -> ProductId {
    let path = format!("/api/catalog/v1/products/{slug}");
    house.get(&path).await.ok::<ProductDetail>().card.id
}

async fn wish(house: &House, body: &Value) -> Answer {
    house.orders(Ask::put(WISH).json(body)).await
}

async fn report(house: &House, path: &str) -> Answer {
    let token = house.token(&[Role::Assortment]);
    house.staff(Ask::get(path).bearer(&token)).await
}

async fn sell(house: &House, products: &[ProductId]) {
    use kernel::Clock as _;
    let order = OrderId::new(&house.clock);
    let expires_at = (house.clock.now() + Duration::minutes(20))
        .format(&Rfc3339)
        .expect("a moment");
    let lines: Vec<Value> = products
        .iter()
        .map(|id| json!({ "product_id": id, "quantity": 1 }))
        .collect();
    let body = json!({ "lines": lines, "expires_at": expires_at });
    let path = format!("/internal/v1/reservations/{order}");
    assert_eq!(
        house.orders(Ask::put(&path).json(&body)).await.status,
        StatusCode::OK
    );
    let confirmed = house.orders(Ask::post(&format!("{path}/confirm"))).await;
    assert!(confirmed.status.is_success(), "{confirmed:?}");
}

async fn recommended(house: &House, slug: &str) -> Vec<(String, RecommendationSource)> {
    let path = format!("/api/catalog/v1/products/{slug}/recommendations");
    let found: Recommendations = house.get(&path).await.ok();
    let items = found.items.into_iter();
    items.map(|item| (item.product.slug, item.source)).collect()
}

#[tokio::test]
async fn paid_orders_say_what_goes_with_a_product() {
    let mut house = House::open().await;
    assert_eq!(
        recommended(&house, WARDROBE).await,
        [],
        "the only one of its category"
    );
    let (wardrobe, table) = (id_of(&house, WARDROBE).await, id_of(&house, TABLE).await);
    for _ in 0..3 {
        sell(&house, &[wardrobe, table]).await;
    }
    // Were they in every order, it would be no news that both are in one.
    sell(&house, &[wardrobe]).await;
    let jobs = house.start_jobs().await;
    wait_for("the orders to be counted", SOON, async || {
        let counted: i64 = pg::sqlx::query_scalar("SELECT orders FROM sales_total")
            .fetch_one(house.db.admin())
            .await
            .expect("a sum");
        (counted == 4).then_some(())
    })
    .await;
    jobs.stop().await;
    house.clock.advance(Duration::SECOND);
    assert_eq!(recommended(&house, TABLE).await, []);
}

#[tokio::test]
async fn recommendations_are_ready_to_be_sent() {
    let house = House::open().await;
    let path = "/api/catalog/v1/products/stool-1/recommendations";
    for _ in 0..3 {
        assert_eq!(house.get(path).await.status, StatusCode::OK);
    }
    assert_eq!(house.operations("recommendations"), 1);
}

#[tokio::test]
async fn a_wish_is_kept_renewed_and_dropped() {
    let house = House::open().await;
    let table = id_of(&house, TABLE).await;
    let first: Wish = wish(&house, &json!({ "product_id": table, "quantity": 4 }))
        .await
        .ok();
    assert_eq!((first.available, first.satisfied), (3, false));
    let renewed: Wish = wish(&house, &json!({ "product_id": table, "quantity": 3 }))
        .await
        .ok();
    assert!(renewed.satisfied, "there are three");
    for _ in 0..2 {
        let gone = house.orders(Ask::new(Method::DELETE, WISH)).await;
        assert_eq!(gone.status, StatusCode::NO_CONTENT);
    }
    for (body, field) in [
        (json!({ "product_id": table, "quantity": 0 }), "quantity"),
        (json!({ "product_id": table, "quantity": 1_001 }), "quantity"),
        (json!({ "product_id": table }), "quantity"),
        (json!({ "product_id": 7, "quantity": 1 }), "product_id"),
        (
            json!({ "product_id": "01890a5d-ac96-774b-bcce-b302099a8057", "quantity": 1 }),
            "product_id",
        ),
        (
            json!({ "product_id": table, "quantity": 1, "name": "Анна" }),
            "name",
        ),
    ] {
        let answer = wish(&house, &body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.fields()),
            (422, vec![field.to_owned()]),
            "{body}"
        );
    }
}

#[tokio::test]
async fn orders_hears_when_there_is_enough() {
    let (orders, mut batches) = crate::events::neighbour().await;
    let mut house = House::with(json!({ "services": { "orders": [orders] } })).await;
    let jobs = house.start_jobs().await;
    let table = id_of(&house, TABLE).await;
    let kept: Wish = wish(&house, &json!({ "product_id": table, "quantity": 4 }))
        .await
        .ok();
    assert!(!kept.satisfied);
    let token = house.token(&[Role::Warehouse]);
    let legs: StockPage = house
        .staff(Ask::get("/api/staff/v1/stock?q=LEG").bearer(&token))
        .await
        .ok();
    let body = json!({ "component_id": legs.items[0].component_id, "warehouse": "EKB", "delta": 8,
        "reason": "Поставка" });
    let ask = Ask::post("/api/staff/v1/stock/corrections")
        .bearer(&token)
        .header("idempotency-key", "k");
    assert_eq!(house.staff(ask.json(&body)).await.status, StatusCode::OK);
    let batch = tokio::time::timeout(SOON, batches.recv())
        .await
        .expect("in time")
        .expect("a batch");
    assert_eq!(batch[0]["type"], json!(contracts::events::BACK_IN_STOCK));
    assert_eq!(
        (
            &batch[0]["data"]["product_id"],
            &batch[0]["data"]["available"],
            &batch[0]["data"]["wishes"]
        ),
        (&json!(table), &json!(5), &json!([kept.id]))
    );
    jobs.stop().await;
}

#[tokio::test]
async fn production_hears_what_is_missing() {
    let house = House::open().await;
    let table = id_of(&house, TABLE).await;
    let kept = wish(&house, &json!({ "product_id": table, "quantity": 5 })).await;
    assert_eq!(kept.status, StatusCode::OK);
    let page: MissingPage = report(&house, MISSING).await.ok();
    let [item] = &page.items[..] else {
        panic!("{page:?}")
    };
    // Five tables take twenty legs, of which there are twelve.
    assert_eq!(
        (
            item.product_id,
            item.wishes,
            item.wanted,
            item.available,
            item.short[0].missing
        ),
        (table, 1, 5, 3, 8)
    );
    for query in ["page_size=31", "cursor=!", "days=3"] {
        assert_eq!(
            report(&house, &format!("{MISSING}?{query}"))
                .await
                .status
                .as_u16(),
            422,
            "{query}"
        );
    }
}

#[tokio::test]
async fn production_hears_what_does_not_sell() {
    let house = House::open().await;
    house.clock.advance(Duration::days(91));
    let page: UnsoldPage = report(&house, UNSOLD).await.ok();
    assert_eq!(page.items.len(), 30);
    let next = page.next_cursor.expect("there are more");
    let rest: UnsoldPage = report(&house, &format!("{UNSOLD}?cursor={next}")).await.ok();
    let all: Vec<_> = page.items.iter().chain(&rest.items).collect();
    assert_eq!((all.len(), rest.next_cursor), (33, None));
    assert!(
        all.iter().all(|item| item.slug != SHELF),
        "it has no price, so it is not on sale"
    );
    let later: UnsoldPage = report(&house, &format!("{UNSOLD}?days=92")).await.ok();
    assert_eq!(later.items, []);
    for query in ["days=0", "days=3651", "page_size=0", "cursor=!"] {
        assert_eq!(
            report(&house, &format!("{UNSOLD}?{query}")).await.status.as_u16(),
            422,
            "{query}"
        );
    }
}

#[tokio::test]
async fn reports_are_for_those_who_make_and_keep_furniture() {
    let house = House::open().await;
    for (role, status) in [
        (Role::Assortment, 200),
        (Role::Warehouse, 200),
        (Role::Administrator, 200),
        (Role::Support, 403),
        (Role::Courier, 403),
        (Role::Security, 403),
        (Role::Analyst, 403),
    ] {
        let token = house.token(&[role]);
        for path in [MISSING, UNSOLD] {
            let answer = house.staff(Ask::get(path).bearer(&token)).await;
            assert_eq!(answer.status.as_u16(), status, "{role:?} {path}");
        }
    }
}
