use axum::http::{Method, StatusCode, header};
use embedded::ldap::DEMO_PASSWORD;
use time::Duration;

use crate::support::House;

const SESSIONS: &str = "/api/staff/v1/sessions";
const RENEW: &str = "/api/staff/v1/sessions/renew";

#[tokio::test]
async fn a_session_gives_out_access_tokens_until_it_is_closed() {
    let house = House::new().await;
    let opened = house.sign_in("sklad.sidorov", DEMO_PASSWORD).await;
    let token = opened.text("session_token");

    house.clock.advance(Duration::minutes(4));
    let renewed = house.staff(Method::POST, RENEW, Some(&token), None).await;
    assert_eq!(renewed.status, StatusCode::OK);
    assert_eq!(renewed.headers[header::CACHE_CONTROL], "no-store");
    assert!(renewed.body["session_token"].is_null());
    assert_eq!(renewed.text("access_expires_at"), "2026-03-01T10:09:00Z");
    for member in ["login", "name", "roles"] {
        assert_eq!(renewed.body[member], opened.body[member]);
    }

    let closed = house.staff(Method::DELETE, SESSIONS, Some(&token), None).await;
    assert_eq!(closed.status, StatusCode::NO_CONTENT);
    for (method, path) in [(Method::POST, RENEW), (Method::DELETE, SESSIONS)] {
        let over = house.staff(method, path, Some(&token), None).await;
        assert_eq!(over.problem(), (401, "unauthenticated"));
        assert_eq!(
            over.headers[header::WWW_AUTHENTICATE],
            "Bearer realm=\"staff-session\""
        );
    }
    let actions: Vec<_> = house
        .audit()
        .await
        .into_iter()
        .map(|(action, actor, _)| (action, actor))
        .collect();
    let by_sidorov = |action: &str| (action.to_owned(), "sklad.sidorov".to_owned());
    assert_eq!(
        actions,
        [by_sidorov("session.opened"), by_sidorov("session.closed")]
    );
}

#[tokio::test]
async fn an_unused_session_is_over_after_an_hour() {
    let house = House::new().await;
    let token = house
        .sign_in("sklad.sidorov", DEMO_PASSWORD)
        .await
        .text("session_token");
    house.clock.advance(Duration::minutes(59));
    assert_eq!(
        house.staff(Method::POST, RENEW, Some(&token), None).await.status,
        StatusCode::OK
    );
    house.clock.advance(Duration::minutes(60));
    assert_eq!(
        house
            .staff(Method::POST, RENEW, Some(&token), None)
            .await
            .problem(),
        (401, "unauthenticated")
    );
}

#[tokio::test]
async fn a_used_session_is_over_after_its_lifetime() {
    let house = House::new().await;
    let token = house
        .sign_in("sklad.sidorov", DEMO_PASSWORD)
        .await
        .text("session_token");
    for _ in 0..15 {
        house.clock.advance(Duration::minutes(45));
        assert_eq!(
            house.staff(Method::POST, RENEW, Some(&token), None).await.status,
            StatusCode::OK
        );
    }
    house.clock.advance(Duration::minutes(45));
    assert_eq!(
        house
            .staff(Method::POST, RENEW, Some(&token), None)
            .await
            .problem(),
        (401, "unauthenticated")
    );
}

#[tokio::test]
async fn the_two_kinds_of_token_are_not_mixed_up() {
    let house = House::new().await;
    let opened = house.sign_in("audit.orlova", DEMO_PASSWORD).await;
    let (session, access) = (opened.text("session_token"), opened.text("access_token"));
    assert_eq!(
        house
            .staff(Method::POST, RENEW, Some(&access), None)
            .await
            .problem(),
        (401, "unauthenticated")
    );
    let audit = house
        .staff(Method::GET, "/api/staff/v1/audit", Some(&session), None)
        .await;
    assert_eq!(audit.problem(), (401, "unauthenticated"));
}
