//! Every route of every service is either in the short list of public ones or refuses a caller without a token.
//! What is tried comes from the interfaces' own descriptions, so a new route cannot be forgotten.

use std::collections::BTreeSet;

use e2e::{Api, InOneProcess};
use reqwest::Method;
use serde_json::Value;

/// What anybody may call.
const PUBLIC: &[&str] = &[
    "GET /api/catalog/v1/documents/{key}",
    "GET /api/catalog/v1/media/{key}",
    "GET /api/catalog/v1/products",
    "GET /api/catalog/v1/products/{product}",
    "GET /api/catalog/v1/products/{product}/availability",
    "GET /api/catalog/v1/products/{product}/components",
    "GET /api/catalog/v1/products/{product}/price",
    "GET /api/catalog/v1/products/{product}/recommendations",
    "GET /api/catalog/v1/sets",
    "GET /api/catalog/v1/sets/{set}",
    "POST /api/catalog/v1/sets/check",
    "GET /api/catalog/v1/suggestions",
    "DELETE /api/orders/v1/carts/{id}/lines/{product}",
    "GET /api/orders/v1/carts/{id}",
    "GET /api/orders/v1/track/{number}",
    "POST /api/catalog/graphql",
    "POST /api/orders/v1/carts",
    "POST /api/orders/v1/courier/sessions",
    "POST /api/orders/v1/delivery/quotes",
    "POST /api/orders/v1/orders",
    "POST /api/orders/v1/orders/{number}/payments",
    "POST /api/orders/v1/payments/webhook",
    "PUT /api/orders/v1/carts/{id}/lines/{product}",
    "POST /api/staff/v1/sessions",
];

/// Signing out with a token that is none (any more) has nothing left to do.
const SIGN_OUT: &str = "DELETE /api/orders/v1/courier/sessions";

/// Method and path of each operation, and whether its description asks for a token.
async fn described(internal: &Api) -> Vec<(String, String, bool)> {
    let openapi: Value = internal.get("/openapi.json").await.expect(200);
    let everywhere = openapi["security"]
        .as_array()
        .is_some_and(|schemes| !schemes.is_empty());
    let mut operations = Vec::new();
    for (path, item) in openapi["paths"].as_object().expect("it describes paths") {
        for (method, operation) in item.as_object().expect("operations by method") {
            if !["get", "put", "post", "delete", "patch", "head"].contains(&method.as_str()) {
                continue;
            }
            let own = operation["security"]
                .as_array()
                .map(|schemes| !schemes.is_empty());
            operations.push((method.to_uppercase(), path.clone(), own.unwrap_or(everywhere)));
        }
    }
    assert!(operations.len() > 3, "{operations:?}");
    operations
}

#[tokio::test]
async fn every_route_is_public_on_purpose_or_refuses_strangers() {
    let shop = InOneProcess::shared();
    let ports = shop.wiring().ports;
    let at = |port: u16| Api::new(format!("http://127.0.0.1:{port}"));
    let services = [
        (ports.catalog_internal, ports.customers, ports.catalog_staff),
        (ports.orders_internal, ports.customers, ports.orders_staff),
        (ports.backoffice_internal, ports.customers, ports.backoffice_staff),
    ];
    let mut open = BTreeSet::new();
    for (internal, edge, staff) in services {
        for (method, path, guarded) in described(&at(internal)).await {
            let operation = format!("{method} {path}");
            if PUBLIC.contains(&operation.as_str()) {
                assert!(!guarded, "{operation} is public but described as guarded");
                open.insert(operation);
                continue;
            }
            assert!(
                guarded,
                "{operation} is neither public on purpose nor described as guarded"
            );
            let port = match path.as_str() {
                path if path.starts_with("/internal/") => internal,
                path if path.starts_with("/api/staff/") => staff,
                _ => edge,
            };
            // Any value will do for the parameters: who is asking comes first.
            let target = path.replace(['{', '}'], "");
            for token in [
                None,
                Some("made-up"),
                Some("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."),
            ] {
                let api = token.map_or_else(|| at(port), |token| at(port).with_token(token));
                let request = api.request(Method::from_bytes(method.as_bytes()).unwrap(), &target);
                let answer = api.send(request.json(&serde_json::json!({}))).await;
                if operation == SIGN_OUT && token.is_some() {
                    assert_eq!(answer.status, 204, "{operation} with {token:?}");
                    continue;
                }
                assert_eq!(answer.status, 401, "{operation} with {token:?}");
                answer.problem();
            }
        }
    }
    assert_eq!(
        open,
        PUBLIC.iter().map(|&route| route.to_owned()).collect(),
        "the list names no route that is gone"
    );
}

#[tokio::test]
async fn internal_faces_are_not_on_the_sites() {
    let shop = InOneProcess::shared();
    let ports = shop.wiring().ports;
    for port in [ports.customers, ports.portal] {
        let api = Api::new(format!("http://127.0.0.1:{port}"))
            .with_token(shop.wiring().secrets.tokens["orders"].clone());
        for path in [
            "/internal/v1/reservations",
            "/internal/v1/reconciliation",
            "/metrics",
            "/openapi.json",
        ] {
            assert_eq!(api.get(path).await.status, 404, "{path} at {port}");
        }
    }
    let customers = Api::new(format!("http://127.0.0.1:{}", ports.customers));
    assert_eq!(
        customers.get("/api/staff/v1/orders").await.status,
        404,
        "employees' routes are not in the outer contour"
    );
}
