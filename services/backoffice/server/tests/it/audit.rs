use axum::http::{Method, StatusCode};
use serde_json::Value;
use time::Duration;

use crate::support::{House, SERVICE_TOKEN};

const AUDIT: &str = "/api/staff/v1/audit";
const VERIFICATION: &str = "/internal/v1/audit/verification";

#[tokio::test]
async fn security_and_administrators_read_the_audit_and_nobody_else() {
    let house = House::new().await;
    for (login, status) in [
        ("audit.orlova", StatusCode::OK),
        ("admin.smirnov", StatusCode::OK),
        ("sklad.sidorov", StatusCode::FORBIDDEN),
        ("assort.volkova", StatusCode::FORBIDDEN),
        ("support.morozov", StatusCode::FORBIDDEN),
        ("stat.fedorova", StatusCode::FORBIDDEN),
        ("chief.vasilyev", StatusCode::FORBIDDEN),
    ] {
        let token = house.access(login).await;
        let answer = house.staff(Method::GET, AUDIT, Some(&token), None).await;
        assert_eq!(answer.status, status, "{login}");
        let verified = house
            .staff(Method::GET, &format!("{AUDIT}/verification"), Some(&token), None)
            .await;
        assert_eq!(verified.status, status, "{login}");
        assert_eq!(
            verified.body["intact"] == true,
            status == StatusCode::OK,
            "{login}"
        );
        assert_eq!(
            answer.body["items"].is_array(),
            status == StatusCode::OK,
            "{login}"
        );
    }
    let token = house.access("audit.orlova").await;
    house.clock.advance(Duration::minutes(6));
    let late = house.staff(Method::GET, AUDIT, Some(&token), None).await;
    assert_eq!(late.problem(), (401, "unauthenticated"));
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let house = House::new().await;
    for _ in 0..7 {
        house.access("sklad.sidorov").await;
        house.clock.advance(Duration::seconds(10));
    }
    let token = house.access("audit.orlova").await;
    let page = async |query: &str| {
        let answer = house
            .staff(Method::GET, &format!("{AUDIT}?{query}"), Some(&token), None)
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
        let items = answer.body["items"].as_array().expect("items");
        let seqs: Vec<i64> = items.iter().filter_map(|item| item["seq"].as_i64()).collect();
        (seqs, answer.body["next_cursor"].as_str().map(str::to_owned))
    };

    let (mut seen, mut cursor) = page("page_size=3").await;
    while let Some(next) = cursor {
        let (more, after) = page(&format!("page_size=3&cursor={next}")).await;
        seen.extend(more);
        cursor = after;
    }
    assert_eq!(seen, [8, 7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(
        page("page_size=8").await,
        (seen, None),
        "no cursor where nothing follows"
    );
    assert_eq!(page("actor=Audit.Orlova").await.0, [8]);
    assert_eq!(
        page("actor=sklad.sidorov&action=session.opened&since=2026-03-01T10:00:50Z")
            .await
            .0,
        [7, 6]
    );
    assert_eq!(page("subject=7K2M-9QXA-4TBD").await.0, [0_i64; 0]);
}

#[tokio::test]
async fn bad_parameters_are_named() {
    let house = House::new().await;
    let token = house.access("audit.orlova").await;
    for (query, field) in [
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=-1", "page_size"),
        ("page_size=many", "page_size"),
        ("cursor=nonsense", "cursor"),
        ("cursor=IngiCg", "cursor"),
        ("since=yesterday", "since"),
        ("actor=", "actor"),
        ("login=x", "login"),
    ] {
        let answer = house
            .staff(Method::GET, &format!("{AUDIT}?{query}"), Some(&token), None)
            .await;
        assert_eq!(answer.problem(), (422, "validation"), "{query}");
        assert_eq!(answer.fields(), [field], "{query}");
    }
}

#[tokio::test]
async fn tampering_shows_in_the_verification() {
    let house = House::new().await;
    for login in ["sklad.sidorov", "sklad.kuznetsova", "audit.orlova"] {
        house.access(login).await;
    }
    let verified = house
        .internal(Method::GET, VERIFICATION, Some(SERVICE_TOKEN))
        .await;
    assert_eq!(verified.status, StatusCode::OK);
    assert_eq!(
        (&verified.body["intact"], &verified.body["entries"]),
        (&Value::Bool(true), &Value::from(3))
    );
    let token = house.access("audit.orlova").await;
    let listed = house
        .staff(Method::GET, &format!("{AUDIT}?page_size=2"), Some(&token), None)
        .await;
    assert_eq!(
        verified.body["head"], listed.body["items"][1]["hash"],
        "an entry's hash can be noted elsewhere"
    );

    let mut tx = house.db.admin().begin().await.expect("a transaction");
    for statement in [
        "SET LOCAL session_replication_role = replica",
        "UPDATE audit_entry SET actor = 'sklad.kuznetsova' WHERE seq = 1",
    ] {
        pg::sqlx::query(statement)
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
    }
    tx.commit().await.expect("it is committed");
    let broken = house
        .internal(Method::GET, VERIFICATION, Some(SERVICE_TOKEN))
        .await;
    assert_eq!(broken.body["intact"], Value::Bool(false));
    assert_eq!(
        broken.body["fault"],
        serde_json::json!({"seq": 1, "kind": "changed"})
    );
}
