//! A small site made with `web`, driven through its router.

mod site;

use axum::body::Body;
use axum::response::Response;
use http::header::{self, HeaderName};
use http::{Request, StatusCode};
use tower::ServiceExt as _;

async fn get(path: &str, headers: &[(HeaderName, &str)]) -> Response {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    let request = request.body(Body::empty()).expect("a request");
    site::router().oneshot(request).await.expect("never fails")
}

async fn post(path: &str, kind: &str, body: &str) -> Response {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, kind)
        .body(Body::from(body.to_owned()))
        .expect("a request");
    site::router().oneshot(request).await.expect("never fails")
}

async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
        .await
        .expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

fn of<'a>(response: &'a Response, name: &HeaderName) -> &'a str {
    response
        .headers()
        .get(name)
        .map_or("", |value| value.to_str().expect("ASCII"))
}

#[tokio::test]
async fn shared_texts_fit_each_other() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let wrong = web::check::texts(&web::check::Sources {
        ru: "",
        en: "",
        folders: &[&folder.join("templates"), &folder.join("src")],
    });
    // The words used in the crate's documentation and tests are no texts of its own.
    let wrong: Vec<_> = wrong
        .into_iter()
        .filter(|line| !line.contains("flash-") && !line.contains("cart-title"))
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn russian_by_default_english_by_header_the_cookie_over_both() {
    let page = text(get("/", &[]).await).await;
    assert!(page.contains("<html lang=\"ru\">"), "{page}");
    assert!(page.contains("К содержанию"));
    let english = (header::ACCEPT_LANGUAGE, "en-GB,en;q=0.9");
    assert!(
        text(get("/", std::slice::from_ref(&english)).await)
            .await
            .contains("Skip to content")
    );
    let cookie = (header::COOKIE, "lang=ru");
    assert!(
        text(get("/", &[english, cookie]).await)
            .await
            .contains("К содержанию")
    );
}

#[tokio::test]
async fn the_language_switch_keeps_the_rest_of_the_address() {
    let response = get("/?a=1%262&lang=en", &[]).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(of(&response, &header::LOCATION), "/?a=1%262");
    assert_eq!(
        of(&response, &header::SET_COOKIE),
        "lang=en; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"
    );
    // Not a way to send visitors elsewhere, nor to set a language that does not exist.
    let response = get("//evil.example/?lang=en", &[]).await;
    assert_eq!(of(&response, &header::LOCATION), "/evil.example/");
    let page = text(get("//evil.example/", &[]).await).await;
    assert!(page.contains("href=\"/evil.example/?lang=en\""), "{page}");
    assert_eq!(get("/?lang=tlh", &[]).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    for path in ["/", "/no-such-page", "/breaks"] {
        let response = get(path, &[]).await;
        assert_eq!(
            of(&response, &header::CONTENT_SECURITY_POLICY),
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https://pay.example"
        );
        assert_eq!(of(&response, &header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(of(&response, &header::REFERRER_POLICY), "same-origin");
        assert_eq!(of(&response, &header::CACHE_CONTROL), "no-store, private");
    }
}

#[tokio::test]
async fn failures_are_pages_without_inner_details() {
    let response = get("/no-such-page", &[(header::ACCEPT_LANGUAGE, "en")]).await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert!(text(response).await.contains("There is no such page"));

    for path in ["/breaks", "/panics"] {
        let response = get(path, &[]).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
        let page = text(response).await;
        assert!(page.contains("Что-то сломалось у нас"), "{page}");
        assert!(!page.contains("secret"), "{page}");
    }

    let response = get("/down", &[]).await;
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(of(&response, &header::RETRY_AFTER), "5");
    assert!(text(response).await.contains("href=\"/down\""));

    let response = post("/", "text/plain", "").await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(of(&response, &header::ALLOW), "GET,HEAD");
    assert!(text(response).await.contains("Запрос не понят"));
}

#[tokio::test]
async fn a_refused_form_comes_back_filled_in_and_escaped() {
    let form = "application/x-www-form-urlencoded";
    let body = "name=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let response = post("/form", form, body).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(response).await;
    assert!(!page.contains("<script>alert"), "{page}");
    assert!(page.contains("&#60;script&#62;alert(1)"), "{page}");
    assert!(page.contains("href=\"#f-name\""), "{page}");
    assert!(page.contains("aria-invalid=\"true\""), "{page}");

    let response = post("/form", "application/json", "{}").await;
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let response = post("/form", form, &"a=b&".repeat(200)).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_notice_is_shown_once_after_a_redirect() {
    let form = "application/x-www-form-urlencoded";
    let response = post("/form", form, "name=Anna").await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let cookie = of(&response, &header::SET_COOKIE)
        .split(';')
        .next()
        .unwrap()
        .to_owned();

    let response = get("/", &[(header::COOKIE, &cookie)]).await;
    assert_eq!(
        of(&response, &header::SET_COOKIE),
        "flash=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    );
    assert!(text(response).await.contains("Готово: 7K2M"));
}

#[tokio::test]
async fn assets_are_kept_for_ever_under_addresses_made_from_their_content() {
    let page = text(get("/", &[]).await).await;
    let start = page.find("/assets/base-").expect("the style sheet");
    let address = &page[start..start + page[start..].find('"').unwrap()];

    let response = get(address, &[]).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(of(&response, &header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert_eq!(
        of(&response, &header::CACHE_CONTROL),
        "public, max-age=31536000, immutable"
    );
    let response = get(address, &[(header::ACCEPT_ENCODING, "gzip")]).await;
    assert_eq!(of(&response, &header::CONTENT_ENCODING), "gzip");
    for gone in [
        "/assets/base-0000000000000000.css",
        "/assets/..%2f..%2fCargo.toml",
    ] {
        assert_eq!(get(gone, &[]).await.status(), StatusCode::NOT_FOUND, "{gone}");
    }
}
