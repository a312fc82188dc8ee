//! The three staff faces, made up: just enough of their rules to drive the portal.

pub mod data;
mod toggles;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::{Path, Query, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use contracts::backoffice::{
    AuditFault, AuditFaultKind, AuditPage, AuditVerification, Role, StaffSession, Toggles,
};
use contracts::catalog::{StockCorrection, StockPage};
use contracts::orders::{ActorKind, Credentials, OrderStatus, StaffOrderPage, StaffStatusStep};
use http::{HeaderMap, StatusCode, header};
use kernel::SharedClock;
use serde_json::{Value, json};
use time::Duration;

use self::data::{Data, row};

/// Everybody's password.
pub const PASSWORD: &str = "Garnitur-1";

/// What the faces have seen and what they are to do.
pub struct Fake {
    clock: SharedClock,
    inner: Mutex<Inner>,
}

struct Inner {
    data: Data,
    /// Session tokens and whose they are.
    sessions: HashMap<String, &'static str>,
    renewals: usize,
    access_lasts: Duration,
    sign_in_ways: Vec<Option<String>>,
    cohorts: Vec<Option<String>>,
    corrections: HashMap<String, Value>,
    tokens: u32,
    /// Whether the faces take no access token any more, as after a change of keys.
    keys_changed: bool,
    /// All versions of the toggles.
    toggles: Vec<Toggles>,
}

impl Fake {
    pub fn new(clock: SharedClock) -> Arc<Self> {
        let data = Data::new(clock.now());
        Arc::new(Self {
            clock,
            inner: Mutex::new(Inner {
                data,
                sessions: HashMap::new(),
                renewals: 0,
                access_lasts: Duration::minutes(5),
                sign_in_ways: Vec::new(),
                cohorts: Vec::new(),
                corrections: HashMap::new(),
                tokens: 0,
                keys_changed: false,
                toggles: Vec::new(),
            }),
        })
    }

    /// Serves all three faces on one address.
    pub async fn serve(self: &Arc<Self>) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("bound");
        let fake = Arc::clone(self);
        let listen = middleware::from_fn(move |request: Request, next: Next| {
            let cohort = request.headers().get("x-garnitur-cohort");
            let cohort = cohort.map(|value| value.to_str().expect("ASCII").to_owned());
            fake.lock().cohorts.push(cohort);
            next.run(request)
        });
        let router = router().with_state(Arc::clone(self)).layer(listen);
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often an access token was renewed.
    pub fn renewals(&self) -> usize {
        self.lock().renewals
    }

    /// From now on access tokens last this long.
    pub fn access_lasts(&self, lasts: Duration) {
        self.lock().access_lasts = lasts;
    }

    /// Ends all sessions, as an administrator would.
    pub fn end_sessions(&self) {
        self.lock().sessions.clear();
    }

    /// From now on the faces take no access token that was given out before.
    pub fn change_keys(&self) {
        self.lock().keys_changed = true;
    }

    /// Sessions that are open.
    pub fn sessions(&self) -> usize {
        self.lock().sessions.len()
    }

    /// `X-Forwarded-For` of each attempt to sign in.
    pub fn sign_in_ways(&self) -> Vec<Option<String>> {
        self.lock().sign_in_ways.clone()
    }

    /// `X-Garnitur-Cohort` of each call since the last time this was asked.
    pub fn cohorts(&self) -> Vec<Option<String>> {
        std::mem::take(&mut self.lock().cohorts)
    }

    /// Where an order stands.
    pub fn status(&self, number: &str) -> OrderStatus {
        self.lock().data.order(number).expect("a known order").status
    }

    /// Moves an order behind the portal's back.
    pub fn set_status(&self, number: &str, status: OrderStatus) {
        self.lock().data.order_mut(number).expect("a known order").status = status;
    }

    /// Lets the audit be found changed.
    pub fn tamper(&self, seq: i64) {
        let verification = &mut self.lock().data.verification;
        verification.intact = false;
        verification.fault = Some(AuditFault {
            seq,
            kind: AuditFaultKind::Changed,
        });
    }

    /// Pieces on a shelf.
    pub fn on_hand(&self, sku: &str) -> i64 {
        let inner = self.lock();
        inner
            .data
            .stock
            .iter()
            .find(|row| row.sku == sku)
            .expect("a known part")
            .on_hand
    }

