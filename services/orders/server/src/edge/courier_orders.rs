#![expect(
    unused_qualifications,
    reason = "utoipa names the parameters' type by its path in the code it generates"
)]

use axum::extract::State;
use contracts::orders::{Address, CourierOrder, CourierOrders, Recipient};
use garde::Validate;
use kernel::Personal;
use problem::{Json, Problem, ProblemBody, Query};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::Edge;
use super::courier::Courier;
use crate::{convert, problems};

/// Which orders a courier asks for.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum List {
    /// Packed, with no courier yet.
    Available,
    /// On the way with this courier.
    Mine,
}

/// Which orders.
#[derive(Debug, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// `available` or `mine`.
    #[garde(skip)]
    #[param(inline)]
    state: List,
}

/// Orders nobody has taken, or those the courier has on the way (COU-1).
///
/// Who receives an order, and where, is told only of the courier's own (COU-2).
#[utoipa::path(
    get, path = "/api/orders/v1/courier/orders", operation_id = "courier_orders", tag = "couriers",
    security(("courier" = [])),
    params(Filter),
    responses(
        (status = 200, description = "By delivery window", body = CourierOrders),
        (status = 401, description = "No session", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "No such state", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Edge>,
    courier: Courier,
    Query(filter): Query<Filter>,
) -> Result<Json<CourierOrders>, Problem> {
    let orders = match filter.state {
        List::Available => edge.store.free_orders().await,
        List::Mine => edge.store.orders_of_courier(&courier.login).await,
    };
    let orders = orders.map_err(problems::database)?;
    Ok(Json(CourierOrders {
        items: orders.into_iter().map(order).collect(),
    }))
}

fn order(order: orders_store::CourierOrder) -> CourierOrder {
    let (recipient, address) = order.recipient.map(personal).unzip();
    CourierOrder {
        number: order.number,
        status: convert::status(order.status),
        zone: order.zone,
        slot: convert::booked_slot(order.slot),
        weight_g: order.weight_g,
        volume_l: order.volume_l,
        pieces: order.pieces,
        recipient,
        address,
    }
}

fn personal(recipient: orders_store::Recipient) -> (Recipient, Address) {
    let orders_store::Recipient {
        name,
        phone,
        postcode,
        city,
        street,
        flat,
    } = recipient;
    let person = Recipient {
        name: name.into_inner(),
        phone: phone.into_inner(),
    };
    let address = Address {
        postcode: postcode.into_inner(),
        city: city.into_inner(),
        street: street.into_inner(),
        flat: flat.map(Personal::into_inner),
    };
    (person, address)
}
