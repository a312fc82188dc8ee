use std::time::Duration;

use axum::http::{Method, StatusCode, header};
use embedded::ldap::DEMO_PASSWORD;
use serde_json::{Value, json};
use test_support::wait_for;
use tower::ServiceExt as _;

use crate::support::{House, request, send};

const SESSIONS: &str = "/api/staff/v1/sessions";

fn refused(actor: &str, reason: &str) -> (String, String, Value) {
    let details = json!({"client": "192.0.2.44", "reason": reason});
    ("session.refused".to_owned(), actor.to_owned(), details)
}

#[tokio::test]
async fn an_employee_gets_a_session_with_name_and_roles() {
    let house = House::new().await;
    // The directory does not mind the case, and what it says counts.
    let answer = house.sign_in("Chief.Vasilyev", DEMO_PASSWORD).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(answer.text("login"), "chief.vasilyev");
    assert!(answer.text("name").contains("Николай"), "{}", answer.body);
    assert_eq!(
        answer.body["roles"],
        json!(["warehouse", "assortment", "analyst"])
    );
    assert_eq!(answer.text("access_expires_at"), "2026-03-01T10:05:00Z");
    assert_eq!(answer.text("session_token").len(), 43);

    let details = json!({"client": "192.0.2.44", "roles": ["warehouse", "assortment", "analyst"]});
    let opened = ("session.opened".to_owned(), "chief.vasilyev".to_owned(), details);
    assert_eq!(house.audit().await, [opened]);
}

#[tokio::test]
async fn the_refused_are_answered_alike_and_recorded_apart() {
    let house = House::new().await;
    let wrong = house.sign_in("sklad.sidorov", "Garnitur-2").await;
    let unknown = house.sign_in("nobody.here", DEMO_PASSWORD).await;
    assert_eq!(wrong.problem(), (401, "bad-credentials"));
    assert_eq!(
        wrong.body, unknown.body,
        "nothing tells a wrong password from an unknown login"
    );
    assert_eq!(
        house.sign_in("sklad.lebedev", "Garnitur-2").await.body,
        wrong.body,
        "nor from a closed account"
    );

    let disabled = house.sign_in("sklad.lebedev", DEMO_PASSWORD).await;
    assert_eq!(disabled.problem(), (401, "bad-credentials"));
    assert!(disabled.text("detail").contains("отключена"));
    assert_eq!(
        house.sign_in("office.zaytseva", DEMO_PASSWORD).await.problem(),
        (403, "forbidden")
    );
    assert_eq!(
        house.sign_in("courier.petrov", DEMO_PASSWORD).await.problem(),
        (403, "forbidden")
    );
    // The password in the login's place.
    assert_eq!(
        house.sign_in(DEMO_PASSWORD, "sklad.sidorov").await.problem(),
        (401, "bad-credentials")
    );

    assert_eq!(
        house.audit().await,
        [
            refused("sklad.sidorov", "bad_credentials"),
            refused("nobody.here", "bad_credentials"),
            refused("sklad.lebedev", "bad_credentials"),
            refused("sklad.lebedev", "disabled"),
            refused("office.zaytseva", "no_role"),
            refused("courier.petrov", "no_role"),
            refused("unknown", "bad_credentials"),
        ]
    );
}

#[tokio::test]
async fn metacharacters_of_the_directory_match_nobody() {
    let house = House::new().await;
    for login in [
        "*",
        "sklad.*",
        "sklad.sidorov)(objectClass=*",
        "a)(|(cn=*))",
        "\\2a",
        "sklad.sidorov\\00",
        "..",
        "cn=x,dc=y",
    ] {
        let answer = house.sign_in(login, DEMO_PASSWORD).await;
        assert_eq!(answer.problem(), (401, "bad-credentials"), "{login}");
    }
    let audit = house.audit().await;
    assert_eq!(audit.len(), 8);
    assert!(audit.iter().all(|(action, ..)| action == "session.refused"));
}

#[tokio::test]
async fn guessing_is_slowed_down_by_login_and_seen_in_the_audit() {
    let house = House::new().await;
    for _ in 0..10 {
        let wrong = house.sign_in("sklad.sidorov", "wrong").await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    }
    // Capitals change nothing: not what is counted, nor who is named.
    let throttled = house.sign_in("Sklad.Sidorov", DEMO_PASSWORD).await;
    assert_eq!(throttled.problem(), (429, "throttled"));
    assert_eq!(throttled.headers[header::RETRY_AFTER], "300");
    house.access("sklad.kuznetsova").await;

    house.clock.advance(time::Duration::seconds(301));
    house.access("sklad.sidorov").await;
    let audit = house.audit().await;
    assert_eq!(audit[9], refused("sklad.sidorov", "bad_credentials"));
    assert_eq!(audit[10], refused("sklad.sidorov", "throttled"));
    assert_eq!(audit.len(), 13);
}

