//! Feature toggles: an administrator puts them into force, and every service that holds any says so (CFG-1).

use std::time::Duration;

use e2e::{Api, Employee, InOneProcess};
use reqwest::{Method, header};
use serde_json::{Value, json};
use test_support::wait_for;

/// Puts toggles into force; the status.
async fn put(portal: &Api, base: i64, on: &str) -> u16 {
    let definitions = json!({"flags": {"picks-from-the-far-end": {
        "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": on,
    }}});
    let request = portal
        .request(Method::PUT, "/api/staff/v1/toggles")
        .header(header::IF_MATCH, format!("\"{base}\""))
        .json(&json!({"definitions": definitions, "reason": "a trial"}));
    portal.send(request).await.status.as_u16()
}

#[tokio::test]
async fn what_an_administrator_decides_is_in_force_everywhere_within_seconds() {
    let shop = InOneProcess::open(1_200);
    let ports = shop.wiring().ports;
    let admin = Employee::sign_in(&shop.wiring().portal_url(), "admin.smirnov").await;
    let portal = admin.api();
    assert_eq!(put(portal, 0, "off").await, 200);
    assert_eq!(put(portal, 1, "on").await, 200);
    assert_eq!(put(portal, 1, "off").await, 412, "others came into force since");
    let now: Value = portal.get("/api/staff/v1/toggles").await.expect(200);
    assert_eq!(now["version"], 2);
    for (service, port) in [
        ("catalog", ports.catalog_internal),
        ("orders", ports.orders_internal),
        ("backoffice", ports.backoffice_internal),
        ("portal", ports.portal_internal),
    ] {
        let internal = Api::new(format!("http://127.0.0.1:{port}"));
        let says = async || {
            let metrics = internal.get("/metrics").await;
            let metrics = String::from_utf8_lossy(&metrics.body).into_owned();
            metrics
                .contains("toggles_snapshot_info{version=\"2\"} 1")
                .then_some(())
        };
        wait_for(&format!("{service} has them"), Duration::from_secs(30), says).await;
    }
    let warehouse = Employee::sign_in(&shop.wiring().portal_url(), "sklad.sidorov").await;
    assert_eq!(put(warehouse.api(), 2, "off").await, 403);
}
