//! A sender with an outbox, a receiver with an inbox, and ways between them.

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use chassis::{Drained, Face, HttpConfig, Listener, Server, Service, Shutdown};
use events::{
    BATCH_MEDIA_TYPE, CloudEvent, DeliveryReport, Dispatcher, Handler, HandlerError, HttpPush, NewEvent,
    Outcome, Policy, Receiver, Roles, Subscriptions, Transport, TransportError, emit,
};
use http::{HeaderValue, Request, StatusCode};
use http_body_util::BodyExt as _;
use kernel::EventId;
use pg::{DatabaseSpec, Pg, RoleSpec};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{Connection as _, Executor as _, PgConnection};
use telemetry::Metrics;
use test_support::{ManualClock, TestDb};
use time::macros::datetime;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

pub const TYPE: &str = "ru.garnitur.test.deed.v1";
pub const TO: &str = "receiver";
pub const AUTHORIZATION: &str = "Bearer a-token-of-the-sender";

const fn role(name: &str) -> RoleSpec<'_> {
    RoleSpec { name, password: "-" }
}

pub const SPEC: DatabaseSpec<'static> = DatabaseSpec {
    name: "events",
    owner: role("events_owner"),
    roles: &[
        role("events_emit"),
        role("events_dispatch"),
        role("events_receive"),
    ],
};

pub const ROLES: Roles<'static> = Roles {
    emit: &["events_emit"],
    dispatch: &["events_dispatch"],
    receive: &["events_receive"],
};

pub async fn database() -> TestDb {
    TestDb::new(&SPEC, async |owner_url: &str| {
        events::migrate(owner_url, ROLES).await.expect("events migrate");
        let mut owner = PgConnection::connect(owner_url).await?;
        // No unique key on what is applied: applied twice must show.
        owner
            .execute(
                "CREATE TABLE applied (position bigint GENERATED ALWAYS AS IDENTITY, n int, trace text);
                 GRANT INSERT ON applied TO events_receive;
                 CREATE TABLE cause (n int);
                 GRANT INSERT ON cause TO events_emit;",
            )
            .await?;
        owner.close().await
    })
    .await
}

/// The payload of the tests' events.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Deed {
    pub n: u32,
    #[serde(default)]
    pub weight: String,
}

pub fn deed(event: &CloudEvent) -> u32 {
    event.payload::<Deed>().expect("a deed").n
}

pub struct Sender {
    pub db: TestDb,
    pub emit: Pg,
    pub dispatch: Pg,
    pub clock: ManualClock,
    pub metrics: Metrics,
    pub subscriptions: Subscriptions,
}

impl Sender {
    pub async fn new() -> Self {
        let db = database().await;
        Self {
            emit: db.pg("events_emit"),
            dispatch: db.pg("events_dispatch"),
            db,
            clock: ManualClock::at(datetime!(2026-03-01 12:00 UTC)),
            metrics: Metrics::new("sender"),
            subscriptions: Subscriptions::new().with(TO, ["ru.garnitur.test.*"]),
        }
    }

    pub fn event(&self, n: u32) -> NewEvent {
        self.clock.advance(time::Duration::milliseconds(1));
        let weight = String::new();
        NewEvent::new(&self.clock, TYPE, &Deed { n, weight }).subject(format!("deed-{n}"))
    }

    /// Emits one event of another type.
    pub async fn emit_type(&self, type_: &'static str, n: u32) {
        let weight = String::new();
        let event = NewEvent::new(&self.clock, type_, &Deed { n, weight });
        let mut conn = self.emit.pool().acquire().await.expect("a connection");
        emit(&mut conn, &[event], &self.subscriptions)
            .await
            .expect("the event is emitted");
    }

    /// Emits one event per number, in one transaction with its cause.
    pub async fn emit(&self, numbers: impl IntoIterator<Item = u32>) -> Vec<EventId> {
        let numbers: Vec<u32> = numbers.into_iter().collect();
        let events: Vec<NewEvent> = numbers.iter().map(|n| self.event(*n)).collect();
        self.emit
            .run("test_emit", |mut tx| {
                let events = &events;
                async move {
                    tx.execute("INSERT INTO cause (n) VALUES (1)").await?;
                    emit(&mut tx, events, &self.subscriptions).await
                }
            })
            .await
            .expect("events are emitted");
        events.iter().map(NewEvent::id).collect()
    }

