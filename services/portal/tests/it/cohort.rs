use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, header};
use serde_json::Value;

use crate::support::{House, set_cookies, text};

/// A portal that knows a cohort for everybody and one for the warehouse.
async fn house() -> House {
    House::with(|config| {
        config.cohorts.shares.insert("a".to_owned(), 1);
        config
            .cohorts
            .members
            .insert("sklad.sidorov".to_owned(), "b".to_owned());
    })
    .await
}

fn cohort_cookie(cookies: &[String]) -> Option<&str> {
    let cookie = cookies
        .iter()
        .find(|cookie| cookie.starts_with("garnitur-cohort="))?;
    cookie.split(';').next()?.strip_prefix("garnitur-cohort=")
}

/// Each call to server 3 for an employee says their cohort, and the browser is told once.
#[tokio::test]
async fn pages_call_in_the_name_of_the_visitors_cohort() {
    let house = house().await;
    for (login, cohort) in [("sklad.sidorov", "b"), ("chief.vasilyev", "a")] {
        let session = house.sign_in(login).await;
        house.fake.cohorts();
        let response = house.get("/", &session).await;
        assert_eq!(cohort_cookie(&set_cookies(&response)), Some(cohort), "{login}");
        let said = house.fake.cohorts();
        assert!(
            !said.is_empty() && said.iter().all(|said| said.as_deref() == Some(cohort)),
            "{said:?}"
        );

        let known = format!("{session}; garnitur-cohort={cohort}");
        let response = house.get("/", &known).await;
        assert_eq!(cohort_cookie(&set_cookies(&response)), None, "it knows");
        let other = format!("{session}; garnitur-cohort=zzz");
        let response = house.get("/", &other).await;
        assert_eq!(
            cohort_cookie(&set_cookies(&response)),
            Some(cohort),
            "nobody chooses"
        );
    }
}

#[tokio::test]
async fn the_cookie_comes_with_the_session_and_goes_with_it() {
    let house = house().await;
    let form = format!("login=sklad.sidorov&password={}", crate::fake::PASSWORD);
    let signed_in = house.post("/sign-in", "", &form).await;
    assert_eq!(cohort_cookie(&set_cookies(&signed_in)), Some("b"));
    let session = house.sign_in("sklad.sidorov").await;
    let signed_out = house.post("/sign-out", &session, "").await;
    assert_eq!(cohort_cookie(&set_cookies(&signed_out)), Some(""));
    let stranger = house.get("/sign-in", "").await;
    assert_eq!(cohort_cookie(&set_cookies(&stranger)), None);
}

/// Programs get the cohort of whose token they hold, whatever they claim.
#[tokio::test]
async fn programs_cannot_choose_their_cohort() {
    let house = house().await;
    let token = |login: &str| {
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"sub":"{login}"}}"#));
        format!("Bearer head.{claims}.signature")
    };
    for (authorization, cohort) in [
        (token("sklad.sidorov"), Some("b")),
        (token("chief.vasilyev"), Some("a")),
        ("Bearer nonsense".to_owned(), None),
    ] {
        let request = Request::get("/api/staff/v1/catalog/products/7")
            .header(header::AUTHORIZATION, authorization)
            .header("x-garnitur-cohort", "early-birds")
            .body(Body::empty())
            .expect("a request");
        let response = house.send(request).await;
        let seen = response.headers()["x-seen"].to_str().expect("ASCII");
        let seen: Value = serde_json::from_str(seen).expect("JSON");
        assert_eq!(seen["headers"]["x-garnitur-cohort"].as_str(), cohort);
    }
}

/// Without cohorts nothing is said.
#[tokio::test]
async fn without_cohorts_there_is_no_header() {
    let house = House::new().await;
    let session = house.sign_in("sklad.sidorov").await;
    house.fake.cohorts();
    let response = house.get("/", &session).await;
    assert_eq!(cohort_cookie(&set_cookies(&response)), None);
    let said = house.fake.cohorts();
    assert!(!said.is_empty() && said.iter().all(Option::is_none), "{said:?}");
}

/// A toggle by cohort changes a page for some and not for others.
#[tokio::test]
async fn a_cohort_walks_the_pick_list_the_other_way_round() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("toggles.json");
    let toggles = r#"{"flags": {"picks-from-the-far-end": {
        "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
        "targeting": {"if": [{"==": [{"var": "cohort"}, "b"]}, "on", "off"]}
    }}}"#;
    std::fs::write(&file, toggles).expect("a file");
    let house = House::with(|config| {
        config.toggles.file = Some(file);
        config
            .cohorts
            .members
            .insert("sklad.sidorov".to_owned(), "b".to_owned());
    })
    .await;
    let mut walks = Vec::new();
    for login in ["sklad.sidorov", "chief.vasilyev"] {
        let session = house.sign_in(login).await;
        let response = house.get(&format!("/orders/{ORDER}"), &session).await;
        let page = text(response).await;
        let places = SHELVES.map(|shelf| page.find(shelf).expect("it is on the list"));
        walks.push(places[0] < places[1]);
    }
    assert_eq!(walks, [false, true]);
}

const ORDER: &str = "DEMO-0000-0001";
const SHELVES: [&str; 2] = ["A-04-2", "F-02-4"];
