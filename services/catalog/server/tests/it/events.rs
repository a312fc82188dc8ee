//! What catalog does by itself, what it hears and what it tells.

use std::time::Duration as Wait;

use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::{Json, Router};
use contracts::backoffice::Role;
use contracts::catalog::{ProductDetail, ProductPage, Reservation, ReservationStatus, StockPage};
use contracts::events::{RESERVATION_EXPIRED, STOCK_CORRECTED};
use kernel::{EventId, OrderId, ProductId};
use serde_json::{Value, json};
use test_support::wait_for;
use time::Duration;
use time::format_description::well_known::Rfc3339;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::house::{Ask, CATALOG, House};
use crate::seed::{TABLE, WARDROBE};

/// Long enough for a slow machine; nothing waits that long when all is well.
const SOON: Wait = Wait::from_secs(20);

/// A service that takes events: their batches come out of the channel.
pub async fn neighbour() -> (String, mpsc::UnboundedReceiver<Value>) {
    let (heard, batches) = mpsc::unbounded_channel();
    let take = async move |headers: axum::http::HeaderMap, body: axum::body::Bytes| {
        let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        assert_eq!(token, Some(format!("Bearer {CATALOG}").as_str()));
        let batch: Value = serde_json::from_slice(&body).expect("a batch");
        let outcome = |event: &Value| json!({ "id": event["id"], "outcome": "accepted", "error": null });
        let outcomes: Vec<Value> = batch.as_array().expect("a batch").iter().map(outcome).collect();
        heard.send(batch).expect("the test listens");
        Json(json!({ "outcomes": outcomes }))
    };
    let router = Router::new().route("/internal/v1/events", axum::routing::post(take));
    let socket = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = socket.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(socket, router).await });
    (format!("http://{address}"), batches)
}

async fn id_of(house: &House, slug: &str) -> ProductId {
    house
        .get(&format!("/api/catalog/v1/products/{slug}"))
        .await
        .ok::<ProductDetail>()
        .card
        .id
}

async fn reserve(house: &House, slug: &str, quantity: i64) -> OrderId {
    use kernel::Clock as _;
    let order = OrderId::new(&house.clock);
    let expires_at = (house.clock.now() + Duration::minutes(20))
        .format(&Rfc3339)
        .expect("a moment");
    let line = json!({ "product_id": id_of(house, slug).await, "quantity": quantity });
    let body = json!({ "lines": [line], "expires_at": expires_at });
    let path = format!("/internal/v1/reservations/{order}");
    house
        .orders(Ask::put(&path).json(&body))
        .await
        .ok::<Reservation>();
    order
}

async fn status(house: &House, order: OrderId) -> ReservationStatus {
    let path = format!("/internal/v1/reservations/{order}");
    house.orders(Ask::get(&path)).await.ok::<Reservation>().status
}

/// What the list shows of a product; callers move the clock where they need a new answer.
async fn listed(house: &House, slug: &str) -> i64 {
    let page: ProductPage = house
        .get("/api/catalog/v1/products?available=false&sort=-price")
        .await
        .ok();
    page.items
        .iter()
        .find(|card| card.slug == slug)
        .expect("it is on the first page")
        .available
}

async fn wait_until_listed(house: &House, slug: &str, available: i64) {
    wait_for("the list to show the change", SOON, async || {
        // As if each look came a second later: the answer kept for the one before is too old.
        house.clock.advance(Duration::SECOND);
        (listed(house, slug).await == available).then_some(())
    })
    .await;
}

fn event(type_: &str, order: OrderId, to: &str) -> Value {
    use kernel::Clock as _;
    let at = kernel::SystemClock.now().format(&Rfc3339).expect("a moment");
    json!({
        "specversion": "1.0", "id": EventId::new(&kernel::SystemClock), "source": "urn:garnitur:orders",
        "type": type_, "time": at,
        "data": { "order_id": order, "number": "A1", "from": "created", "to": to, "at": at,
            "by": "system", "actor": null },
    })
}

async fn tell(house: &House, events: &[Value]) -> Vec<Value> {
    let body = json!(events).to_string();
    let ask = Ask::post("/internal/v1/events").body("application/cloudevents-batch+json", body);
    let report: Value = house.orders(ask).await.ok();
    report["outcomes"]
        .as_array()
        .expect("outcomes")
        .iter()
        .map(|one| one["outcome"].clone())
        .collect()
}

