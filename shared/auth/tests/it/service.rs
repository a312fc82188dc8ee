use auth::{
    Callers, PeerService, ServiceCallers, ServiceName, ServiceToken, ServiceTokenError, allow_services,
    require_service,
};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::routing::get;

use crate::support;

const ORDERS: &str = "orders-orders-orders-orders-orders-1";
const CATALOG: &str = "catalog-catalog-catalog-catalog-cat-1";

fn tokens() -> ServiceCallers {
    ServiceCallers::with_tokens([("orders", ORDERS), ("catalog", CATALOG)]).expect("good tokens")
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

/// What a listener with mutual TLS adds to a request.
async fn call_certified(path: &str, service: &str, token: Option<&str>) -> StatusCode {
    let mut request = Request::get(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let mut request = request.body(Body::empty()).expect("a request");
    let peer = PeerService::of_id(&format!("spiffe://garnitur/{service}")).expect("a service");
    request.extensions_mut().insert(peer);
    support::send(&app(), request).await.status
}

#[tokio::test]
async fn a_certificate_stands_for_the_token() {
    assert_eq!(call_certified("/events", "catalog", None).await, StatusCode::OK);
    assert_eq!(
        call_certified("/reservations", "orders", None).await,
        StatusCode::OK
    );
    assert_eq!(
        call_certified("/reservations", "catalog", None).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        call_certified("/forgotten", "orders", None).await,
        StatusCode::UNAUTHORIZED
    );
}

/// Whoever has a certificate of its own cannot act as another with that one's token.
#[tokio::test]
async fn a_token_adds_nothing_to_a_certificate() {
    assert_eq!(
        call_certified("/events", "storefront", Some(ORDERS)).await,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        call_certified("/reservations", "catalog", Some(ORDERS)).await,
        StatusCode::FORBIDDEN
    );
}

#[test]
fn callers_are_listed_by_name_or_with_tokens() {
    let read = |text: &str| serde_json::from_str::<Callers>(text).map(|listed| ServiceCallers::new(&listed));
    let named = read(r#"["orders", "catalog"]"#)
        .expect("a list")
        .expect("good names");
    assert!(named.need_certificates());
    assert_eq!(named.identify(ORDERS), None);
    let orders = PeerService::of_id("spiffe://garnitur/orders").expect("a service");
    assert_eq!(named.certified(&orders).expect("listed").as_str(), "orders");

    let tokens = read(&format!(r#"{{"orders": "{ORDERS}"}}"#))
        .expect("a map")
        .expect("good tokens");
    assert!(!tokens.need_certificates());
    assert_eq!(tokens.identify(ORDERS).expect("listed").as_str(), "orders");
    assert!(
        tokens.certified(&orders).is_some(),
        "the name holds for certificates too"
    );

    assert!(read(r#"{"orders": "short"}"#).expect("a map").is_err());
    assert!(read(r#"["orders", "orders"]"#).expect("a list").is_err());
    let error = read("7").expect_err("neither");
    assert!(error.to_string().contains("expected names"), "{error}");
}

#[test]
fn weak_and_doubled_tokens_are_refused() {
    let refused =
        |pairs: &[(&str, &str)]| ServiceCallers::with_tokens(pairs.iter().copied()).expect_err("refused");
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
