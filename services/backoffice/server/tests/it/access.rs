//! Who may call what, compared with the description: a route that is added without a test of its access fails here.

use axum::http::Method;
use backoffice_server::Backoffice;
use chassis::{App as _, Face};
use serde_json::Value;

use crate::support::{House, PORTAL_TOKEN, SERVICE_TOKEN, request, send};

/// Routes that anyone may call.
const PUBLIC: [(&str, &str); 1] = [("post", "/api/staff/v1/sessions")];

/// Method, path and whether a token is asked for, of every operation of a face.
fn operations(face: Face) -> Vec<(String, String, bool)> {
    let (_, openapi) = Backoffice::openapi()
        .into_iter()
        .find(|(of, _)| *of == face)
        .expect("the face is described");
    let described = serde_json::to_value(&openapi).expect("JSON");
    let schemes = &described["components"]["securitySchemes"];
    let mut all = Vec::new();
    for (path, item) in described["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let security = operation["security"].as_array().cloned().unwrap_or_default();
            for name in security
                .iter()
                .filter_map(Value::as_object)
                .flat_map(|requirement| requirement.keys())
            {
                assert!(schemes[name].is_object(), "{method} {path}: no scheme {name}");
            }
            all.push((method.clone(), path.clone(), !security.is_empty()));
        }
    }
    all
}

#[tokio::test]
async fn every_route_that_is_not_public_wants_a_token() {
    let house = House::new().await;
    let mut seen = 0;
    for (face, router) in [(Face::Staff, &house.staff), (Face::Internal, &house.internal)] {
        for (method, path, guarded) in operations(face) {
            let public = PUBLIC.contains(&(method.as_str(), path.as_str()));
            assert_eq!(guarded, !public, "{method} {path} says so in its description");
            if public {
                continue;
            }
            seen += 1;
            let verb = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
            let path = path.replace("{id}", "0198a6a2-1111-7000-8000-000000000001");
            // The token of the other face's callers opens nothing either.
            let foreign = match face {
                Face::Internal => house.access("admin.smirnov").await,
                _ => SERVICE_TOKEN.to_owned(),
            };
            for token in [None, Some("nonsense"), Some(foreign.as_str())] {
                let answer = send(router, request(verb.clone(), &path, token, None)).await;
                assert_eq!(
                    answer.problem(),
                    (401, "unauthenticated"),
                    "{method} {path} with {token:?}"
                );
                assert!(answer.headers.contains_key("www-authenticate"), "{method} {path}");
            }
        }
    }
    assert!(seen >= 8, "only {seen} routes are described");
}

#[tokio::test]
async fn faces_do_not_leak_into_each_other() {
    let house = House::new().await;
    for (_, path, _) in operations(Face::Internal) {
        let answer = house.staff(Method::GET, &path, Some(SERVICE_TOKEN), None).await;
        assert_eq!(answer.problem(), (404, "not-found"), "{path}");
    }
    let answer = house
        .internal(Method::GET, "/api/staff/v1/audit", Some(SERVICE_TOKEN))
        .await;
    assert_eq!(answer.status.as_u16(), 404);
}

/// The portal is a service like others, and reads the toggles, but tells no events and sees none.
#[tokio::test]
async fn a_caller_that_sends_no_events_reads_the_toggles_and_nothing_else() {
    let house = House::new().await;
    for (method, path, _) in operations(Face::Internal) {
        let verb = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let path = path.replace("{id}", "0198a6a2-1111-7000-8000-000000000001");
        let answer = house.internal(verb, &path, Some(PORTAL_TOKEN)).await;
        let expected = if path == "/internal/v1/toggles" { 200 } else { 403 };
        assert_eq!(answer.status.as_u16(), expected, "{method} {path}");
    }
}

#[tokio::test]
async fn the_support_desk_finds_no_dead_letters_here() {
    let house = House::new().await;
    let answer = house
        .internal(Method::GET, "/internal/v1/dead-letters", Some(SERVICE_TOKEN))
        .await;
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.body);
    assert_eq!(answer.body["items"], serde_json::json!([]));
}