#[tokio::test]
async fn guessing_at_many_logins_is_slowed_down_by_address() {
    let house = House::new().await;
    for n in 0..50 {
        let answer = house.sign_in(&format!("login.{n}"), "wrong").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(
        house.sign_in("sklad.sidorov", DEMO_PASSWORD).await.problem(),
        (429, "throttled")
    );
    // Another employee behind the same portal.
    let credentials = json!({"login": "sklad.sidorov", "password": DEMO_PASSWORD});
    let mut other = request(Method::POST, SESSIONS, None, Some(credentials));
    other
        .headers_mut()
        .insert("x-forwarded-for", "192.0.2.45".parse().expect("a header"));
    assert_eq!(send(&house.staff, other).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_directory_that_is_down_is_said_to_be_and_costs_no_attempt() {
    let mut house = House::new().await;
    let ldap = house.ldap.take().expect("it runs");
    let address = ldap.addr();
    ldap.stop().await;
    for _ in 0..11 {
        let answer = house.sign_in("sklad.sidorov", DEMO_PASSWORD).await;
        assert_eq!(answer.problem(), (503, "unavailable"));
        assert!(answer.body["detail"].is_null(), "no internals: {}", answer.body);
    }
    let again = embedded::ldap::Server::start(address, &embedded::ldap::demo()).await;
    house.ldap = Some(again.expect("the port is free"));
    house.access("sklad.sidorov").await;
    let audit = house.audit().await;
    assert_eq!(audit[10], refused("sklad.sidorov", "directory_down"));
    assert_eq!(audit.len(), 12);
}

#[tokio::test]
async fn who_hangs_up_is_recorded_all_the_same() {
    let house = House::new().await;
    let credentials = json!({"login": "sklad.sidorov", "password": "wrong"});
    let mut attempt = Box::pin(house.staff.clone().oneshot(request(
        Method::POST,
        SESSIONS,
        None,
        Some(credentials),
    )));
    assert!(
        futures_util::poll!(&mut attempt).is_pending(),
        "the directory takes a while"
    );
    drop(attempt);
    let audit = wait_for("the entry", Duration::from_secs(10), async || {
        let audit = house.audit().await;
        (!audit.is_empty()).then_some(audit)
    });
    assert_eq!(audit.await, [refused("sklad.sidorov", "bad_credentials")]);
}

#[tokio::test]
async fn bad_requests_name_the_field() {
    let house = House::new().await;
    let cases = [
        (json!({"login": "a", "password": "b", "admin": true}), "admin"),
        (json!({"login": "a"}), "password"),
        (json!({"login": 7, "password": "b"}), "login"),
        (json!({"login": "", "password": "b"}), "login"),
        (json!({"login": "x".repeat(65), "password": "b"}), "login"),
        (json!({"login": "a", "password": ""}), "password"),
        (json!({"login": "a", "password": "x".repeat(257)}), "password"),
    ];
    for (body, field) in cases {
        let answer = house
            .staff(Method::POST, SESSIONS, None, Some(body.clone()))
            .await;
        assert_eq!(answer.problem(), (422, "validation"), "{body}");
        assert_eq!(answer.fields(), [field], "{body}");
    }
    let huge = json!({"login": "a", "password": "x".repeat(100_000)});
    let answer = house.staff(Method::POST, SESSIONS, None, Some(huge)).await;
    assert_eq!(answer.problem(), (413, "too-large"));
    let nul = json!({"login": "a\u{0}", "password": "b"});
    let answer = house.staff(Method::POST, SESSIONS, None, Some(nul)).await;
    assert_eq!(answer.problem(), (400, "malformed-request"));
    assert_eq!(house.audit().await, [], "nobody tried to sign in");
}

#[tokio::test]
async fn without_the_audit_nobody_signs_in() {
    let house = House::new().await;
    behind::revoke_audit(&house).await;
    assert_eq!(
        house.sign_in("sklad.sidorov", DEMO_PASSWORD).await.problem(),
        (500, "internal")
    );
    assert_eq!(
        house.sign_in("sklad.sidorov", "wrong").await.problem(),
        (500, "internal")
    );
    assert_eq!(behind::sessions(&house).await, 0);
}

/// What is done to the database behind the service's back.
mod behind {
    use pg::sqlx;

    use crate::support::House;

    pub async fn revoke_audit(house: &House) {
        sqlx::query("REVOKE INSERT ON audit_entry FROM backoffice_staff")
            .execute(house.db.admin())
            .await
            .expect("a superuser may");
    }

    pub async fn sessions(house: &House) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM employee_session")
            .fetch_one(house.db.admin())
            .await
            .expect("a superuser may")
    }
}
