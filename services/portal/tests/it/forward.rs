use axum::body::{Body, Bytes};
use futures_util::stream;
use http::{Request, StatusCode, header};
use serde_json::Value;

use crate::fake::PASSWORD;
use crate::support::{House, text};

#[tokio::test]
async fn requests_pass_through_with_their_token_and_without_cookies() {
    let house = House::new().await;
    let pieces = ["one ", "two ", "three"].map(|piece| Ok::<_, std::io::Error>(Bytes::from(piece)));
    let request = Request::put("/api/staff/v1/catalog/products/7?dry=1")
        .header(header::AUTHORIZATION, "Bearer access.sklad.sidorov")
        .header(header::COOKIE, "staff=session-1; lang=en")
        .header(header::CONNECTION, "x-private")
        .header("x-private", "1")
        .header(
            "traceparent",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        .header("x-forwarded-for", "192.0.2.7")
        .body(Body::from_stream(stream::iter(pieces)))
        .expect("a request");
    let response = house.send(request).await;
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    assert!(
        response.headers().get("x-hop").is_none(),
        "of one connection only"
    );
    let seen: Value =
        serde_json::from_str(response.headers()["x-seen"].to_str().expect("ASCII")).expect("JSON");
    assert_eq!(seen["method"], "PUT");
    assert_eq!(seen["target"], "/api/staff/v1/catalog/products/7?dry=1");
    let headers = &seen["headers"];
    assert_eq!(headers["authorization"], "Bearer access.sklad.sidorov");
    assert_eq!(headers["x-forwarded-for"], "192.0.2.7, 10.4.1.20");
    assert!(
        headers["traceparent"]
            .as_str()
            .is_some_and(|trace| trace.starts_with("00-"))
    );
    for gone in ["cookie", "x-private", "connection"] {
        assert!(headers.get(gone).is_none(), "{gone} was passed on");
    }
    assert_eq!(text(response).await, "one two three");
}

#[tokio::test]
async fn a_claimed_way_is_not_passed_on_without_the_callers_address() {
    let house = House::unseeing().await;
    let request = Request::put("/api/staff/v1/catalog/products/7?dry=1")
        .header(header::AUTHORIZATION, "Bearer access.sklad.sidorov")
        .header("x-forwarded-for", "192.0.2.7")
        .header("x-forwarded-for", "192.0.2.8")
        .body(Body::empty())
        .expect("a request");
    let response = house.send(request).await;
    assert_eq!(response.status(), StatusCode::IM_A_TEAPOT);
    let seen: Value =
        serde_json::from_str(response.headers()["x-seen"].to_str().expect("ASCII")).expect("JSON");
    assert!(seen["headers"].get("x-forwarded-for").is_none(), "{seen}");
}

#[tokio::test]
async fn each_area_goes_to_its_service_and_answers_as_that_does() {
    let house = House::new().await;
    let get = async |path: &str, token: &str| {
        let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
        house.send(request.body(Body::empty()).expect("a request")).await
    };
    for (path, login) in [
        ("/api/staff/v1/orders?status=paid", "sklad.sidorov"),
        ("/api/staff/v1/orders/DEMO-0000-0001", "sklad.sidorov"),
        ("/api/staff/v1/stock", "sklad.sidorov"),
        ("/api/staff/v1/audit", "audit.orlova"),
        ("/api/staff/v1/audit/verification", "audit.orlova"),
    ] {
        let response = get(path, &format!("access.{login}")).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(
            response.headers()[header::CONTENT_TYPE],
            "application/json",
            "{path}"
        );
        let refused = get(path, "forged").await;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(
            refused.headers()[header::CONTENT_TYPE],
            "application/problem+json",
            "{path}"
        );
    }
    // The session's cookie alone opens nothing here.
    let cookie = house.sign_in("sklad.sidorov").await;
    assert_eq!(
        house.get("/api/staff/v1/orders", &cookie).await.status(),
        StatusCode::UNAUTHORIZED
    );
    // What nobody has is not found, and is no page.
    let unknown = house.get("/api/staff/v1/payroll", &cookie).await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    assert!(text(unknown).await.is_empty());

    let credentials = serde_json::json!({"login": "sklad.sidorov", "password": PASSWORD});
    let request = Request::post("/api/staff/v1/sessions")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(credentials.to_string()))
        .expect("a request");
    assert_eq!(house.send(request).await.status(), StatusCode::CREATED);
}

#[tokio::test]
async fn a_service_that_is_down_is_a_problem() {
    let house = House::alone();
    let response = house.get("/api/staff/v1/orders", "").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        response.headers()[header::CONTENT_TYPE],
        "application/problem+json"
    );
    assert!(response.headers().contains_key(header::RETRY_AFTER));
}
