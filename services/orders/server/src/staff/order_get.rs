use auth::{Staff, roles};
use axum::extract::State;
use contracts::catalog::Pick;
use contracts::orders::{StaffOrder, StaffStatusStep};
use kernel::OrderId;
use orders_store::{Order, OrderRef};
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::Desk;
use crate::{convert, problems};

/// An order with its pick list (WH-2). No personal data of the customer.
#[utoipa::path(
    get, path = "/api/staff/v1/orders/{number}", operation_id = "staff_order_get", tag = "orders",
    security(("staff" = [])),
    params(("number" = String, Path, description = "Number of the order")),
    responses(
        (status = 200, description = "The order; `picks` is null when catalog cannot be asked now",
            body = StaffOrder),
        (status = 401, description = "No token", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "Not a warehouse employee", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "No such order", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    _: Staff<roles::Warehouse>,
    State(desk): State<Desk>,
    Path(number): Path<String>,
) -> Result<Json<StaffOrder>, Problem> {
    let number = convert::number(&number);
    let order = desk
        .store
        .order(OrderRef::Number(&number))
        .await
        .map_err(problems::database)?;
    let order = order.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    let picks = picks(&desk, order.id).await;
    Ok(Json(view(order, picks)))
}

/// The order can be looked at without catalog, so its failure is not the caller's.
async fn picks(desk: &Desk, order: OrderId) -> Option<Vec<Pick>> {
    match desk.catalog.reservation(order).await {
        Ok(reservation) => Some(
            reservation
                .map(|reservation| reservation.picks)
                .unwrap_or_default(),
        ),
        Err(error) => {
            tracing::warn!(%order, %error, "the pick list cannot be shown");
            None
        }
    }
}

fn view(order: Order, picks: Option<Vec<Pick>>) -> StaffOrder {
    let history = order.steps.into_iter().map(|step| StaffStatusStep {
        status: convert::status(step.status),
        at: step.at,
        by: convert::actor(step.by),
        actor: step.actor,
    });
    StaffOrder {
        id: order.id,
        number: order.number,
        status: convert::status(order.status),
        created_at: order.created_at,
        goods: order.goods,
        delivery: order.delivery,
        total: order.total,
        slot: convert::booked_slot(order.slot),
        weight_g: order.weight_g,
        volume_l: order.volume_l,
        history: history.collect(),
        lines: order.lines.into_iter().map(convert::line).collect(),
        picks,
    }
}
