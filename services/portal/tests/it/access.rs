use http::StatusCode;
use time::Duration;

use crate::support::{House, location, set_cookies, text};

#[tokio::test]
async fn without_a_session_every_page_leads_to_signing_in_and_back() {
    let house = House::new().await;
    for (path, to) in [
        ("/", "/sign-in"),
        ("/?status=paid", "/sign-in?next=%2F%3Fstatus%3Dpaid"),
        (
            "/orders/DEMO-0000-0001",
            "/sign-in?next=%2Forders%2FDEMO-0000-0001",
        ),
        ("/audit?actor=x", "/sign-in?next=%2Faudit%3Factor%3Dx"),
        ("/stock", "/sign-in?next=%2Fstock"),
        ("/settings/toggles", "/sign-in?next=%2Fsettings%2Ftoggles"),
    ] {
        for cookie in ["", "staff=", "staff=session-77"] {
            let response = house.get(path, cookie).await;
            assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path} {cookie}");
            assert_eq!(location(&response), to, "{cookie}");
        }
        let stale = house.get(path, "staff=session-77").await;
        assert!(
            set_cookies(&stale)
                .iter()
                .any(|cookie| cookie.starts_with("staff=; ")),
            "{path}"
        );
    }
    let response = house.post("/orders/DEMO-0000-0001", "", "action=ready").await;
    assert_eq!(location(&response), "/sign-in?next=%2Forders%2FDEMO-0000-0001");
}

#[tokio::test]
async fn the_menu_follows_the_roles_and_so_do_the_pages() {
    let house = House::new().await;
    for (login, start, menu) in [
        ("sklad.sidorov", "", ["/", "/stock"].as_slice()),
        ("audit.orlova", "/audit", &["/audit"]),
        (
            "admin.smirnov",
            "/stock",
            &["/stock", "/audit", "/settings/toggles"],
        ),
        (
            "chief.vasilyev",
            "",
            &["/", "/stock", "/audit", "/settings/toggles"],
        ),
        ("stat.fedorova", "", &[]),
    ] {
        let cookie = house.sign_in(login).await;
        let first = house.get("/", &cookie).await;
        assert_eq!(location(&first), start, "{login}");
        let start = if start.is_empty() { "/" } else { start };
        let page = house.page(start, &cookie).await;
        for path in ["/", "/stock", "/audit", "/settings/toggles"] {
            let link = format!(r#"<a href="{path}""#);
            let nav = page
                .split("top__nav")
                .nth(1)
                .and_then(|rest| rest.split("</nav>").next());
            let shown = nav.expect("a menu").contains(&link);
            assert_eq!(shown, menu.contains(&path), "{login} {path}");
            let response = house
                .get(
                    if path == "/" {
                        "/orders/DEMO-0000-0001"
                    } else {
                        path
                    },
                    &cookie,
                )
                .await;
            let expected = if menu.contains(&path) {
                StatusCode::OK
            } else {
                StatusCode::FORBIDDEN
            };
            assert_eq!(response.status(), expected, "{login} {path}");
        }
    }
    let cookie = house.sign_in("stat.fedorova").await;
    assert!(
        house
            .page("/", &cookie)
            .await
            .contains("Здравствуйте, Вера Фёдорова")
    );
    let refused = house
        .post("/orders/DEMO-0000-0001", &cookie, "action=ready")
        .await;
    assert_eq!(refused.status(), StatusCode::FORBIDDEN);
    assert!(text(refused).await.contains("сотрудникам с другой ролью"));
}

#[tokio::test]
async fn an_access_token_is_used_until_shortly_before_it_ends() {
    let house = House::new().await;
    // The one that comes with signing in serves first.
    let cookie = house.sign_in("sklad.sidorov").await;
    for _ in 0..3 {
        house.page("/", &cookie).await;
    }
    assert_eq!(house.fake.renewals(), 0);
    // One that would end within the margin is renewed at once.
    house.fake.access_lasts(Duration::seconds(15));
    let cookie = house.sign_in("sklad.sidorov").await;
    house.page("/", &cookie).await;
    house.page("/", &cookie).await;
    assert_eq!(house.fake.renewals(), 2);
}

#[tokio::test]
async fn requests_that_come_together_share_one_renewal() {
    let house = House::new().await;
    house.fake.access_lasts(Duration::ZERO);
    let cookie = house.sign_in("sklad.sidorov").await;
    house.fake.access_lasts(Duration::minutes(5));
    let pages = (0..20).map(|_| house.get("/", &cookie));
    for response in futures_util::future::join_all(pages).await {
        assert_eq!(response.status(), StatusCode::OK);
    }
    assert_eq!(house.fake.renewals(), 1);
}

#[tokio::test]
async fn a_session_that_is_ended_elsewhere_is_over_at_the_next_renewal() {
    let house = House::new().await;
    house.fake.access_lasts(Duration::ZERO);
    let cookie = house.sign_in("sklad.sidorov").await;
    house.page("/", &cookie).await;
    house.fake.end_sessions();
    let response = house.get("/?status=paid", &cookie).await;
    assert_eq!(location(&response), "/sign-in?next=%2F%3Fstatus%3Dpaid");
    assert!(
        set_cookies(&response)
            .iter()
            .any(|cookie| cookie.starts_with("staff=; "))
    );
}

#[tokio::test]
async fn an_access_token_that_a_face_refuses_is_not_used_again() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    house.page("/", &cookie).await;
    house.fake.change_keys();
    let response = house.get("/?status=paid", &cookie).await;
    assert_eq!(location(&response), "/sign-in?next=%2F%3Fstatus%3Dpaid");
    assert!(
        set_cookies(&response)
            .iter()
            .any(|cookie| cookie.starts_with("staff=; "))
    );
    // Nor is it remembered: the next request asks backoffice.
    house.page("/stock", &cookie).await;
    assert_eq!(house.fake.renewals(), 1);
}

#[tokio::test]
async fn services_that_are_down_are_a_page_not_the_end_of_the_session() {
    let house = House::alone();
    for path in ["/", "/audit", "/stock", "/settings/toggles"] {
        let response = house.get(path, "staff=session-1").await;
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(set_cookies(&response).is_empty(), "{path}");
        assert!(
            text(response).await.contains("Сервис сейчас недоступен"),
            "{path}"
        );
    }
    let response = house.post("/sign-in", "", "login=x&password=y").await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    // One can always leave.
    let response = house.post("/sign-out", "staff=session-1", "").await;
    assert_eq!(location(&response), "/sign-in");
}
