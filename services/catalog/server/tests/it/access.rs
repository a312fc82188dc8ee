//! Who may do what: every route is either public or asks for a token.

use axum::http::{Method, StatusCode, header};
use catalog_server::Catalog;
use chassis::{App as _, Face};
use contracts::backoffice::Role;
use serde_json::json;
use time::Duration;

use crate::house::{Answer, Ask, House, ORDERS};

/// Everything that anybody may ask.
const PUBLIC: [&str; 13] = [
    "POST /api/catalog/graphql",
    "GET /api/catalog/v1/products",
    "GET /api/catalog/v1/products/{product}",
    "GET /api/catalog/v1/products/{product}/components",
    "GET /api/catalog/v1/products/{product}/price",
    "GET /api/catalog/v1/suggestions",
    "GET /api/catalog/v1/products/{product}/availability",
    "GET /api/catalog/v1/products/{product}/recommendations",
    "GET /api/catalog/v1/sets",
    "GET /api/catalog/v1/sets/{set}",
    "POST /api/catalog/v1/sets/check",
    "GET /api/catalog/v1/media/{key}",
    "GET /api/catalog/v1/documents/{key}",
];

/// Every route of the descriptions: its face, method, path, and the schemes that protect it.
fn routes() -> Vec<(Face, Method, String, Vec<String>)> {
    let mut routes = Vec::new();
    for (face, openapi) in Catalog::openapi() {
        let openapi = serde_json::to_value(openapi).expect("a description is JSON");
        for (path, item) in openapi["paths"].as_object().expect("paths") {
            for (method, operation) in item.as_object().expect("operations") {
                let Ok(method) = method.to_uppercase().parse::<Method>() else {
                    continue;
                };
                let schemes = operation["security"].as_array().into_iter().flatten();
                let schemes =
                    schemes.flat_map(|scheme| scheme.as_object().expect("a scheme").keys().cloned());
                let schemes: Vec<String> = schemes.collect();
                for scheme in &schemes {
                    let known = &openapi["components"]["securitySchemes"][scheme];
                    assert_eq!(
                        (&known["type"], &known["scheme"]),
                        (&json!("http"), &json!("bearer")),
                        "{path}"
                    );
                }
                routes.push((face, method, path.clone(), schemes));
            }
        }
    }
    routes
}