    pub fn dispatcher<T: Transport>(&self, transport: T, policy: Policy) -> Dispatcher<T> {
        Dispatcher::new(
            self.db.pg("events_dispatch"),
            transport,
            "urn:garnitur:sender",
            &self.subscriptions,
            self.clock.shared(),
            policy,
            &self.metrics,
        )
    }

    /// Deliveries that are not done, dead letters included.
    pub async fn waiting(&self) -> i64 {
        self.count("SELECT count(*) FROM events.delivery").await
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(self.db.admin())
            .await
            .expect("a count")
    }

    /// Moves the clock a little past the moment when the only delivery is due.
    pub async fn until_due(&self) {
        let at: time::OffsetDateTime = sqlx::query_scalar("SELECT next_at FROM events.delivery")
            .fetch_one(self.db.admin())
            .await
            .expect("one delivery");
        self.clock.set(at + time::Duration::milliseconds(1));
    }
}

/// What goes wrong with a deed, after the handler has written it down.
#[derive(Debug, Clone, Copy)]
pub enum Fault {
    Fail,
    Reject,
    Panic,
    /// It takes so long.
    Slow(Duration),
}

/// Faults by deed; the test and the handler share them.
#[derive(Debug, Clone, Default)]
pub struct Faults(Arc<Mutex<HashMap<u32, Fault>>>);

impl Faults {
    pub fn set(&self, n: u32, fault: Fault) {
        self.0.lock().unwrap().insert(n, fault);
    }

    pub fn mend(&self) {
        self.0.lock().unwrap().clear();
    }
}

struct Ledger(Faults);

impl Handler for Ledger {
    async fn handle(&self, conn: &mut PgConnection, event: &CloudEvent) -> Result<(), HandlerError> {
        let deed: Deed = event.payload()?;
        sqlx::query("INSERT INTO applied (n, trace) VALUES ($1, $2)")
            .bind(i32::try_from(deed.n).expect("a small number"))
            .bind(telemetry::trace_id())
            .execute(conn)
            .await?;
        let fault = self.0.0.lock().unwrap().get(&deed.n).copied();
        match fault {
            None => Ok(()),
            Some(Fault::Fail) => Err(HandlerError::failed("not-now", "the test wants it")),
            Some(Fault::Reject) => Err(HandlerError::Rejected("never")),
            Some(Fault::Panic) => panic!("the test wants it"),
            Some(Fault::Slow(time)) => {
                tokio::time::sleep(time).await;
                Ok(())
            }
        }
    }
}

pub struct Inbox {
    pub db: TestDb,
    pub faults: Faults,
    pub clock: ManualClock,
    pub receiver: Receiver,
    pub metrics: Metrics,
}

impl Inbox {
    pub async fn new() -> Self {
        let db = database().await;
        let pg = db.pg("events_receive");
        Self::with(db, pg)
    }

    pub fn with(db: TestDb, pg: Pg) -> Self {
        let (faults, metrics) = (Faults::default(), Metrics::new("receiver"));
        let clock = ManualClock::at(datetime!(2026-03-01 12:00 UTC));
        let receiver = Receiver::new(pg, Ledger(faults.clone()), clock.shared(), &metrics);
        Self {
            db,
            faults,
            clock,
            receiver,
            metrics,
        }
    }

    /// The internal face in the stack of production.
    pub fn router(&self) -> Router {
        internal_face(self.receiver.routes().split_for_parts().0)
    }

    /// Lets the receiver's role into its database or not, the connections it has included.
    pub async fn admit(&self, admitted: bool) {
        let limit = if admitted { -1 } else { 0 };
        let name: String = sqlx::query_scalar("SELECT current_database()")
            .fetch_one(self.db.admin())
            .await
            .expect("a name");
        // Superusers are let in all the same.
        let sql = format!("ALTER DATABASE \"{name}\" CONNECTION LIMIT {limit}");
        self.db
            .admin()
            .execute(sqlx::AssertSqlSafe(sql))
            .await
            .expect("the limit is set");
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE datname = current_database() AND usename = 'events_receive'";
        if !admitted {
            self.db.admin().execute(cut).await.expect("they are cut");
        }
    }

