use contracts::orders::{OrderStatus, PaymentStarted, PaymentStatus};
use pg::sqlx;
use reqwest::StatusCode;
use test_support::wait_for;
use time::Duration;

use crate::world::{SOON, World};

async fn sql(world: &World, statement: &'static str) {
    sqlx::raw_sql(statement)
        .execute(world.db.admin())
        .await
        .expect("the statement is sound");
}

async fn strays(world: &World) -> Vec<String> {
    sqlx::query_scalar("SELECT reason FROM stray_payment ORDER BY reason")
        .fetch_all(world.db.admin())
        .await
        .expect("stray payments can be read")
}

async fn payment_status(world: &World, payment: &PaymentStarted) -> String {
    sqlx::query_scalar("SELECT status FROM payment WHERE id = $1")
        .bind(payment.id.uuid())
        .fetch_one(world.db.admin())
        .await
        .expect("the payment exists")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_has_one_page_to_pay_at() {
    let world = World::open().await;
    let order = world.placed().await;
    let first = world.started(&order.number).await;
    let second = world.started(&order.number).await;
    assert_eq!(second, first, "while a payment is pending it is the payment");
    let cancel = world
        .http
        .post(&first.confirmation_url)
        .form(&[("action", "cancel")]);
    world.send(cancel).await;
    wait_for("the payment to be given up", SOON, async || {
        (payment_status(&world, &first).await == "canceled").then_some(())
    })
    .await;
    let third = world.started(&order.number).await;
    assert_ne!(third.id, first.id);
    world.enter_card(&third).await;
    world.wait_for_status(&order.number, OrderStatus::Paid).await;
    let late = world.start_payment(&order.number, "late").await;
    assert_eq!((late.status.as_u16(), late.slug().as_str()), (409, "not-payable"));
    let unknown = world.start_payment("0000-0000-0000", "key").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_key_answers_the_same_payment() {
    let world = World::open().await;
    let order = world.placed().await;
    let first: PaymentStarted = world.start_payment(&order.number, "key").await.read();
    world.enter_card(&first).await;
    world.wait_for_status(&order.number, OrderStatus::Paid).await;
    let again: PaymentStarted = world.start_payment(&order.number, "key").await.read();
    assert_eq!((again.id, again.status), (first.id, PaymentStatus::Succeeded));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_believed_in_nothing() {
    let world = World::without_messages().await;
    let order = world.placed().await;
    let payment = world.started(&order.number).await;
    let id = World::provider_id(&payment);
    // Forged: about a payment nobody has paid, one that does not exist, and one that is no id at all.
    for (event, id) in [
        ("payment.succeeded", id.as_str()),
        ("payment.canceled", id.as_str()),
        ("payment.succeeded", "2c85b596-000f-5000-8000-18db351245c7"),
        ("payment.succeeded", "../refunds"),
        ("refund.succeeded", id.as_str()),
        ("anything", id.as_str()),
    ] {
        let answer = world.message(event, id).await;
        assert_eq!(answer.status, StatusCode::OK, "{event} {id}: {answer:?}");
    }
    assert_eq!(world.track(&order.number).await.status, OrderStatus::Created);

    world.enter_card(&payment).await;
    // Out of order and several times: what counts is what the provider says when asked.
    for event in [
        "payment.canceled",
        "payment.succeeded",
        "payment.succeeded",
        "payment.canceled",
    ] {
        assert_eq!(world.message(event, &id).await.status, StatusCode::OK);
        assert_eq!(world.track(&order.number).await.status, OrderStatus::Paid);
    }
    assert_eq!(world.track(&order.number).await.history.len(), 2);
    assert_eq!(strays(&world).await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_overtakes_our_own_answer_is_understood() {
    let world = World::without_messages().await;
    let order = world.placed().await;
    let payment = world.started(&order.number).await;
    sql(
        &world,
        "UPDATE payment SET provider_id = NULL, confirmation_url = NULL",
    )
    .await;
    world.enter_card(&payment).await;
    world
        .message("payment.succeeded", &World::provider_id(&payment))
        .await;
    assert_eq!(world.track(&order.number).await.status, OrderStatus::Paid);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_fits_no_order_is_kept_for_people() {
    let world = World::without_messages().await;
    let order = world.placed().await;
    let payment = world.started(&order.number).await;
    sql(&world, "UPDATE payment SET amount = amount + 1").await;
    world.enter_card(&payment).await;
    let answer = world
        .message("payment.succeeded", &World::provider_id(&payment))
        .await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(world.track(&order.number).await.status, OrderStatus::Created);
    assert_eq!(strays(&world).await, ["wrong_amount"]);

    let other = world.placed().await;
    let lost = world.started(&other.number).await;
    world.enter_card(&lost).await;
    sql(&world, "DELETE FROM payment WHERE provider_id IS NOT NULL").await;
    for _ in 0..2 {
        let answer = world
            .message("payment.succeeded", &World::provider_id(&lost))
            .await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    assert_eq!(strays(&world).await, ["unknown_payment", "wrong_amount"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_message_is_made_up_for_by_asking() {
    let world = World::without_messages().await;
    let order = world.placed().await;
    let payment = world.started(&order.number).await;
    world.enter_card(&payment).await;
    assert_eq!(world.track(&order.number).await.status, OrderStatus::Created);
    world.clock.advance(Duration::seconds(20));
    world.wait_for_status(&order.number, OrderStatus::Paid).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_comes_too_late_goes_back() {
    let world = World::without_messages().await;
    let order = world.placed().await;
    let payment = world.started(&order.number).await;
    world.clock.advance(Duration::minutes(20));
    world.wait_for_status(&order.number, OrderStatus::Cancelled).await;
    world.enter_card(&payment).await;
    world
        .message("payment.succeeded", &World::provider_id(&payment))
        .await;
    wait_for("the money to go back", SOON, async || {
        (payment_status(&world, &payment).await == "refunded").then_some(())
    })
    .await;
    assert_eq!(world.track(&order.number).await.status, OrderStatus::Cancelled);
    // A late repetition does not pay for anything.
    world
        .message("payment.succeeded", &World::provider_id(&payment))
        .await;
    assert_eq!(payment_status(&world, &payment).await, "refunded");
}
