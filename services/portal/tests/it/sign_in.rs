use axum::body::Body;
use http::{Request, StatusCode, header};

use crate::fake::PASSWORD;
use crate::support::{House, location, set_cookies, text};

#[tokio::test]
async fn the_session_is_in_a_cookie_that_scripts_and_other_sites_do_not_get() {
    let house = House::new().await;
    let form = format!("login=sklad.sidorov&password={PASSWORD}&next=%2Forders%2FDEMO-0000-0001");
    let response = house.post("/sign-in", "", &form).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(location(&response), "/orders/DEMO-0000-0001");
    assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    assert_eq!(
        set_cookies(&response),
        ["staff=session-1; Path=/; HttpOnly; SameSite=Strict"]
    );
    // The access token stays on this side.
    assert!(!format!("{response:?}").contains("access."));
    assert!(!text(response).await.contains("access."));
}

#[tokio::test]
async fn backoffice_learns_who_calls() {
    let house = House::new().await;
    house.sign_in("sklad.sidorov").await;
    let request = Request::post("/sign-in")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header("x-forwarded-for", "192.0.2.7")
        .body(Body::from("login=x&password=y"))
        .expect("a request");
    house.send(request).await;
    assert_eq!(
        house.fake.sign_in_ways(),
        [
            Some("10.4.1.20".to_owned()),
            Some("192.0.2.7, 10.4.1.20".to_owned())
        ]
    );
}

#[tokio::test]
async fn refusals_are_shown_where_one_can_try_again() {
    let house = House::new().await;
    for (login, password, status, said) in [
        (
            "sklad.sidorov",
            "Pa55-guess",
            StatusCode::UNAUTHORIZED,
            "Неверный логин или пароль",
        ),
        (
            "sklad.locked",
            PASSWORD,
            StatusCode::TOO_MANY_REQUESTS,
            "Подождите 5 минут",
        ),
        (
            "office.zaytseva",
            PASSWORD,
            StatusCode::FORBIDDEN,
            "нет роли в системе",
        ),
        ("", "", StatusCode::UNPROCESSABLE_ENTITY, "Введите логин"),
    ] {
        let form = format!("login={login}&password={password}&next=%2Fstock");
        let response = house.post("/sign-in", "", &form).await;
        assert_eq!(response.status(), status, "{login}");
        assert!(set_cookies(&response).is_empty(), "{login}");
        let page = text(response).await;
        assert!(page.contains(said), "{login}: {page}");
        assert!(page.contains(r#"name="next" value="/stock""#), "{login}");
        // The login is kept, the password is not.
        assert!(page.contains(&format!(r#"value="{login}""#)), "{login}");
        assert!(
            !page.contains(PASSWORD) && !page.contains("Pa55-guess"),
            "{login}"
        );
    }
    assert_eq!(house.fake.sessions(), 0);
}

#[tokio::test]
async fn one_is_sent_nowhere_but_within_the_site() {
    let house = House::new().await;
    for next in [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/sign-in?next=/x",
        "",
    ] {
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let form = format!("login=sklad.sidorov&password={PASSWORD}&next={next}");
        let response = house.post("/sign-in", "", &form).await;
        assert_eq!(location(&response), "/", "{next}");
        let page = house.page(&format!("/sign-in?next={next}"), "").await;
        assert!(page.contains(r#"name="next" value="""#), "{next}");
    }
}

#[tokio::test]
async fn who_is_signed_in_goes_on() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    let response = house.get("/sign-in?next=%2Fstock", &cookie).await;
    assert_eq!(location(&response), "/stock");
    // A session that is over is no way in.
    house.fake.end_sessions();
    let stale = house.get("/sign-in", "staff=session-0").await;
    assert_eq!(stale.status(), StatusCode::OK);
}

#[tokio::test]
async fn signing_out_ends_the_session_here_and_there() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    let response = house.post("/sign-out", &cookie, "").await;
    assert_eq!(location(&response), "/sign-in");
    assert_eq!(house.fake.sessions(), 0);
    let cookies = set_cookies(&response);
    assert!(
        cookies.contains(&"staff=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0".to_owned()),
        "{cookies:?}"
    );
    // The old cookie opens nothing, not even for the minutes its access token would have lasted.
    assert_eq!(location(&house.get("/", &cookie).await), "/sign-in");
    // Again, or without a session, it is no error.
    for cookie in [cookie.as_str(), ""] {
        assert_eq!(location(&house.post("/sign-out", cookie, "").await), "/sign-in");
    }
    assert_eq!(location(&house.get("/sign-out", "").await), "/");
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let house = House::new().await;
    let cookie = house.sign_in("sklad.sidorov").await;
    for (path, form) in [
        ("/orders/DEMO-0000-0001", "action=ready"),
        ("/stock", "delta=1"),
        ("/settings/toggles", "action=add&key=x&reason=why"),
        ("/sign-in", "login=sklad.sidorov&password=x"),
        ("/sign-out", ""),
    ] {
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
        ] {
            let request = Request::post(path)
                .header(header::COOKIE, &cookie)
                .header(header::HOST, "portal.example")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(name, value)
                .body(Body::from(form))
                .expect("a request");
            let response = house.send(request).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{path} {value}");
            assert!(text(response).await.contains("<h1>Сюда нельзя</h1>"), "{path}");
        }
    }
    assert_eq!(
        house.fake.status("DEMO-0000-0001"),
        contracts::orders::OrderStatus::Paid
    );
    assert_eq!(house.fake.sessions(), 1);
}
