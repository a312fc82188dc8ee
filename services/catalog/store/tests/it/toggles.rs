//! Toggles as backoffice tells of them: kept for all replicas, the newest one whatever comes when.

use catalog_store::{OrderEvents, toggles_unless};
use contracts::events::{TOGGLES_CHANGED, TogglesChanged};
use contracts::orders::OrderStatus;
use events::{CloudEvent, Handler as _};
use kernel::EventId;
use serde_json::json;

use crate::support::{Shop, order_event};

fn told(shop: &Shop, version: i64) -> CloudEvent {
    let definitions = json!({"metadata": {"version": version.to_string()}, "flags": {}});
    let data = TogglesChanged { version, definitions };
    CloudEvent {
        id: EventId::new(&shop.clock),
        source: "urn:garnitur:backoffice".to_owned(),
        type_: TOGGLES_CHANGED.to_owned(),
        subject: None,
        time: None,
        traceparent: None,
        data: serde_json::value::to_raw_value(&data).expect("JSON"),
    }
}

async fn apply(shop: &Shop, events: &[CloudEvent]) {
    let handler = OrderEvents::new(shop.clock.shared());
    let applied = shop.internal.run("test_toggles", async |mut tx: pg::Tx| {
        let events: Vec<&CloudEvent> = events.iter().collect();
        handler.handle_batch(&mut tx, &events).await
    });
    applied.await.expect("applied");
}

#[tokio::test]
async fn the_newest_ones_are_kept_and_every_face_reads_them() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[4, 4])]).await;
    assert_eq!(toggles_unless(&shop.edge, 0).await.expect("an answer"), None);
    let order = shop.reserve(&[("stool", 3)]).await.order_id;
    // Among others, twice, and late.
    let paid = order_event(&shop, order, OrderStatus::Paid);
    apply(&shop, &[told(&shop, 2), paid, told(&shop, 3)]).await;
    apply(&shop, &[told(&shop, 1)]).await;
    apply(&shop, &[told(&shop, 3)]).await;
    assert_eq!(shop.stock("SEAT").await, [(1, 0), (4, 0)]);
    for face in [&shop.edge, &shop.staff, &shop.internal] {
        assert_eq!(toggles_unless(face, 3).await.expect("an answer"), None, "known");
        let others = toggles_unless(face, 2)
            .await
            .expect("an answer")
            .expect("other ones");
        assert!(others.contains(r#""version":"3""#), "{others}");
    }
    for face in [&shop.edge, &shop.staff] {
        let written = sqlx::query("UPDATE toggles SET version = 9")
            .execute(face.pool())
            .await;
        let refused = written.expect_err("only the internal face may");
        assert_eq!(pg::sql_state(&refused).as_deref(), Some("42501"));
    }
}
