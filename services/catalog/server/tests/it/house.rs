//! The service with everything around it.

use std::net::SocketAddr;
use std::time::Duration;

use auth::{KeyPair, StaffClaims, StaffSigner, generate_keys};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use catalog_server::{Catalog, Config};
use chassis::config::Loader;
use chassis::{App as _, Context, Face, Faces, Listener, Server, Service, Shutdown};
use contracts::backoffice::Role;
use http_body_util::BodyExt as _;
use pg::{DatabaseSpec, RoleSpec};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use test_support::{ManualClock, TestDb};
use time::macros::datetime;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::{logs, seed};

const SPEC: DatabaseSpec<'static> = DatabaseSpec {
    name: "catalog",
    owner: RoleSpec {
        name: "catalog_owner",
        password: "",
    },
    roles: &[
        RoleSpec {
            name: "catalog_edge",
            password: "",
        },
        RoleSpec {
            name: "catalog_staff",
            password: "",
        },
        RoleSpec {
            name: "catalog_internal",
            password: "",
        },
    ],
};
/// The token with which orders calls catalog.
pub const ORDERS: &str = "orders-token-0123456789-0123456789";
/// The token with which catalog calls others.
pub const CATALOG: &str = "catalog-token-0123456789-0123456789";

/// A configuration of layers, later ones over earlier ones.
pub fn load(layers: &[Value]) -> anyhow::Result<Config> {
    let mut loader = Loader::new(Catalog::NAME);
    for layer in layers {
        loader = loader.base("the test", serde_json::from_value(layer.clone())?);
    }
    Ok(loader.load()?)
}

/// The catalog service on a database with the small assortment. Time stands still.
pub struct House {
    pub db: TestDb,
    pub clock: ManualClock,
    pub context: Context,
    edge: Router,
    staff: Router,
    internal: Router,
    service: Option<Service>,
    keys: KeyPair,
}

impl House {
    /// A house whose neighbours do not answer.
    pub async fn open() -> Self {
        Self::with(json!({})).await
    }

    /// A house with further settings.
    pub async fn with(settings: Value) -> Self {
        logs::listen();
        let db = TestDb::new(&SPEC, async |owner: &str| {
            Catalog::migrate(&load(&[json!({ "database": { "owner": owner } })])?).await
        })
        .await;
        let clock = ManualClock::at(datetime!(2026-03-02 09:00 UTC));
        catalog_store::import(&db.pg("catalog_owner"), &clock, &seed::assortment())
            .await
            .expect("the seed is sound");
        while catalog_store::refresh_availability(&db.pg("catalog_internal"), 1_000)
            .await
            .expect("a database")
            .more
        {}
        while catalog_store::relist(&db.pg("catalog_internal"), 1_000)
            .await
            .expect("a database")
            > 0
        {}
        let keys = generate_keys();
        let base = json!({
            "database": {
                "edge": db.url_for("catalog_edge"),
                "staff": db.url_for("catalog_staff"),
                "internal": db.url_for("catalog_internal"),
            },
            "services": {
                "orders": ["http://127.0.0.1:9"],
                "backoffice": ["http://127.0.0.1:9"],
                "token": CATALOG,
                "callers": { "orders": ORDERS },
            },
            "staff": { "public_key": keys.public_pem },
            "files": { "url": "nfs://127.0.0.1:9/garnitur" },
        });
        let config = load(&[base, settings]).expect("the configuration is whole");
        let context = Context {
            clock: clock.shared(),
            ..Context::new(Catalog::NAME, Faces::all(), Shutdown::new())
        };
        let service = Catalog::build(&config, context.clone())
            .await
            .expect("the service can be built");
        let router = |face| service.router(face).expect("all faces are built");
        Self {
            edge: router(Face::Edge),
            staff: router(Face::Staff),
            internal: router(Face::Internal),
            service: Some(service),
            db,
            clock,
            context,
            keys,
        }
    }

    /// Lets the jobs run until the answer is dropped.
    pub async fn start_jobs(&mut self) -> Jobs {
        let service = self.service.take().expect("jobs are started once");
        let server = Server::bind(Vec::new()).await.expect("nothing is bound");
        let stop = Shutdown::new();
        let heard = stop.clone();
        let running = tokio::spawn(async move {
            server
                .run(vec![service], heard, Duration::ZERO, Duration::from_secs(5))
                .await;
        });
        Jobs { stop, running }
    }

