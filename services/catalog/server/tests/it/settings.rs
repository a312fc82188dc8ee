//! What is missing from the configuration is named.

use catalog_server::Catalog;
use chassis::{App as _, Context, Face, Faces, Shutdown};
use serde_json::{Value, json};

use crate::house::{CATALOG, load};

async fn refusal(face: Face, settings: &Value) -> String {
    let config = load(std::slice::from_ref(settings)).expect("nothing is required of all faces");
    let context = Context::new(Catalog::NAME, Faces::new([face]), Shutdown::new());
    let error = Catalog::build(&config, context)
        .await
        .expect_err("something is missing");
    format!("{error:#}")
}

#[tokio::test]
async fn each_face_names_what_it_misses() {
    let database =
        json!({ "edge": "postgres://e@db/c", "staff": "postgres://s@db/c", "internal": "postgres://i@db/c" });
    let services = |orders: &Value, token: &str, callers: &Value| {
        json!({ "database": database, "services": {
            "orders": orders, "backoffice": ["http://backoffice:8123"], "token": token, "callers": callers,
        } })
    };
    let (there, nobody) = (json!(["http://orders:8122"]), json!({}));
    for (face, settings, named) in [
        (Face::Edge, json!({}), "database.edge"),
        (Face::Staff, json!({}), "database.staff"),
        (Face::Internal, json!({}), "database.internal"),
        (Face::Edge, json!({ "database": database }), "files.url"),
        (
            Face::Edge,
            json!({ "database": database, "files": { "url": "http://files/" } }),
            "files.url",
        ),
        (Face::Staff, json!({ "database": database }), "staff.public_key"),
        (
            Face::Staff,
            json!({ "database": database, "staff": { "public_key": "key" } }),
            "staff.public_key",
        ),
        (Face::Internal, json!({ "database": database }), "services.token"),
        (
            Face::Internal,
            services(&there, "short", &nobody),
            "services.token",
        ),
        (
            Face::Internal,
            services(&json!([]), CATALOG, &nobody),
            "services.orders",
        ),
        (
            Face::Internal,
            services(&json!(["http://orders/x"]), CATALOG, &nobody),
            "services.orders",
        ),
        (
            Face::Internal,
            services(&there, CATALOG, &json!({ "orders": "short" })),
            "services.callers",
        ),
    ] {
        let refusal = refusal(face, &settings).await;
        assert!(refusal.contains(named), "{face}: {refusal}");
        assert!(!refusal.contains(CATALOG), "{refusal}");
    }
    let config = load(&[]).expect("nothing is required of all faces");
    let refusal = Catalog::migrate(&config).await.expect_err("there is no database");
    assert!(refusal.to_string().contains("database.owner"), "{refusal}");
}
