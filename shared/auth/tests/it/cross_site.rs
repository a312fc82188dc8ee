use auth::cross_site_layer;
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, Version};
use axum::routing::any;

use crate::support;

async fn status(method: Method, headers: &[(&str, &str)]) -> StatusCode {
    let app = Router::new()
        .route("/sign-in", any(async || "in"))
        .layer(cross_site_layer());
    let mut request = Request::builder().method(method).uri("/sign-in");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    support::send(&app, request.body(Body::empty()).expect("a request"))
        .await
        .status
}

async fn post(headers: &[(&str, &str)]) -> StatusCode {
    status(Method::POST, headers).await
}

#[tokio::test]
async fn the_browser_says_where_a_request_comes_from() {
    assert_eq!(post(&[("sec-fetch-site", "same-origin")]).await, StatusCode::OK);
    assert_eq!(post(&[("sec-fetch-site", "none")]).await, StatusCode::OK);
    for site in ["cross-site", "same-site", "", "nonsense"] {
        assert_eq!(
            post(&[("sec-fetch-site", site)]).await,
            StatusCode::FORBIDDEN,
            "{site}"
        );
    }
    // Behind a proxy that changes the host, the browser's word still holds.
    let proxied = [
        ("sec-fetch-site", "same-origin"),
        ("origin", "https://garnitur.ru"),
        ("host", "10.0.0.7:8080"),
    ];
    assert_eq!(post(&proxied).await, StatusCode::OK);
}

#[tokio::test]
async fn older_browsers_by_origin_and_host() {
    for (origin, host) in [
        ("https://garnitur.ru", "garnitur.ru"),
        ("https://Garnitur.ru", "garnitur.RU:443"),
        ("http://localhost:8080", "localhost:8080"),
        ("http://[::1]:8080", "[::1]:8080"),
    ] {
        assert_eq!(
            post(&[("origin", origin), ("host", host)]).await,
            StatusCode::OK,
            "{origin}"
        );
    }
    for (origin, host) in [
        ("https://evil.example", "garnitur.ru"),
        ("https://garnitur.ru.evil.example", "garnitur.ru"),
        ("https://sub.garnitur.ru", "garnitur.ru"),
        ("http://localhost:8081", "localhost:8080"),
        ("null", "garnitur.ru"),
        ("garnitur.ru", "garnitur.ru"),
        ("", "garnitur.ru"),
    ] {
        let status = post(&[("origin", origin), ("host", host)]).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{origin}");
    }
    assert_eq!(
        post(&[("origin", "https://garnitur.ru")]).await,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn http_2_has_its_host_in_the_uri() {
    let app = Router::new()
        .route("/sign-in", any(async || "in"))
        .layer(cross_site_layer());
    for (origin, wanted) in [
        ("https://garnitur.ru", StatusCode::OK),
        ("https://evil.example", StatusCode::FORBIDDEN),
    ] {
        let request = Request::builder()
            .method(Method::POST)
            .version(Version::HTTP_2)
            .uri("https://garnitur.ru/sign-in")
            .header("origin", origin)
            .body(Body::empty())
            .expect("a request");
        assert_eq!(support::send(&app, request).await.status, wanted, "{origin}");
    }
}

#[tokio::test]
async fn safe_methods_and_programs_pass() {
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ];
    for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
        assert_eq!(status(method, &foreign).await, StatusCode::OK);
    }
    for method in [Method::PUT, Method::PATCH, Method::DELETE] {
        assert_eq!(status(method, &foreign).await, StatusCode::FORBIDDEN);
    }
    assert_eq!(post(&[("host", "garnitur.ru")]).await, StatusCode::OK);
}
