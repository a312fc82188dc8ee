use contracts::catalog::ReservationStatus;
use contracts::orders::OrderStatus;
use serde_json::{Value, json};
use test_support::wait_for;
use time::Duration;

use crate::world::{CATALOG_TOKEN, OTHER_TOKEN, SOON, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpaid_order_is_cancelled_by_itself_and_its_stock_comes_back() {
    let world = World::open().await;
    let shelf = world.catalog.product(5);
    let cart = world.cart(&[(shelf, 2)]).await;
    let body = world.order_body(cart).await;
    let order: contracts::orders::OrderPlaced = world.place("key", &body).await.read();
    assert_eq!(order.pay_before - order.created_at, Duration::minutes(20));
    let taken = || async {
        let taken: i64 = pg::sqlx::query_scalar("SELECT sum(taken) FROM delivery_slot")
            .fetch_one(world.db.admin())
            .await
            .expect("places can be counted");
        taken
    };
    assert_eq!((world.catalog.stock(shelf), taken().await), (3, 1));

    world.clock.advance(Duration::minutes(20) - Duration::SECOND);
    assert_eq!(world.track(&order.number).await.status, OrderStatus::Created);
    world.clock.advance(Duration::SECOND);
    world.wait_for_status(&order.number, OrderStatus::Cancelled).await;
    wait_for("the stock to come back", SOON, async || {
        (world.catalog.stock(shelf) == 5).then_some(())
    })
    .await;
    assert_eq!(taken().await, 0);
    assert_eq!(world.track(&order.number).await.pay_before, None);
    let late = world.start_payment(&order.number, "late").await;
    assert_eq!((late.status.as_u16(), late.slug().as_str()), (409, "not-payable"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_paid_in_the_last_second_keeps_the_order_though_the_message_is_lost() {
    let world = World::without_messages().await;
    let order = world.placed().await;
    let payment = world.started(&order.number).await;
    world.enter_card(&payment).await;
    world.clock.advance(Duration::minutes(20));
    world.wait_for_status(&order.number, OrderStatus::Paid).await;
}

async fn expired(world: &World, token: &str, event: &Value) -> reqwest::Response {
    world
        .http
        .post(format!("{}/internal/v1/events", world.internal))
        .bearer_auth(token)
        .header("content-type", "application/cloudevents+json")
        .body(event.to_string())
        .send()
        .await
        .expect("the service answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_reservation_cancels_an_unpaid_order_once() {
    let world = World::open().await;
    let order = world.placed().await;
    let id = world.id(&order.number).await;
    world.catalog.settle(id, ReservationStatus::Expired);
    let event = json!({
        "specversion": "1.0",
        "id": kernel::random::uuid(),
        "source": "urn:garnitur:catalog",
        "type": "ru.garnitur.catalog.reservation.expired.v1",
        "datacontenttype": "application/json",
        "data": { "order_id": id, "at": "2026-03-02T09:21:00Z" },
    });
    // Only catalog may say so, whatever others call themselves.
    for source in ["urn:garnitur:catalog", "urn:garnitur:backoffice"] {
        let mut told = event.clone();
        told["source"] = json!(source);
        let answer: Value = expired(&world, OTHER_TOKEN, &told)
            .await
            .json()
            .await
            .expect("a report");
        let outcome = &answer["outcomes"][0];
        assert_eq!(
            (&outcome["outcome"], &outcome["error"]),
            (&json!("rejected"), &json!("foreign-source"))
        );
    }
    assert_eq!(world.track(&order.number).await.status, OrderStatus::Created);
    for outcome in ["accepted", "duplicate"] {
        let answer: Value = expired(&world, CATALOG_TOKEN, &event)
            .await
            .json()
            .await
            .expect("a report");
        assert_eq!(answer["outcomes"][0]["outcome"], outcome);
        assert_eq!(world.track(&order.number).await.status, OrderStatus::Cancelled);
    }

    let paid = world.paid().await;
    let mut event = event;
    event["id"] = json!(kernel::random::uuid());
    event["data"]["order_id"] = json!(world.id(&paid.number).await);
    let answer: Value = expired(&world, CATALOG_TOKEN, &event)
        .await
        .json()
        .await
        .expect("a report");
    assert_eq!(answer["outcomes"][0]["outcome"], "accepted");
    assert_eq!(
        world.track(&paid.number).await.status,
        OrderStatus::Paid,
        "a paid order stays"
    );
}
