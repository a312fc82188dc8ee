use auth::{ServiceName, ServiceToken, ServiceTokenError, ServiceTokens, allow_services, require_service};
use axum::Router;
use axum::http::{StatusCode, header};
use axum::routing::get;

use crate::support;

const ORDERS: &str = "orders-orders-orders-orders-orders-1";
const CATALOG: &str = "catalog-catalog-catalog-catalog-cat-1";

fn tokens() -> ServiceTokens {
    ServiceTokens::new([("orders", ORDERS), ("catalog", CATALOG)]).expect("good tokens")
}

fn app() -> Router {
    Router::new()
        .route(
            "/reservations",
            get(async |caller: ServiceName| caller.as_str().to_owned()).layer(allow_services(&["orders"])),
        )
        .route(
            "/events",
            get(async |caller: ServiceName| caller.as_str().to_owned()),
        )
        .layer(require_service(tokens()))
        .route("/forgotten", get(async |_: ServiceName| "open"))
        .route(
            "/forgotten-too",
            get(async || "open").layer(allow_services(&["orders"])),
        )
}

async fn call(path: &str, token: Option<&str>) -> (StatusCode, String) {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let headers: Vec<_> = bearer
        .iter()
        .map(|bearer| ("authorization", bearer.as_str()))
        .collect();
    let answer = support::get(&app(), path, &headers).await;
    if answer.status == StatusCode::UNAUTHORIZED {
        assert_eq!(
            answer.headers[header::WWW_AUTHENTICATE],
            "Bearer realm=\"services\""
        );
    }
    (answer.status, answer.body)
}

#[tokio::test]
async fn a_service_is_known_by_its_token() {
    assert_eq!(
        call("/events", Some(ORDERS)).await,
        (StatusCode::OK, "orders".to_owned())
    );
    assert_eq!(
        call("/events", Some(CATALOG)).await,
        (StatusCode::OK, "catalog".to_owned())
    );
    let wrong = format!("{ORDERS}x");
    for token in [None, Some(&ORDERS[1..]), Some(wrong.as_str()), Some("orders")] {
        assert_eq!(
            call("/events", token).await.0,
            StatusCode::UNAUTHORIZED,
            "{token:?}"
        );
    }
}

#[tokio::test]
async fn a_route_may_be_for_some_services_only() {
    assert_eq!(call("/reservations", Some(ORDERS)).await.0, StatusCode::OK);
    assert_eq!(
        call("/reservations", Some(CATALOG)).await.0,
        StatusCode::FORBIDDEN
    );
    assert_eq!(call("/reservations", None).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_route_that_was_forgotten_is_closed() {
    assert_eq!(call("/forgotten", Some(ORDERS)).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(
        call("/forgotten-too", Some(ORDERS)).await.0,
        StatusCode::UNAUTHORIZED
    );
}

#[test]
fn weak_and_doubled_tokens_are_refused() {
    let refused = |pairs: &[(&str, &str)]| ServiceTokens::new(pairs.iter().copied()).expect_err("refused");
    assert_eq!(
        refused(&[("a", "short")]),
        ServiceTokenError::Short("a".to_owned())
    );
    assert_eq!(
        refused(&[("a", &format!("{ORDERS} and a space"))]),
        ServiceTokenError::Characters("a".to_owned())
    );
    assert_eq!(
        refused(&[("a", ORDERS), ("b", ORDERS)]),
        ServiceTokenError::Duplicate("b".to_owned())
    );
    assert_eq!(
        refused(&[("a", ORDERS), ("a", CATALOG)]),
        ServiceTokenError::Duplicate("a".to_owned())
    );
}

#[test]
fn tokens_are_not_printed() {
    let token = ServiceToken::new("orders", ORDERS).expect("a good token");
    assert_eq!(token.authorization(), format!("Bearer {ORDERS}"));
    let printed = format!("{token:?} {:?} {:?}", token.authorization(), tokens());
    assert!(!printed.contains("orders-orders"), "{printed}");
}
