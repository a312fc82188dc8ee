use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use serde_json::{Value, json};

use crate::support::{Answer, House, PORTAL_TOKEN, request, send};

const TOGGLES: &str = "/api/staff/v1/toggles";
const INTERNAL: &str = "/internal/v1/toggles";

fn definitions(default: &str) -> Value {
    json!({"flags": {"new-packing": {
        "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": default,
        "targeting": {"if": [{"==": [{"var": "cohort"}, "pilot"]}, "on", null]},
    }}})
}

fn update(default: &str) -> Value {
    json!({"definitions": definitions(default), "reason": "a trial in the warehouse"})
}

async fn put(house: &House, token: &str, base: Option<&str>, body: Value) -> Answer {
    let mut request = request(Method::PUT, TOGGLES, Some(token), Some(body));
    if let Some(base) = base {
        let base = base.parse().expect("a header");
        request.headers_mut().insert(header::IF_MATCH, base);
    }
    send(&house.staff, request).await
}

async fn get(house: &House, token: &str, path: &str) -> Answer {
    house.staff(Method::GET, path, Some(token), None).await
}

#[tokio::test]
async fn administrators_put_toggles_into_force_in_versions() {
    let house = House::new().await;
    let admin = house.access("admin.smirnov").await;
    let none = get(&house, &admin, TOGGLES).await;
    assert_eq!(none.headers[header::ETAG], "\"0\"");
    assert_eq!(none.body["definitions"]["flags"], json!({}));
    assert_eq!(none.body["change"], Value::Null);

    let first = put(&house, &admin, Some("\"0\""), update("off")).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.body);
    assert_eq!(first.headers[header::ETAG], "\"1\"");
    assert_eq!(first.body["change"]["actor"], "admin.smirnov");
    assert_eq!(
        first.body["definitions"]["metadata"]["version"], "1",
        "what logs and metrics will say"
    );
    // An answer that was lost is asked for again.
    let again = put(&house, &admin, Some("\"0\""), update("off")).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    // Another change of the version that is gone is not.
    let stale = put(&house, &admin, Some("\"0\""), update("on")).await;
    assert_eq!(stale.problem(), (412, "precondition-failed"));
    assert_eq!(stale.body["version"], 1);
    assert_eq!(stale.headers[header::ETAG], "\"1\"");
    let missing = put(&house, &admin, None, update("on")).await;
    assert_eq!(missing.problem(), (428, "precondition-missing"));
    let second = put(&house, &admin, Some("\"1\""), update("on")).await;
    assert_eq!(second.body["version"], 2, "{}", second.body);

    let history = get(&house, &admin, &format!("{TOGGLES}/versions?page_size=1")).await;
    assert_eq!(history.body["items"][0]["version"], 2);
    let cursor = history.text("next_cursor");
    let older = get(&house, &admin, &format!("{TOGGLES}/versions?cursor={cursor}")).await;
    assert_eq!(older.body["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(older.body["items"][0]["reason"], "a trial in the warehouse");
    let was = get(&house, &admin, &format!("{TOGGLES}/versions/1")).await;
    assert_eq!(was.body, first.body, "one can return to it");
    let unknown = get(&house, &admin, &format!("{TOGGLES}/versions/3")).await;
    assert_eq!(unknown.problem(), (404, "not-found"));

    let audit = house.audit().await;
    let changes: Vec<_> = audit
        .iter()
        .filter(|(action, ..)| action == "toggles.changed")
        .collect();
    assert_eq!(changes.len(), 2, "{audit:?}");
    let (_, actor, details) = changes[0];
    assert_eq!(actor, "admin.smirnov");
    assert_eq!(
        *details,
        json!({"version": 1, "toggles": ["new-packing"], "reason": "a trial in the warehouse"})
    );
}

#[tokio::test]
async fn bad_definitions_are_refused_by_name_and_reason() {
    let house = House::new().await;
    let admin = house.access("admin.smirnov").await;
    let good = definitions("off");
    for (pointer, value, toggle, why) in [
        (
            "/flags/new-packing/defaultVariant",
            json!("most"),
            json!("new-packing"),
            "defaultVariant",
        ),
        (
            "/flags/new-packing/state",
            json!("ON"),
            json!("new-packing"),
            "state",
        ),
        (
            "/flags/new-packing/targeting",
            json!({"nope": []}),
            json!("new-packing"),
            "nope",
        ),
        ("/flags", json!([]), Value::Null, "flags"),
        ("", json!("text"), Value::Null, "object"),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).expect("it is there") = value;
        let body = json!({"definitions": bad, "reason": "a trial"});
        let answer = put(&house, &admin, Some("\"0\""), body).await;
        assert_eq!(answer.problem(), (422, "validation"), "{pointer}");
        assert_eq!(answer.fields(), ["definitions"], "{pointer}");
        assert_eq!(answer.body["toggle"], toggle, "{pointer}");
        assert!(answer.text("why").contains(why), "{pointer}: {}", answer.body);
    }
    let hasty = put(
        &house,
        &admin,
        Some("\"0\""),
        json!({"definitions": good, "reason": ""}),
    )
    .await;
    assert_eq!(hasty.fields(), ["reason"]);
    let large = "x".repeat(600 * 1_024);
    let large = put(
        &house,
        &admin,
        Some("\"0\""),
        json!({"definitions": {"flags": {}, "x": large}, "reason": "a trial"}),
    );
    assert_eq!(large.await.problem(), (413, "too-large"));
    assert_eq!(get(&house, &admin, TOGGLES).await.body["version"], 0);
}

