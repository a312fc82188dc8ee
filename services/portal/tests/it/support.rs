use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use confique::Config as _;
use http::{Request, StatusCode, header};
use kernel::{SharedClock, SystemClock};
use tower::ServiceExt as _;

use crate::fake::{Fake, PASSWORD};

/// A portal and the services behind it.
pub struct House {
    pub fake: Arc<Fake>,
    router: Router,
}

impl House {
    pub async fn new() -> Self {
        let clock: SharedClock = Arc::new(SystemClock);
        let fake = Fake::new(clock.clone());
        let address = fake.serve().await;
        Self {
            router: portal(&address, clock),
            fake,
        }
    }

    /// A portal that does not see from where it is called.
    pub async fn unseeing() -> Self {
        let clock: SharedClock = Arc::new(SystemClock);
        let fake = Fake::new(clock.clone());
        let address = fake.serve().await;
        Self {
            router: bare(&address, clock),
            fake,
        }
    }

    /// A portal whose services are down.
    pub fn alone() -> Self {
        let clock: SharedClock = Arc::new(SystemClock);
        // Port 1 is nobody's.
        Self {
            fake: Fake::new(clock.clone()),
            router: portal("http://127.0.0.1:1", clock),
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("never fails")
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Response {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).expect("a request")).await
    }

    pub async fn page(&self, path: &str, cookie: &str) -> String {
        let response = self.get(path, cookie).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        text(response).await
    }

    pub async fn post(&self, path: &str, cookie: &str, form: &str) -> Response {
        let request = Request::post(path)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request.body(Body::from(form.to_owned())).expect("a request"))
            .await
    }

    /// Signs somebody in; the cookie to send from then on.
    pub async fn sign_in(&self, login: &str) -> String {
        let response = self
            .post("/sign-in", "", &format!("login={login}&password={PASSWORD}"))
            .await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{login}");
        let cookie = set_cookies(&response)
            .into_iter()
            .find(|cookie| cookie.starts_with("staff="))
            .expect("a session");
        cookie.split(';').next().expect("a pair").to_owned()
    }
}

fn portal(services: &str, clock: SharedClock) -> Router {
    let peer: SocketAddr = "10.4.1.20:51000".parse().expect("an address");
    bare(services, clock).layer(axum::Extension(ConnectInfo(peer)))
}

fn bare(services: &str, clock: SharedClock) -> Router {
    let mut config = portal::Config::builder().load().expect("defaults");
    config.catalog_urls = vec![services.to_owned()];
    config.orders_urls = vec![services.to_owned()];
    config.backoffice_urls = vec![services.to_owned()];
    portal::router(&config, clock, &chassis::Outgoing::plain()).expect("a portal")
}

pub async fn text(response: Response) -> String {
    let bytes = axum::body::to_bytes(response.into_body(), 4 << 20)
        .await
        .expect("a body");
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

pub fn set_cookies(response: &Response) -> Vec<String> {
    response
        .headers()
        .get_all(header::SET_COOKIE)
        .iter()
        .map(|value| value.to_str().expect("ASCII").to_owned())
        .collect()
}

pub fn location(response: &Response) -> &str {
    response
        .headers()
        .get(header::LOCATION)
        .map_or("", |value| value.to_str().expect("ASCII"))
}