    /// The deeds applied, in the order of their application.
    pub async fn applied(&self) -> Vec<u32> {
        let rows: Vec<i32> = sqlx::query_scalar("SELECT n FROM applied ORDER BY position")
            .fetch_all(self.db.admin())
            .await
            .expect("what was applied");
        rows.into_iter().map(i32::cast_unsigned).collect()
    }
}

pub fn internal_face(router: Router) -> Router {
    Service::new("receiver", Metrics::new("receiver"))
        .http(&HttpConfig::default())
        .face(Face::Internal, router, utoipa::openapi::OpenApi::default())
        .router(Face::Internal)
        .expect("the face was just added")
}

/// A transport that does what the test says.
pub struct Scripted<F>(pub F);

impl<F, Fut> Transport for Scripted<F>
where
    F: Fn(Vec<CloudEvent>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<DeliveryReport, TransportError>> + Send,
{
    async fn deliver(&self, _: &str, batch: &[CloudEvent]) -> Result<DeliveryReport, TransportError> {
        (self.0)(batch.to_vec()).await
    }
}

/// A report that says the same of every event.
pub fn all(batch: &[CloudEvent], outcome: Outcome) -> DeliveryReport {
    let outcomes = batch.iter().map(|event| events::EventOutcome {
        id: Some(event.id.to_string()),
        outcome,
        error: None,
    });
    DeliveryReport {
        outcomes: outcomes.collect(),
    }
}

pub fn batch_body(batch: &[CloudEvent]) -> String {
    let events: Vec<String> = batch.iter().map(CloudEvent::to_json).collect();
    format!("[{}]", events.join(","))
}

/// Posts a batch to a receiver without a network between.
pub async fn post(router: &Router, batch: &[CloudEvent]) -> DeliveryReport {
    let (status, answer) = call(
        router,
        "POST",
        "/internal/v1/events",
        BATCH_MEDIA_TYPE,
        batch_body(batch),
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    serde_json::from_value(answer).expect("a report")
}

pub async fn call(
    router: &Router,
    method: &str,
    path: &str,
    content_type: &str,
    body: impl Into<Body>,
) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", content_type)
        .header("accept-language", "en")
        .body(body.into())
        .expect("a request");
    let answer = router.clone().oneshot(request).await.expect("an answer");
    let status = answer.status();
    let bytes = answer.into_body().collect().await.expect("a body").to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// A router behind a real socket, which can be taken away and come back.
pub struct Host {
    pub address: SocketAddr,
    shutdown: Shutdown,
    task: JoinHandle<Drained>,
}

impl Host {
    pub async fn start(router: Router) -> Self {
        Self::start_at("127.0.0.1:0".parse().expect("an address"), router).await
    }

    pub async fn start_at(address: SocketAddr, router: Router) -> Self {
        let server = Server::bind(vec![Listener::new("test", address, router)])
            .await
            .expect("the address is free");
        let (address, shutdown) = (server.addresses()[0], Shutdown::new());
        let stop = shutdown.clone();
        let task = tokio::spawn(server.run(Vec::new(), stop, Duration::ZERO, Duration::from_secs(5)));
        Self {
            address,
            shutdown,
            task,
        }
    }

    /// Goes away at once, with all connections.
    pub async fn stop(self) -> SocketAddr {
        self.shutdown.trigger_hard();
        self.task.await.expect("the server does not panic");
        self.address
    }
}

/// The transport of production to one address; it tries once, so that the test sees every failure.
pub fn push_to(address: SocketAddr) -> HttpPush {
    let policy = balancer::Policy {
        retries: 0,
        ..balancer::Policy::default()
    };
    let client = balancer::Client::fixed(TO, [format!("http://{address}")], policy).expect("an origin");
    HttpPush::new(HeaderValue::from_static(AUTHORIZATION)).with(TO, client)
}