#[tokio::test]
async fn administrators_change_and_others_look_or_do_not() {
    let house = House::new().await;
    for (login, reads, writes) in [
        ("admin.smirnov", 200, 200),
        ("support.morozov", 200, 403),
        ("stat.fedorova", 200, 403),
        ("audit.orlova", 403, 403),
        ("sklad.sidorov", 403, 403),
        ("assort.volkova", 403, 403),
    ] {
        let token = house.access(login).await;
        for path in [TOGGLES, "/api/staff/v1/toggles/versions"] {
            assert_eq!(get(&house, &token, path).await.status, reads, "{login} {path}");
        }
        let put = put(&house, &token, Some("\"0\""), update("off")).await;
        assert_eq!(put.status, writes, "{login}: {}", put.body);
    }
}

#[tokio::test]
async fn services_read_what_is_in_force_and_whether_it_still_is() {
    let house = House::new().await;
    let read = async |known: Option<&str>| {
        let mut request: Request<Body> = request(Method::GET, INTERNAL, Some(PORTAL_TOKEN), None);
        if let Some(known) = known {
            let known = known.parse().expect("a header");
            request.headers_mut().insert(header::IF_NONE_MATCH, known);
        }
        send(&house.internal, request).await
    };
    let none = read(Some("\"none\"")).await;
    assert_eq!(none.headers[header::ETAG], "\"0\"");
    assert_eq!(none.body["flags"], json!({}));

    let admin = house.access("admin.smirnov").await;
    put(&house, &admin, Some("\"0\""), update("off")).await;
    let first = read(Some("\"0\"")).await;
    assert_eq!(
        (first.status, &first.headers[header::ETAG]),
        (StatusCode::OK, &"\"1\"".parse().expect("a tag"))
    );
    assert_eq!(first.headers[header::CONTENT_TYPE], "application/json");
    let text = first.body.to_string();
    let snapshot = toggles::Snapshot::parse(&text).expect("it is what services hold");
    assert_eq!(snapshot.version(), "1");
    let known = read(Some("\"1\"")).await;
    assert_eq!(
        (known.status, known.body),
        (StatusCode::NOT_MODIFIED, Value::Null)
    );
}
