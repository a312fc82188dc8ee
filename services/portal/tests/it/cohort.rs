use std::sync::Arc;

use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::{Request, header};
use kernel::{SharedClock, SystemClock};
use serde_json::Value;

use crate::fake::Fake;
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

/// A version on trial is met by the pilot cohort, through pages and by programs, and by nobody else; where it does not
/// answer, the pilot cohort is served like everybody.
#[tokio::test]
async fn the_pilot_cohort_meets_the_version_on_trial() {
    let clock: SharedClock = Arc::new(SystemClock);
    let trial = Fake::new(clock);
    let address = trial.serve().await;
    let house = House::with(|config| {
        config.canaries.orders_urls = vec![address.clone()];
        config.canaries.catalog_urls = vec![address];
        // Port 1 is nobody's.
        config.canaries.backoffice_urls = vec!["http://127.0.0.1:1".to_owned()];
        let members = &mut config.cohorts.members;
        members.insert("sklad.sidorov".to_owned(), "pilot".to_owned());
        members.insert("chief.vasilyev".to_owned(), "stable".to_owned());
    })
    .await;
    for (login, on_trial) in [("sklad.sidorov", true), ("chief.vasilyev", false)] {
        let session = house.sign_in(login).await;
        trial.cohorts();
        house.fake.cohorts();
        house.page("/", &session).await;
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"sub":"{login}"}}"#));
        let request = Request::get("/api/staff/v1/catalog/products/7")
            .header(header::AUTHORIZATION, format!("Bearer head.{claims}.signature"))
            .body(Body::empty())
            .expect("a request");
        house.send(request).await;
        let (there, here) = (trial.cohorts().len(), house.fake.cohorts().len());
        assert_eq!((there, here), if on_trial { (2, 0) } else { (0, 2) }, "{login}");
    }
    // Backoffice has no version on trial at present: audit and signing in work all the same.
    let session = house.sign_in("sklad.sidorov").await;
    let out = house.post("/sign-out", &session, "").await;
    assert_eq!(out.status(), http::StatusCode::SEE_OTHER);
    assert_eq!(house.fake.sessions(), 2);
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