/// A path that the route matches.
fn filled(path: &str) -> String {
    let order = "01890a5d-ac96-774b-bcce-b302099a8057";
    path.split('/')
        .map(|part| if part.starts_with('{') { order } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

async fn ask(house: &House, face: Face, ask: Ask) -> Answer {
    match face {
        Face::Edge => house.edge(ask).await,
        Face::Staff => house.staff(ask).await,
        Face::Internal => house.internal(ask).await,
    }
}

#[tokio::test]
async fn every_route_is_public_or_asks_for_a_token() {
    let house = House::open().await;
    let routes = routes();
    let mut public = Vec::new();
    for (face, method, path, schemes) in &routes {
        let name = format!("{method} {path}");
        let want: &[&str] = match face {
            Face::Edge => &[],
            Face::Staff => &["staff"],
            Face::Internal => &["service"],
        };
        assert_eq!(schemes, want, "{name}");
        if PUBLIC.contains(&name.as_str()) {
            public.push(name);
            continue;
        }
        let bare = Ask::new(method.clone(), &filled(path));
        let wrong = Ask::new(method.clone(), &filled(path)).bearer("wrong-token-0123456789-0123456789");
        for request in [bare, wrong] {
            let answer = ask(&house, *face, request).await;
            assert_eq!(answer.problem().0, 401, "{name}");
            assert!(
                answer.header(header::WWW_AUTHENTICATE).starts_with("Bearer"),
                "{name}"
            );
        }
    }
    public.sort_unstable();
    let mut listed = PUBLIC.map(str::to_owned);
    listed.sort_unstable();
    assert_eq!(public, listed, "the list names what exists");
    // Or else this test has looked at nothing.
    assert!(routes.len() > PUBLIC.len() + 12, "{routes:?}");
}

#[test]
fn every_operation_has_an_id_of_its_own() {
    let mut ids = Vec::new();
    for (_, openapi) in Catalog::openapi() {
        let openapi = serde_json::to_value(openapi).expect("a description is JSON");
        let items = openapi["paths"].as_object().expect("paths").values();
        let operations = items.flat_map(|item| item.as_object().expect("operations").values());
        ids.extend(operations.filter_map(|operation| operation["operationId"].as_str().map(str::to_owned)));
    }
    let count = ids.len();
    assert_eq!(count, routes().len());
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "{ids:?}");
}

#[tokio::test]
async fn a_token_of_one_face_opens_no_other() {
    let house = House::open().await;
    let staff = house.token(&[Role::Administrator]);
    assert_eq!(
        house
            .internal(Ask::get("/internal/v1/invariants").bearer(&staff))
            .await
            .problem()
            .0,
        401
    );
    assert_eq!(
        house
            .staff(Ask::get("/api/staff/v1/stock").bearer(ORDERS))
            .await
            .problem()
            .0,
        401
    );
    assert_eq!(
        house.orders(Ask::get("/internal/v1/invariants")).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn roles_decide_what_an_employee_may_do() {
    let house = House::open().await;
    for (role, read, correct) in [
        (Role::Warehouse, 200, 400),
        (Role::Administrator, 200, 400),
        (Role::Assortment, 403, 403),
        (Role::Support, 403, 403),
        (Role::Courier, 403, 403),
        (Role::Security, 403, 403),
        (Role::Analyst, 403, 403),
    ] {
        let token = house.token(&[role]);
        let reading = house.staff(Ask::get("/api/staff/v1/stock").bearer(&token)).await;
        assert_eq!(reading.status.as_u16(), read, "{role:?}");
        // Who is let in is asked for an idempotency key.
        let correcting = house
            .staff(Ask::post("/api/staff/v1/stock/corrections").bearer(&token))
            .await;
        assert_eq!(correcting.problem().0, correct, "{role:?}");
    }
    let token = house.token(&[Role::Warehouse]);
    house.clock.advance(Duration::hours(1));
    assert_eq!(
        house
            .staff(Ask::get("/api/staff/v1/stock").bearer(&token))
            .await
            .problem()
            .0,
        401,
        "expired"
    );
}

#[tokio::test]
async fn the_customers_role_cannot_change_the_assortment() {
    let house = House::open().await;
    let edge = house.db.pg("catalog_edge");
    for statement in [
        "UPDATE product SET price_amount = 1",
        "DELETE FROM product",
        "UPDATE stock SET on_hand = 1000",
        "SELECT cost_amount FROM component",
        "SELECT * FROM reservation",
        "INSERT INTO events.outbox DEFAULT VALUES",
    ] {
        let error = pg::sqlx::query(statement)
            .execute(edge.pool())
            .await
            .expect_err(statement);
        assert_eq!(
            pg::sql_state(&error).as_deref(),
            Some("42501"),
            "{statement}: {error}"
        );
    }
}

#[tokio::test]
async fn what_no_face_has_is_not_found() {
    let house = House::open().await;
    for face in [Face::Edge, Face::Staff, Face::Internal] {
        let answer = ask(&house, face, Ask::get("/no/such/thing")).await;
        assert_eq!(answer.problem().0, 404, "{face}");
    }
    assert_eq!(
        house
            .edge(Ask::post("/api/catalog/v1/products"))
            .await
            .problem()
            .0,
        405
    );
    let own = house.get("/api/catalog/v1/openapi.json").await;
    assert_eq!(own.ok::<serde_json::Value>()["info"]["title"], "Garnitur catalog");
    // The faces stand apart: what services ask is not to be had from outside.
    for path in ["/internal/v1/invariants", "/api/staff/v1/stock"] {
        assert_eq!(house.get(path).await.problem().0, 404, "{path}");
    }
}
