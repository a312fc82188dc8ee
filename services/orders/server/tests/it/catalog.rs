//! Plays catalog's internal face, and takes everybody's events.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use contracts::catalog::{
    Pick, ProductSummary, ProductsRequest, Reservation, ReservationPage, ReservationState, ReservationStatus,
    ReserveRequest, ReservedLine, Shortage,
};
use kernel::{ComponentId, Dimensions, Money, OrderId, ProductId, Text};
use serde_json::{Value, json};
use test_support::ManualClock;
use time::OffsetDateTime;

/// Catalog as orders see it. Cheap to clone.
#[derive(Clone)]
pub struct FakeCatalog {
    state: Arc<Mutex<Content>>,
    clock: ManualClock,
}

#[derive(Default)]
struct Content {
    stock: HashMap<ProductId, i64>,
    reservations: BTreeMap<OrderId, (Reservation, OffsetDateTime)>,
    events: Vec<Value>,
    down: bool,
    deaf: bool,
}

impl FakeCatalog {
    pub async fn start(clock: ManualClock) -> (Self, SocketAddr) {
        let catalog = Self {
            state: Arc::default(),
            clock,
        };
        let router = Router::new()
            .route("/internal/v1/products", post(products))
            .route("/internal/v1/reservations", get(list))
            .route("/internal/v1/reservations/{order}", get(reservation).put(reserve))
            .route("/internal/v1/reservations/{order}/{what}", post(act))
            .route("/internal/v1/events", post(events))
            .layer(from_fn_with_state(catalog.clone(), refuse_when_down))
            .with_state(catalog.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        (catalog, address)
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.state.lock().expect("no test panics while holding it")
    }

    /// A product of which there are so many.
    pub fn product(&self, stock: i64) -> ProductId {
        let id = ProductId::from(kernel::random::uuid());
        self.content().stock.insert(id, stock);
        id
    }

    pub fn stock(&self, product: ProductId) -> i64 {
        self.content().stock[&product]
    }

    pub fn forget(&self, product: ProductId) {
        self.content().stock.remove(&product);
    }

    /// Every request is answered with 503.
    pub fn set_down(&self, down: bool) {
        self.content().down = down;
    }

    /// Events are taken and not acted upon, as if they were still on their way.
    pub fn set_deaf(&self, deaf: bool) {
        self.content().deaf = deaf;
    }

    pub fn statuses(&self) -> Vec<ReservationStatus> {
        self.content()
            .reservations
            .values()
            .map(|(reservation, _)| reservation.status)
            .collect()
    }

    pub fn status(&self, order: OrderId) -> Option<ReservationStatus> {
        self.content()
            .reservations
            .get(&order)
            .map(|(reservation, _)| reservation.status)
    }

    pub fn settle(&self, order: OrderId, to: ReservationStatus) {
        let mut content = self.content();
        let Some((reservation, _)) = content.reservations.get_mut(&order) else {
            return;
        };
        let held = matches!(
            reservation.status,
            ReservationStatus::Reserved | ReservationStatus::Confirmed
        );
        reservation.status = to;
        let lines = reservation.lines.clone();
        if held && matches!(to, ReservationStatus::Released | ReservationStatus::Expired) {
            for line in lines {
                *content.stock.entry(line.product_id).or_default() += line.quantity;
            }
        }
    }

    /// The types of the events received, in order.
    pub fn events(&self) -> Vec<String> {
        self.content()
            .events
            .iter()
            .map(|event| event["type"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The events received, whole.
    pub fn event_text(&self) -> String {
        serde_json::to_string(&self.content().events).expect("plain data")
    }

    fn reserve(&self, order_id: OrderId, request: &ReserveRequest) -> Result<Reservation, Vec<Shortage>> {
        let mut content = self.content();
        if let Some((known, _)) = content.reservations.get(&order_id) {
            return Ok(known.clone());
        }
        let shortages: Vec<Shortage> = request
            .lines
            .iter()
            .map(|line| Shortage {
                product_id: line.product_id,
                requested: line.quantity,
                available: content.stock.get(&line.product_id).copied().unwrap_or(0),
            })
            .filter(|shortage| shortage.available < shortage.requested)
            .collect();
        if !shortages.is_empty() {
            return Err(shortages);
        }
        for line in &request.lines {
            *content.stock.entry(line.product_id).or_default() -= line.quantity;
        }
        let reservation = Reservation {
            order_id,
            status: ReservationStatus::Reserved,
            expires_at: request.expires_at,
            lines: request
                .lines
                .iter()
                .map(|line| ReservedLine {
                    product_id: line.product_id,
                    set_id: None,
                    slug: "shelf-oak".to_owned(),
                    name: Text::new("Полка", "Shelf"),
                    quantity: line.quantity,
                    unit_price: price(),
                    dimensions: DIMENSIONS,
                    weight_g: 12_000,
                })
                .collect(),
            picks: vec![Pick {
                warehouse: "MSK".to_owned(),
                shelf: Some("A-1".to_owned()),
                component_id: ComponentId::from(kernel::random::uuid()),
                sku: "PNL-1".to_owned(),
                name: Text::new("Панель", "Panel"),
                quantity: 4,
            }],
        };
        content
            .reservations
            .insert(order_id, (reservation.clone(), kernel::Clock::now(&self.clock)));
        Ok(reservation)
    }
}

const DIMENSIONS: Dimensions = Dimensions {
    height_mm: 1_000,
    width_mm: 500,
    depth_mm: 400,
};

pub const fn price() -> Money {
    Money::rub(4_990_00)
}

fn problem(status: u16, slug: &str, more: Value) -> Response {
    let mut body =
        json!({ "type": format!("https://garnitur.ru/problems/{slug}"), "title": slug, "status": status });
    if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
        body.extend(more);
    }
    let status = StatusCode::from_u16(status).expect("a status");
    (
        status,
        [("content-type", "application/problem+json")],
        body.to_string(),
    )
        .into_response()
}

async fn refuse_when_down(State(catalog): State<FakeCatalog>, request: Request, next: Next) -> Response {
    if catalog.content().down {
        return problem(503, "unavailable", json!({}));
    }
    next.run(request).await
}

async fn products(
    State(catalog): State<FakeCatalog>,
    Json(request): Json<ProductsRequest>,
) -> Json<Vec<ProductSummary>> {
    let content = catalog.content();
    let found = request.ids.into_iter().filter_map(|id| {
        Some(ProductSummary {
            id,
            slug: "shelf-oak".to_owned(),
            name: Text::new("Полка", "Shelf"),
            price: Some(price()),
            available: *content.stock.get(&id)?,
            dimensions: DIMENSIONS,
            weight_g: 12_000,
            image: None,
        })
    });
    Json(found.collect())
}

async fn reserve(
    State(catalog): State<FakeCatalog>,
    Path(order): Path<OrderId>,
    Json(request): Json<ReserveRequest>,
) -> Result<Json<Reservation>, Response> {
    catalog
        .reserve(order, &request)
        .map(Json)
        .map_err(|shortages| problem(409, "insufficient-stock", json!({ "shortages": shortages })))
}

async fn reservation(
    State(catalog): State<FakeCatalog>,
    Path(order): Path<OrderId>,
) -> Result<Json<Reservation>, Response> {
    let found = catalog
        .content()
        .reservations
        .get(&order)
        .map(|(reservation, _)| reservation.clone());
    found
        .map(Json)
        .ok_or_else(|| problem(404, "not-found", json!({})))
}

async fn act(
    State(catalog): State<FakeCatalog>,
    Path((order, what)): Path<(OrderId, String)>,
) -> Result<StatusCode, Response> {
    match (catalog.status(order), what.as_str()) {
        (None, _) => Err(problem(404, "not-found", json!({}))),
        (Some(ReservationStatus::Released), "confirm") => Err(problem(409, "released", json!({}))),
        (Some(_), "confirm") => {
            catalog.settle(order, ReservationStatus::Confirmed);
            Ok(StatusCode::NO_CONTENT)
        }
        (Some(_), _) => {
            catalog.settle(order, ReservationStatus::Released);
            Ok(StatusCode::NO_CONTENT)
        }
    }
}

async fn list(
    State(catalog): State<FakeCatalog>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<ReservationPage> {
    // Small pages, so that reading on is tried too.
    const PAGE: usize = 2;
    let after: OrderId = query["after"].parse().expect("an order id");
    let content = catalog.content();
    let items: Vec<ReservationState> = content
        .reservations
        .iter()
        .filter(|(id, _)| **id > after)
        .take(PAGE + 1)
        .map(|(id, (reservation, created_at))| ReservationState {
            order_id: *id,
            status: reservation.status,
            created_at: *created_at,
            expires_at: reservation.expires_at,
        })
        .collect();
    let next_after = (items.len() > PAGE).then(|| items[PAGE - 1].order_id);
    Json(ReservationPage {
        items: items.into_iter().take(PAGE).collect(),
        next_after,
    })
}

async fn events(State(catalog): State<FakeCatalog>, body: String) -> Json<Value> {
    let batch: Vec<Value> = serde_json::from_str(&body).expect("a batch of events");
    let mut outcomes = Vec::new();
    for event in batch {
        let order: Option<OrderId> = event["data"]["order_id"].as_str().and_then(|id| id.parse().ok());
        let type_ = event["type"].as_str().unwrap_or_default().to_owned();
        let deaf = catalog.content().deaf;
        match order {
            // What was given back stays so, though the event may come once more (a lease that ran out).
            Some(order)
                if !deaf
                    && type_.ends_with("order.paid.v1")
                    && catalog.status(order) != Some(ReservationStatus::Released) =>
            {
                catalog.settle(order, ReservationStatus::Confirmed);
            }
            Some(order) if !deaf && type_.ends_with("order.cancelled.v1") => {
                catalog.settle(order, ReservationStatus::Released);
            }
            _ => {}
        }
        outcomes.push(json!({ "id": event["id"], "outcome": "accepted", "error": null }));
        catalog.content().events.push(event);
    }
    Json(json!({ "outcomes": outcomes }))
}
