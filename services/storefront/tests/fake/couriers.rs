use axum::Router;
use axum::extract::{Query, State};
use axum::routing::{get, post};
use contracts::orders::{
    Address, CourierOrder, CourierOrders, CourierSession, Credentials, NotDelivered, OrderStatus, Recipient,
};
use http::{HeaderMap, StatusCode};
use kernel::{Clock, Text};
use problem::{Json, Kind, Path, Problem, kinds};
use serde::Deserialize;
use time::Duration;

use super::orders::{not_found, slots};
use super::{Fake, Job};

const NOT_YOURS: Kind = Kind {
    slug: "not-yours",
    status: 409,
    title: ("Заказ у другого курьера", "Another courier has the order"),
};
const BAD_CREDENTIALS: Kind = Kind {
    slug: "bad-credentials",
    status: 401,
    title: ("Неверный логин или пароль", "Wrong login or password"),
};
const TOKEN: &str = "courier-token";

pub fn router() -> Router<Fake> {
    Router::new()
        .route(
            "/api/orders/v1/courier/sessions",
            post(sign_in).delete(async || StatusCode::NO_CONTENT),
        )
        .route("/api/orders/v1/courier/orders", get(courier_orders))
        .route(
            "/api/orders/v1/courier/orders/{number}/{step}",
            post(courier_step),
        )
}

/// Orders for couriers: two free ones and one that is claimed.
pub fn jobs(clock: &dyn Clock) -> Vec<Job> {
    let slots = slots(clock);
    [
        ("7K2M-9QXA-4TBD", 0, true),
        ("3FHW-0ZRC-88PN", 1, false),
        ("Q5V1-MM2K-T7DA", 3, false),
    ]
    .map(|(number, slot, claimed)| Job {
        claimed,
        order: CourierOrder {
            number: number.to_owned(),
            status: if claimed {
                OrderStatus::InDelivery
            } else {
                OrderStatus::ReadyToShip
            },
            zone: Text::new("Москва внутри МКАД", "Moscow inside the ring road"),
            slot: slots[slot],
            weight_g: 96_300,
            volume_l: 2_140,
            pieces: 3,
            recipient: Some(Recipient {
                name: "Анна Смирнова".into(),
                phone: "+79991234567".into(),
            }),
            address: Some(Address {
                postcode: "101000".into(),
                city: "Москва".into(),
                street: "Мясницкая улица, 13, строение 20".into(),
                flat: Some("кв. 48".into()),
            }),
        },
    })
    .into()
}

async fn sign_in(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Json(credentials): Json<Credentials>,
) -> Result<(StatusCode, Json<CourierSession>), Problem> {
    let way = headers.get("x-forwarded-for");
    let way = way.map(|way| way.to_str().expect("ASCII").to_owned());
    fake.data().ways.push(way);
    if credentials.login != "courier.petrov" || credentials.password.expose() != "Courier-1" {
        return Err(Problem::new(&BAD_CREDENTIALS));
    }
    let session = CourierSession {
        token: TOKEN.to_owned(),
        name: "Пётр Петров".to_owned(),
        expires_at: fake.clock.now() + Duration::hours(12),
    };
    Ok((StatusCode::CREATED, Json(session)))
}

fn signed_in(headers: &HeaderMap) -> Result<(), Problem> {
    let bearer = headers.get("authorization").and_then(|value| value.to_str().ok());
    if bearer == Some(&format!("Bearer {TOKEN}")) {
        Ok(())
    } else {
        Err(Problem::new(&kinds::UNAUTHENTICATED))
    }
}

#[derive(Deserialize)]
struct Which {
    state: String,
}

async fn courier_orders(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Query(which): Query<Which>,
) -> Result<Json<CourierOrders>, Problem> {
    signed_in(&headers)?;
    let mine = which.state == "mine";
    let data = fake.data();
    let items = data.jobs.iter().filter(|job| job.claimed == mine).map(|job| {
        let mut order = job.order.clone();
        if !mine {
            order.recipient = None;
            order.address = None;
        }
        order
    });
    Ok(Json(CourierOrders {
        items: items.collect(),
    }))
}

async fn courier_step(
    State(fake): State<Fake>,
    headers: HeaderMap,
    Path((number, step)): Path<(String, String)>,
    body: String,
) -> Result<StatusCode, Problem> {
    signed_in(&headers)?;
    let mut data = fake.data();
    let at = data
        .jobs
        .iter()
        .position(|job| job.order.number == number)
        .ok_or_else(not_found)?;
    match (step.as_str(), data.jobs[at].claimed) {
        ("claim", false) => {
            data.jobs[at].claimed = true;
            data.jobs[at].order.status = OrderStatus::InDelivery;
        }
        ("claim", true) => return Err(Problem::new(&NOT_YOURS)),
        ("release", true) => data.jobs[at].claimed = false,
        ("delivered", true) => drop(data.jobs.remove(at)),
        ("not-delivered", true) => {
            serde_json::from_str::<NotDelivered>(&body).expect("a reason");
            data.jobs.remove(at);
        }
        _ => return Err(not_found()),
    }
    Ok(StatusCode::NO_CONTENT)
}