#[tokio::test]
async fn the_list_follows_every_change_of_stock() {
    let mut house = House::open().await;
    let jobs = house.start_jobs().await;
    assert_eq!(listed(&house, WARDROBE).await, 5);

    let order = reserve(&house, WARDROBE, 2).await;
    wait_until_listed(&house, WARDROBE, 3).await;
    let path = format!("/internal/v1/reservations/{order}/release");
    assert_eq!(
        house.orders(Ask::post(&path)).await.status,
        StatusCode::NO_CONTENT
    );
    wait_until_listed(&house, WARDROBE, 5).await;

    let token = house.token(&[Role::Warehouse]);
    let panels: StockPage = house
        .staff(Ask::get("/api/staff/v1/stock?q=PNL").bearer(&token))
        .await
        .ok();
    let body = json!({ "component_id": panels.items[0].component_id, "warehouse": "EKB", "delta": 9,
        "reason": "Поставка" });
    let ask = Ask::post("/api/staff/v1/stock/corrections")
        .bearer(&token)
        .header("idempotency-key", "k");
    assert_eq!(house.staff(ask.json(&body)).await.status, StatusCode::OK);
    wait_until_listed(&house, WARDROBE, 10).await;
    jobs.stop().await;
}

#[tokio::test]
async fn unpaid_reservations_run_out_and_orders_hears_of_it() {
    let (orders, mut batches) = neighbour().await;
    let mut house = House::with(json!({ "services": { "orders": [orders] } })).await;
    let jobs = house.start_jobs().await;
    let order = reserve(&house, TABLE, 3).await;
    wait_until_listed(&house, TABLE, 0).await;
    assert_eq!(status(&house, order).await, ReservationStatus::Reserved);

    house.clock.advance(Duration::minutes(20));
    let batch = tokio::time::timeout(SOON, batches.recv())
        .await
        .expect("in time")
        .expect("a batch");
    assert_eq!(
        (&batch[0]["type"], &batch[0]["source"]),
        (&json!(RESERVATION_EXPIRED), &json!("urn:garnitur:catalog"))
    );
    assert_eq!(batch[0]["data"]["order_id"], json!(order));
    assert_eq!(status(&house, order).await, ReservationStatus::Expired);
    wait_until_listed(&house, TABLE, 3).await;
    jobs.stop().await;
}

#[tokio::test]
async fn corrections_are_told_to_the_audit() {
    let (backoffice, mut batches) = neighbour().await;
    let mut house = House::with(json!({ "services": { "backoffice": [backoffice] } })).await;
    let jobs = house.start_jobs().await;
    let token = house.token(&[Role::Administrator]);
    let panels: StockPage = house
        .staff(Ask::get("/api/staff/v1/stock?q=PNL").bearer(&token))
        .await
        .ok();
    let body = json!({ "component_id": panels.items[0].component_id, "warehouse": "MSK", "delta": -1,
        "reason": "Брак" });
    let ask = Ask::post("/api/staff/v1/stock/corrections")
        .bearer(&token)
        .header("idempotency-key", "k");
    assert_eq!(house.staff(ask.json(&body)).await.status, StatusCode::OK);
    let batch = tokio::time::timeout(SOON, batches.recv())
        .await
        .expect("in time")
        .expect("a batch");
    assert_eq!(batch[0]["type"], json!(STOCK_CORRECTED));
    let told = &batch[0]["data"];
    assert_eq!(
        (&told["actor"], &told["reason"], &told["delta"]),
        (&json!("sklad.sidorov"), &json!("Брак"), &json!(-1))
    );
    jobs.stop().await;
}

#[tokio::test]
async fn paid_orders_are_confirmed_and_cancelled_ones_released_once() {
    let house = House::open().await;
    let (paid, cancelled) = (
        reserve(&house, WARDROBE, 1).await,
        reserve(&house, WARDROBE, 1).await,
    );
    let events = [
        event("ru.garnitur.orders.order.paid.v1", paid, "paid"),
        event("ru.garnitur.orders.order.cancelled.v1", cancelled, "cancelled"),
        event("ru.garnitur.orders.order.delivered.v1", paid, "delivered"),
    ];
    assert_eq!(tell(&house, &events).await, ["accepted"; 3]);
    assert_eq!(tell(&house, &events).await, ["duplicate"; 3]);
    assert_eq!(status(&house, paid).await, ReservationStatus::Confirmed);
    assert_eq!(status(&house, cancelled).await, ReservationStatus::Released);

    let unknown = event(
        "ru.garnitur.orders.order.paid.v1",
        OrderId::new(&house.clock),
        "paid",
    );
    let broken = json!({ "specversion": "1.0", "id": "x", "source": "s", "type": "t" });
    assert_eq!(tell(&house, &[unknown, broken]).await, ["rejected", "rejected"]);
    let found: Value = house.orders(Ask::get("/internal/v1/invariants")).await.ok();
    assert_eq!(found, json!({ "violations": [] }));
}

#[tokio::test]
async fn what_cannot_be_delivered_can_be_seen_and_sent_again() {
    let house = House::open().await;
    let letters: Value = house.orders(Ask::get("/internal/v1/dead-letters")).await.ok();
    assert_eq!(letters, json!({ "items": [], "next_cursor": null }));
    let retried: Value = house
        .orders(Ask::post("/internal/v1/dead-letters/retry"))
        .await
        .ok();
    assert_eq!(retried, json!({ "retried": 0 }));
}
