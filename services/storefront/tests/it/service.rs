use axum::body::Body;
use chassis::{App as _, Context, Face, Faces, Shutdown};
use confique::Config as _;
use http::{Request, header};
use storefront::{Config, Storefront};
use tower::ServiceExt as _;

fn config() -> Config {
    Config::builder().load().expect("everything has a default")
}

async fn build(config: &Config) -> anyhow::Result<chassis::Service> {
    let context = Context::new(Storefront::NAME, Faces::all(), Shutdown::new());
    Storefront::build(config, context).await
}

#[tokio::test]
async fn has_one_face_that_shares_its_listener() {
    let service = build(&config()).await.expect("a service");
    assert!(service.router(Face::Staff).is_none() && service.router(Face::Internal).is_none());
    let edge = service.router(Face::Edge).expect("the edge face");
    // Another service's routes beside the pages.
    let api = axum::Router::new().route("/api/catalog/v1/products", axum::routing::get(async || "[]"));
    let shared = edge.merge(api);
    for (path, status, kind) in [
        ("/track", 200, "text/html; charset=utf-8"),
        ("/api/catalog/v1/products", 200, "text/plain; charset=utf-8"),
        ("/api/catalog/v1/nowhere", 404, "application/problem+json"),
        ("/nowhere", 404, "text/html; charset=utf-8"),
    ] {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let response = shared.clone().oneshot(request).await.expect("never fails");
        assert_eq!(response.status().as_u16(), status, "{path}");
        assert_eq!(response.headers()[header::CONTENT_TYPE], kind, "{path}");
    }
}

#[tokio::test]
async fn a_wrong_configuration_names_its_key() {
    for (wrong, key) in [
        (
            Config {
                catalog_urls: vec!["catalog".into()],
                ..config()
            },
            "catalog_urls",
        ),
        (
            Config {
                orders_urls: vec!["https://orders/x".into()],
                ..config()
            },
            "orders_urls",
        ),
        (
            Config {
                payment_origins: vec!["pay.example".into()],
                ..config()
            },
            "payment_origins",
        ),
        (
            Config {
                payment_origins: vec!["https://pay.example/page".into()],
                ..config()
            },
            "payment_origins",
        ),
    ] {
        let Err(error) = build(&wrong).await else {
            panic!("{key} was taken");
        };
        assert!(format!("{error:#}").contains(key), "{error:#}");
    }
}