    /// Serves the customers' face at an address and lets the jobs run, until the context's shutdown is ordered.
    pub async fn serve(&mut self) -> (SocketAddr, JoinHandle<()>) {
        let service = self.service.take().expect("it is served once");
        let listener = Listener::new("edge", ([127, 0, 0, 1], 0).into(), self.edge.clone());
        let server = Server::bind(vec![listener]).await.expect("a free port");
        let address = server.addresses()[0];
        let shutdown = self.context.shutdown.clone();
        let running = tokio::spawn(async move {
            server
                .run(vec![service], shutdown, Duration::ZERO, Duration::from_secs(20))
                .await;
        });
        (address, running)
    }

    /// A request to the customers' face.
    pub async fn edge(&self, request: Ask) -> Answer {
        request.send(&self.edge).await
    }

    /// The same, with an answer that lasts.
    pub async fn edge_stream(&self, request: Ask) -> axum::response::Response {
        request.open(&self.edge).await
    }

    /// A request to the employees' face.
    pub async fn staff(&self, request: Ask) -> Answer {
        request.send(&self.staff).await
    }

    /// The employees' face, to be served.
    pub fn staff_router(&self) -> Router {
        self.staff.clone()
    }

    /// A request to the services' face.
    pub async fn internal(&self, request: Ask) -> Answer {
        request.send(&self.internal).await
    }

    /// A request of the orders service.
    pub async fn orders(&self, request: Ask) -> Answer {
        self.internal(request.bearer(ORDERS)).await
    }

    /// `GET` on the customers' face.
    pub async fn get(&self, path: &str) -> Answer {
        self.edge(Ask::get(path)).await
    }

    /// The token of an employee.
    pub fn token(&self, roles: &[Role]) -> String {
        let signer = StaffSigner::new(&self.keys.private_pem, Duration::from_mins(10)).expect("a fresh key");
        let claims = StaffClaims {
            sub: "sklad.sidorov".to_owned(),
            name: "Сидоров Сергей".to_owned().into(),
            roles: roles.to_vec(),
        };
        signer.issue(&claims, &self.clock).token
    }

    /// How often an operation on the database succeeded.
    pub fn operations(&self, name: &str) -> u64 {
        let head = format!("pg_transactions_total{{name=\"{name}\",outcome=\"");
        let rendered = self.context.metrics.render();
        let counts = rendered.lines().filter(|line| line.starts_with(&head));
        counts
            .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
            .sum()
    }
}

/// Running jobs.
pub struct Jobs {
    stop: Shutdown,
    running: JoinHandle<()>,
}

impl Jobs {
    /// Ends them and waits for the runs at hand.
    pub async fn stop(self) {
        self.stop.trigger();
        self.running.await.expect("jobs do not panic");
    }
}

/// A request.
#[derive(Debug)]
pub struct Ask(Request<Body>);

impl Ask {
    pub fn new(method: Method, path: &str) -> Self {
        Self(
            Request::builder()
                .method(method)
                .uri(path)
                .body(Body::empty())
                .expect("a request"),
        )
    }

    pub fn get(path: &str) -> Self {
        Self::new(Method::GET, path)
    }

    pub fn post(path: &str) -> Self {
        Self::new(Method::POST, path)
    }

    pub fn put(path: &str) -> Self {
        Self::new(Method::PUT, path)
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.0
            .headers_mut()
            .insert(name, HeaderValue::from_bytes(value.as_bytes()).expect("a header"));
        self
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    pub fn body(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        *self.0.body_mut() = body.into();
        self.header("content-type", content_type)
    }

    /// Sends it and leaves the body to the caller.
    pub async fn open(self, router: &Router) -> axum::response::Response {
        router
            .clone()
            .oneshot(self.0)
            .await
            .expect("a router cannot fail")
    }

    pub async fn send(self, router: &Router) -> Answer {
        let response = router
            .clone()
            .oneshot(self.0)
            .await
            .expect("a router cannot fail");
        let (parts, body) = response.into_parts();
        let body = body.collect().await.expect("the body can be read").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }

    /// The body of a success.
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert!(self.status.is_success(), "{self:?}");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The problem of a refusal: its status, the slug of its type and all of it.
    pub fn problem(&self) -> (u16, String, Value) {
        assert_eq!(
            self.header(header::CONTENT_TYPE),
            "application/problem+json",
            "{self:?}"
        );
        let body: Value = serde_json::from_slice(&self.body).expect("JSON");
        let slug = body["type"]
            .as_str()
            .and_then(|uri| uri.rsplit('/').next())
            .unwrap_or_default()
            .to_owned();
        (self.status.as_u16(), slug, body)
    }

    /// The fields that a problem names.
    pub fn fields(&self) -> Vec<String> {
        let (.., body) = self.problem();
        let errors = body["errors"].as_array().cloned().unwrap_or_default();
        errors
            .iter()
            .filter_map(|error| Some(error["field"].as_str()?.to_owned()))
            .collect()
    }
}
