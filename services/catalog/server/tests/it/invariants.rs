//! The rules that the database keeps, as operators ask for them.

use serde_json::{Value, json};

use crate::house::{Ask, House};

#[tokio::test]
async fn lists_are_checked_when_asked_for() {
    let house = House::open().await;
    let check = async |query: &str| {
        let path = format!("/internal/v1/invariants{query}");
        house.orders(Ask::get(&path)).await
    };
    assert_eq!(
        check("?listings=true").await.ok::<Value>(),
        json!({ "violations": [] })
    );
    pg::sqlx::query("UPDATE facet_cell SET units = units + 1 WHERE (category, material, color) = (0, 0, 0) AND NOT available")
        .execute(house.db.admin())
        .await
        .expect("a wrong count");
    let found: Value = check("?listings=true").await.ok();
    assert_eq!(
        found,
        json!({ "violations": [{ "rule": "cell", "subject": "0 f 0 0" }] })
    );
    for query in ["", "?listings=false"] {
        assert_eq!(check(query).await.ok::<Value>(), json!({ "violations": [] }));
    }
    assert_eq!(check("?listings=perhaps").await.fields(), ["listings"]);
    assert_eq!(check("?lists=true").await.fields(), ["lists"]);
}
