use std::net::{Ipv4Addr, SocketAddr};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use backoffice_server::{Backoffice, Config};
use chassis::config::Loader;
use chassis::{App as _, Context, Face, Faces, Shutdown};
use embedded::ldap::{self, DEMO_PASSWORD, SERVICE_LOGIN, SERVICE_PASSWORD};
use http_body_util::BodyExt as _;
use pg::{DatabaseSpec, RoleSpec};
use serde_json::{Value, json};
use test_support::{ManualClock, TestDb};
use time::OffsetDateTime;
use time::macros::datetime;
use toml::Table;
use tower::ServiceExt as _;

pub const NOW: OffsetDateTime = datetime!(2026-03-01 10:00 UTC);
pub const SERVICE_TOKEN: &str = "orders-token-of-thirty-two-characters";
pub const PORTAL_TOKEN: &str = "portal-token-of-thirty-two-characters";

/// Where the portal is, whose word on a client's address is taken.
const PORTAL: [u8; 4] = [127, 0, 0, 1];

const SPEC: DatabaseSpec<'static> = DatabaseSpec {
    name: "internal",
    owner: role("backoffice_owner"),
    roles: &[role("backoffice_staff"), role("backoffice_internal")],
};

const fn role(name: &'static str) -> RoleSpec<'static> {
    RoleSpec { name, password: name }
}

/// A running backoffice.
pub struct House {
    pub db: TestDb,
    pub ldap: Option<ldap::Server>,
    pub clock: ManualClock,
    pub staff: Router,
    pub internal: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The status and the last part of the problem's type.
    pub fn problem(&self) -> (u16, &str) {
        let type_ = self.body["type"].as_str().unwrap_or_default();
        (self.status.as_u16(), type_.rsplit('/').next().unwrap_or_default())
    }

    /// Names of the fields that are wrong.
    pub fn fields(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array();
        errors
            .into_iter()
            .flatten()
            .filter_map(|error| error["field"].as_str())
            .collect()
    }

    pub fn text(&self, member: &str) -> String {
        self.body[member]
            .as_str()
            .unwrap_or_else(|| panic!("no {member} in {}", self.body))
            .to_owned()
    }
}

impl House {
    pub async fn new() -> Self {
        let db = TestDb::new(&SPEC, backoffice_store::migrate).await;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let ldap = ldap::Server::start(address, &ldap::demo())
            .await
            .expect("the port is free");
        let config: Config = Loader::new("backoffice")
            .base("test", configuration(&db, &ldap))
            .load()
            .expect("a good configuration");
        let clock = ManualClock::at(NOW);
        let context = Context {
            clock: clock.shared(),
            ..Context::new("backoffice", Faces::all(), Shutdown::new())
        };
        let service = Backoffice::build(&config, context).await.expect("it is built");
        let staff = service.router(Face::Staff).expect("a staff face");
        Self {
            internal: service.ops_router(),
            db,
            ldap: Some(ldap),
            clock,
            staff,
        }
    }

    /// A request through the portal, from an employee's machine.
    pub async fn staff(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        send(&self.staff, request(method, path, token, body)).await
    }

    pub async fn internal(&self, method: Method, path: &str, token: Option<&str>) -> Answer {
        send(&self.internal, request(method, path, token, None)).await
    }

    pub async fn sign_in(&self, login: &str, password: &str) -> Answer {
        let credentials = json!({"login": login, "password": password});
        self.staff(Method::POST, "/api/staff/v1/sessions", None, Some(credentials))
            .await
    }

    /// An access token of somebody of the demonstration shop.
    pub async fn access(&self, login: &str) -> String {
        let answer = self.sign_in(login, DEMO_PASSWORD).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.text("access_token")
    }

    /// The audit as the security officer sees it, oldest first: action, actor and details. Without the officer's own
    /// sign-in.
    pub async fn audit(&self) -> Vec<(String, String, Value)> {
        let token = self.access("audit.orlova").await;
        let page = self
            .staff(
                Method::GET,
                "/api/staff/v1/audit?page_size=100",
                Some(&token),
                None,
            )
            .await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let items = page.body["items"].as_array().expect("items").iter().rev();
        let text = |item: &Value, member: &str| item[member].as_str().expect("a text").to_owned();
        items
            .map(|item| (text(item, "action"), text(item, "actor"), item["details"].clone()))
            .filter(|(_, actor, _)| actor != "audit.orlova")
            .collect()
    }
}

fn configuration(db: &TestDb, ldap: &ldap::Server) -> Table {
    let domain = ldap::demo();
    let value = json!({
        "database": {
            "staff": db.url_for("backoffice_staff"),
            "internal": db.url_for("backoffice_internal"),
        },
        "services": {
            "callers": {"orders": SERVICE_TOKEN, "portal": PORTAL_TOKEN},
            "catalog": ["http://127.0.0.1:1"],
            "orders": ["http://127.0.0.1:1"],
            "token": "backoffice-token-of-thirty-two-characters",
        },
        "directory": {
            "url": ldap.url(),
            "bind_dn": domain.service_dn(SERVICE_LOGIN),
            "bind_password": SERVICE_PASSWORD,
            "base_dn": domain.base_dn(),
            "employees_dn": domain.employees_dn(),
        },
        "staff": {"private_key": auth::generate_keys().private_pem},
    });
    Table::try_from(value).expect("a table")
}

pub fn request(method: Method, path: &str, token: Option<&str>, body: Option<Value>) -> Request<Body> {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("x-forwarded-for", "192.0.2.44");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    if body.is_some() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
    let mut request = request.body(body).expect("a request");
    request
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::from((PORTAL, 40_000))));
    request
}

pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router
        .clone()
        .oneshot(request)
        .await
        .expect("a router cannot fail");
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("the body is in memory").to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}
