use backoffice_store::{AuditFilter, EventsToAudit};
use events::{CloudEvent, Handler as _, HandlerError};
use pg::Tx;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{database, internal};

const ORDER_PAID: &str = "ru.garnitur.orders.order.paid.v1";

fn event(id: u128, type_: &str, data: &Value) -> CloudEvent {
    let event = json!({
        "specversion": "1.0",
        "id": Uuid::from_u128(id).to_string(),
        "source": "urn:garnitur:orders",
        "type": type_,
        "data": data,
    });
    CloudEvent::from_json(&event.to_string()).expect("an event")
}

fn paid(id: u128) -> CloudEvent {
    event(
        id,
        ORDER_PAID,
        &json!({
            "order_id": Uuid::from_u128(1), "number": "7K2M-9QXA-4TBD", "from": "created",
            "to": "paid", "at": "2026-03-01T10:00:00Z", "by": "payment", "actor": null,
        }),
    )
}

async fn apply(db: &test_support::TestDb, events: &[CloudEvent]) -> Result<(), HandlerError> {
    db.pg("backoffice_internal")
        .run("apply", |mut tx: Tx| async move {
            EventsToAudit
                .handle_batch(&mut tx, &events.iter().collect::<Vec<_>>())
                .await
        })
        .await
}

#[tokio::test]
async fn events_become_entries_once_even_without_an_inbox() {
    let db = database().await;
    let sign_in = event(
        2,
        "ru.garnitur.orders.courier.sign-in.v1",
        &json!({"login": "Garnitur-1", "accepted": false, "at": "2026-03-01T10:01:00Z"}),
    );
    let stock = event(
        3,
        "ru.garnitur.catalog.stock.corrected.v1",
        &json!({
            "component_id": Uuid::from_u128(9), "warehouse": "msk", "delta": -2,
            "reason": "broken", "actor": "sklad.sidorov", "at": "2026-03-01T10:02:00Z",
        }),
    );
    let assortment = event(
        5,
        "ru.garnitur.catalog.assortment.changed.v1",
        &json!({
            "kind": "component", "code": "LEG-WHT", "version": 7, "action": "change", "fields": ["cost"],
            "actor": "Assort.Ivanova", "at": "2026-03-01T10:03:00Z",
        }),
    );
    let unknown = event(4, "ru.garnitur.orders.cart.made.v1", &json!({}));
    let batch = [paid(1), sign_in, paid(1), stock, assortment, unknown];
    apply(&db, &batch).await.expect("they are applied");
    apply(&db, &batch).await.expect("again");

    let store = internal(&db);
    let entries = store
        .list_audit(AuditFilter::default(), None, 10)
        .await
        .expect("the list");
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                entry.seq,
                entry.record.action.as_str(),
                entry.record.actor.as_str(),
                entry.record.details.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            (
                4,
                "assortment.change",
                "assort.ivanova",
                r#"{"fields":["cost"],"kind":"component","version":7}"#
            ),
            (
                3,
                "stock.corrected",
                "sklad.sidorov",
                r#"{"delta":-2,"reason":"broken","warehouse":"msk"}"#
            ),
            (2, "courier.refused", "unknown", "{}"),
            (1, "order.paid", "payment", r#"{"by":"payment","from":"created"}"#),
        ]
    );
    assert!(entries.iter().all(|entry| entry.record.source == "orders"));
    assert_eq!(
        store.verify_audit().await.expect("the database answers").fault,
        None
    );
}

#[tokio::test]
async fn a_payload_of_the_wrong_shape_is_rejected_and_writes_nothing() {
    let db = database().await;
    let refused = apply(&db, &[paid(1), event(2, ORDER_PAID, &json!({"number": 7}))]).await;
    assert!(
        matches!(refused, Err(HandlerError::Rejected("bad-payload"))),
        "{refused:?}"
    );
    assert_eq!(
        internal(&db)
            .verify_audit()
            .await
            .expect("the database answers")
            .head
            .seq,
        0
    );
}

#[tokio::test]
async fn a_courier_that_the_audit_knows_is_named_when_refused() {
    let db = database().await;
    let sign_in = |id, accepted| {
        let data = json!({"login": "Courier.Petrov-2", "accepted": accepted, "at": "2026-03-01T10:01:00Z"});
        event(id, "ru.garnitur.orders.courier.sign-in.v1", &data)
    };
    apply(&db, &[sign_in(1, false)]).await.expect("it is applied");
    apply(&db, &[sign_in(2, true)]).await.expect("it is applied");
    apply(&db, &[sign_in(3, false)]).await.expect("it is applied");
    let entries = internal(&db)
        .list_audit(AuditFilter::default(), None, 10)
        .await
        .expect("the list");
    let actors: Vec<_> = entries.iter().map(|entry| entry.record.actor.as_str()).collect();
    assert_eq!(actors, ["courier.petrov-2", "courier.petrov-2", "unknown"]);
}
