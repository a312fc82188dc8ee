//! Toggles as backoffice tells of them: kept for all replicas, the newest one whatever comes when.

use contracts::events::TogglesChanged;
use serde_json::json;

use crate::support::Shop;

async fn keep(shop: &Shop, version: i64) {
    let told = TogglesChanged {
        version,
        definitions: json!({"metadata": {"version": version.to_string()}, "flags": {}}),
    };
    let (store, told) = (&shop.internal, &told);
    let kept = store.pg().run("test_toggles", async |mut tx: pg::Tx| {
        store.keep_toggles(&mut tx, told).await
    });
    kept.await.expect("kept");
}

#[tokio::test]
async fn the_newest_ones_are_kept_and_every_face_reads_them() {
    let shop = Shop::open().await;
    assert_eq!(shop.edge.toggles_unless(0).await.expect("an answer"), None);
    for version in [2, 3, 1, 3] {
        keep(&shop, version).await;
    }
    for face in [&shop.edge, &shop.staff, &shop.internal] {
        assert_eq!(face.toggles_unless(3).await.expect("an answer"), None, "known");
        let others = face
            .toggles_unless(2)
            .await
            .expect("an answer")
            .expect("other ones");
        assert!(others.contains(r#""version":"3""#), "{others}");
    }
    for face in [&shop.edge, &shop.staff] {
        let write = sqlx::query("UPDATE toggles SET version = 9");
        let refused = write
            .execute(face.pg().pool())
            .await
            .expect_err("only the internal face may");
        assert_eq!(pg::sql_state(&refused).as_deref(), Some("42501"));
    }
}
