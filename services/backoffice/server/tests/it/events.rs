use axum::http::{Method, Request, StatusCode, header};
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, House, SERVICE_TOKEN, request, send};

const EVENTS: &str = "/internal/v1/events";
const BATCH: &str = "application/cloudevents-batch+json";

fn event(number: u128, type_: &str, data: &Value) -> Value {
    json!({
        "specversion": "1.0",
        "id": kernel::uuid::Uuid::from_u128(number),
        "source": "urn:garnitur:orders",
        "type": type_,
        "time": "2026-03-01T09:59:00Z",
        "data": data,
    })
}

fn moved(number: u128, to: &str, by: &str, actor: Option<&str>) -> Value {
    let data = json!({
        "order_id": kernel::uuid::Uuid::from_u128(1), "number": "7K2M-9QXA-4TBD", "from": "created", "to": to,
        "at": "2026-03-01T09:59:00Z", "by": by, "actor": actor,
    });
    event(number, &format!("ru.garnitur.orders.order.{to}.v1"), &data)
}

async fn push(house: &House, events: &[Value]) -> Answer {
    let mut request: Request<_> = request(Method::POST, EVENTS, Some(SERVICE_TOKEN), Some(events.into()));
    request
        .headers_mut()
        .insert(header::CONTENT_TYPE, BATCH.parse().expect("a header"));
    send(&house.internal, request).await
}

fn outcomes(answer: &Answer) -> Vec<&str> {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let outcomes = answer.body["outcomes"].as_array().expect("outcomes");
    outcomes
        .iter()
        .filter_map(|outcome| outcome["outcome"].as_str())
        .collect()
}

#[tokio::test]
async fn events_are_in_the_audit_once_however_often_they_come() {
    let house = House::new().await;
    let sign_in = json!({"login": "courier.petrov", "accepted": true, "at": "2026-03-01T09:59:30Z"});
    let batch = [
        moved(1, "paid", "payment", None),
        moved(2, "ready_to_ship", "employee", Some("sklad.sidorov")),
        moved(1, "paid", "payment", None),
        event(3, "ru.garnitur.orders.courier.sign-in.v1", &sign_in),
        event(4, "ru.garnitur.orders.something.else.v1", &json!({})),
    ];
    let answers = join_all((0..8).map(|_| push(&house, &batch))).await;
    let accepted: usize = answers
        .iter()
        .map(|answer| {
            outcomes(answer)
                .iter()
                .filter(|outcome| **outcome == "accepted")
                .count()
        })
        .sum();
    assert_eq!(accepted, 4, "each of four events by one of eight deliveries");

    let audit = house.audit().await;
    let told: Vec<_> = audit
        .iter()
        .map(|(action, actor, _)| (action.as_str(), actor.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("order.paid", "payment"),
            ("order.ready_to_ship", "sklad.sidorov"),
            ("courier.signed_in", "courier.petrov"),
        ]
    );
    let verified = house
        .internal(
            Method::GET,
            "/internal/v1/audit/verification",
            Some(SERVICE_TOKEN),
        )
        .await;
    assert_eq!(verified.body["intact"], Value::Bool(true));
}

#[tokio::test]
async fn an_event_of_the_wrong_shape_is_rejected_alone() {
    let house = House::new().await;
    let batch = [
        moved(1, "paid", "payment", None),
        event(2, "ru.garnitur.orders.order.paid.v1", &json!({"number": 7})),
        moved(3, "cancelled", "system", None),
    ];
    assert_eq!(
        outcomes(&push(&house, &batch).await),
        ["accepted", "rejected", "accepted"]
    );
    assert_eq!(house.audit().await.len(), 2);
}