    fn session(&self, inner: &Inner, login: &'static str, token: Option<String>) -> StaffSession {
        let (name, roles) = person(login).expect("a known login");
        StaffSession {
            session_token: token,
            access_token: format!("access.{login}"),
            access_expires_at: self.clock.now() + inner.access_lasts,
            login: login.to_owned(),
            name: name.to_owned(),
            roles,
        }
    }
}

fn person(login: &str) -> Option<(&'static str, Vec<Role>)> {
    Some(match login {
        "sklad.sidorov" => ("Сергей Сидоров", vec![Role::Warehouse]),
        "audit.orlova" => ("Ольга Орлова", vec![Role::Security]),
        "admin.smirnov" => ("Алексей Смирнов", vec![Role::Administrator]),
        "stat.fedorova" => ("Вера Фёдорова", vec![Role::Analyst]),
        "chief.vasilyev" => (
            "Николай Васильев",
            vec![Role::Warehouse, Role::Administrator, Role::Security],
        ),
        _ => return None,
    })
}

const LOGINS: [&str; 5] = [
    "sklad.sidorov",
    "audit.orlova",
    "admin.smirnov",
    "stat.fedorova",
    "chief.vasilyev",
];

type Shared = State<Arc<Fake>>;

fn router() -> Router<Arc<Fake>> {
    Router::new()
        .route("/api/staff/v1/sessions", post(open).delete(close))
        .route("/api/staff/v1/sessions/renew", post(renew))
        .route("/api/staff/v1/orders", get(orders))
        .route("/api/staff/v1/orders/{number}", get(order))
        .route("/api/staff/v1/orders/{number}/ready", post(ready))
        .route("/api/staff/v1/audit", get(audit))
        .route("/api/staff/v1/audit/verification", get(verify))
        .route("/api/staff/v1/stock", get(stock))
        .route("/api/staff/v1/stock/corrections", post(correct))
        .route("/api/staff/v1/toggles", get(toggles::get).put(toggles::put))
        .route("/api/staff/v1/toggles/versions", get(toggles::history))
        .route("/api/staff/v1/catalog/{*rest}", any(echo))
}

fn problem(status: u16, slug: &str, title: &str, more: Value) -> Response {
    let mut body = json!({
        "type": format!("https://garnitur.ru/problems/{slug}"), "title": title, "status": status,
    });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    let status = StatusCode::from_u16(status).expect("a status");
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    (status, kind, body.to_string()).into_response()
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Bearer ")
}

/// The login of an access token that has one of the roles.
#[expect(clippy::result_large_err, reason = "the answer itself")]
fn admit(headers: &HeaderMap, allowed: &[Role]) -> Result<&'static str, Response> {
    let unknown = || problem(401, "unauthenticated", "Требуется вход", json!({}));
    let login = bearer(headers)
        .and_then(|token| token.strip_prefix("access."))
        .and_then(|login| LOGINS.into_iter().find(|known| *known == login))
        .ok_or_else(unknown)?;
    let (_, roles) = person(login).ok_or_else(unknown)?;
    if roles.iter().any(|role| allowed.contains(role)) {
        Ok(login)
    } else {
        Err(problem(403, "forbidden", "Недостаточно прав", json!({})))
    }
}

async fn open(State(fake): Shared, headers: HeaderMap, Json(credentials): Json<Credentials>) -> Response {
    let way = headers
        .get("x-forwarded-for")
        .and_then(|way| way.to_str().ok())
        .map(str::to_owned);
    let mut inner = fake.lock();
    inner.sign_in_ways.push(way);
    if credentials.login == "sklad.locked" {
        return problem(
            429,
            "throttled",
            "Слишком много попыток",
            json!({"detail": "Подождите 5 минут."}),
        );
    }
    if credentials.login == "office.zaytseva" {
        let detail = json!({"detail": "У вашей учётной записи нет роли в системе."});
        return problem(403, "forbidden", "Недостаточно прав", detail);
    }
    let known = LOGINS.into_iter().find(|login| *login == credentials.login);
    match known.filter(|_| credentials.password.expose() == PASSWORD) {
        Some(login) => {
            inner.tokens += 1;
            let token = format!("session-{}", inner.tokens);
            inner.sessions.insert(token.clone(), login);
            let session = fake.session(&inner, login, Some(token));
            (StatusCode::CREATED, Json(session)).into_response()
        }
        None => problem(401, "bad-credentials", "Неверный логин или пароль", json!({})),
    }
}

async fn renew(State(fake): Shared, headers: HeaderMap) -> Response {
    // Long enough for requests that come together to be there together.
    tokio::task::yield_now().await;
    let mut inner = fake.lock();
    inner.renewals += 1;
    match bearer(&headers).and_then(|token| inner.sessions.get(token).copied()) {
        Some(login) => Json(fake.session(&inner, login, None)).into_response(),
        None => problem(401, "unauthenticated", "Требуется вход", json!({})),
    }
}

async fn close(State(fake): Shared, headers: HeaderMap) -> Response {
    let token = bearer(&headers).unwrap_or_default();
    match fake.lock().sessions.remove(token) {
        Some(_) => StatusCode::NO_CONTENT.into_response(),
        None => problem(401, "unauthenticated", "Требуется вход", json!({})),
    }
}

async fn orders(
    State(fake): Shared,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<StaffOrderPage>, Response> {
    admit(&headers, &[Role::Warehouse])?;
    if fake.lock().keys_changed {
        return Err(problem(401, "unauthenticated", "Требуется вход", json!({})));
    }
    if query.get("cursor").is_some_and(|cursor| cursor != "page-2") {
        return Err(problem(422, "validation", "Данные заполнены неверно", json!({})));
    }
    let wanted = query.get("status").map(|code| json!(code));
    let inner = fake.lock();
    let mut items: Vec<_> = inner
        .data
        .orders
        .iter()
        .filter(|order| wanted.as_ref().is_none_or(|code| *code == json!(order.status)))
        .map(row)
        .collect();
    let second = items.split_off(items.len().min(6));
    let on_second = query.contains_key("cursor");
    let next_cursor = (!on_second && !second.is_empty()).then(|| "page-2".to_owned());
    let items = if on_second { second } else { items };
    Ok(Json(StaffOrderPage { items, next_cursor }))
}

async fn order(
    State(fake): Shared,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Result<Response, Response> {
    admit(&headers, &[Role::Warehouse])?;
    match fake.lock().data.order(&number) {
        Some(order) => Ok(Json(order).into_response()),
        None => Err(problem(404, "not-found", "Не найдено", json!({}))),
    }
}

async fn ready(
    State(fake): Shared,
    headers: HeaderMap,
    Path(number): Path<String>,
) -> Result<Response, Response> {
    let login = admit(&headers, &[Role::Warehouse])?;
    let mut inner = fake.lock();
    let Some(order) = inner.data.order_mut(&number) else {
        return Err(problem(404, "not-found", "Не найдено", json!({})));
    };
    if !matches!(order.status, OrderStatus::Paid | OrderStatus::NeedsChange) {
        let status = json!({"order_status": order.status});
        return Err(problem(
            409,
            "status-conflict",
            "Статус заказа не позволяет это сделать",
            status,
        ));
    }
    order.status = OrderStatus::ReadyToShip;
    order.history.push(StaffStatusStep {
        status: OrderStatus::ReadyToShip,
        at: fake.clock.now(),
        by: ActorKind::Employee,
        actor: Some(login.to_owned()),
    });
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn audit(
    State(fake): Shared,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<AuditPage>, Response> {
    admit(&headers, &[Role::Security, Role::Administrator])?;
    let fits = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
    let inner = fake.lock();
    let items = inner.data.audit.iter().filter(|entry| {
        fits("actor", &entry.actor)
            && fits("action", &entry.action)
            && fits("subject", entry.subject.as_deref().unwrap_or_default())
    });
    Ok(Json(AuditPage {
        items: items.cloned().collect(),
        next_cursor: None,
    }))
}

async fn verify(State(fake): Shared, headers: HeaderMap) -> Result<Json<AuditVerification>, Response> {
    admit(&headers, &[Role::Security, Role::Administrator])?;
    Ok(Json(fake.lock().data.verification.clone()))
}

async fn stock(
    State(fake): Shared,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Result<Json<StockPage>, Response> {
    admit(&headers, &[Role::Warehouse, Role::Administrator])?;
    let q = query.get("q").map(|q| q.to_lowercase()).unwrap_or_default();
    let items = fake
        .lock()
        .data
        .stock
        .iter()
        .filter(|row| row.name.ru.to_lowercase().contains(&q) || row.sku.to_lowercase().contains(&q))
        .cloned()
        .collect();
    Ok(Json(StockPage {
        items,
        next_cursor: None,
    }))
}

async fn correct(
    State(fake): Shared,
    headers: HeaderMap,
    Json(correction): Json<StockCorrection>,
) -> Result<Response, Response> {
    admit(&headers, &[Role::Warehouse, Role::Administrator])?;
    let key = headers["idempotency-key"].to_str().expect("ASCII").to_owned();
    let mut inner = fake.lock();
    let again = inner.corrections.insert(key, json!(correction)).is_some();
    let found = inner
        .data
        .stock
        .iter_mut()
        .find(|row| row.component_id == correction.component_id && row.warehouse == correction.warehouse);
    let Some(row) = found else {
        let errors =
            json!({"errors": [{"field": "component_id", "code": "unknown", "message": "такой детали нет"}]});
        return Err(problem(422, "validation", "Данные заполнены неверно", errors));
    };
    if row.on_hand - row.reserved + correction.delta < 0 {
        let detail =
            json!({"detail": "Свободно меньше, чем вы убираете.", "free": row.on_hand - row.reserved});
        return Err(problem(409, "not-enough-free", "Недостаточно свободного", detail));
    }
    if !again {
        row.on_hand += correction.delta;
    }
    Ok(Json(row.clone()).into_response())
}

/// Says what has come: method, path and headers as JSON in a header, the body as it was.
async fn echo(request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let headers: HashMap<&str, &str> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()))
        .collect();
    let seen = json!({"method": parts.method.as_str(), "target": parts.uri.to_string(), "headers": headers});
    let told = [
        ("x-seen", seen.to_string()),
        ("connection", "x-hop".to_owned()),
        ("x-hop", "1".to_owned()),
    ];
    (StatusCode::IM_A_TEAPOT, told, Body::new(body)).into_response()
}
