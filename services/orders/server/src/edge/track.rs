use axum::extract::State;
use contracts::orders::{NotDeliveredInfo, StatusStep, Tracking};
use orders_domain::Status;
use orders_store::{Order, OrderRef};
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::Edge;
use crate::{convert, problems};

/// What anyone who has an order's number may see of it: no personal data (ORD-1).
#[utoipa::path(
    get, path = "/api/orders/v1/track/{number}", operation_id = "track", tag = "orders",
    params(("number" = String, Path, description = "Number of the order")),
    responses(
        (status = 200, description = "The order", body = Tracking),
        (status = 404, description = "No such order", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Edge>,
    Path(number): Path<String>,
) -> Result<Json<Tracking>, Problem> {
    let order = edge
        .store
        .order(OrderRef::Number(&convert::number(&number)))
        .await
        .map_err(problems::database)?;
    let order = order.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    Ok(Json(tracking(order, &edge.ordering.operator_phone)))
}

fn tracking(order: Order, operator_phone: &str) -> Tracking {
    let reason = order.not_delivered.as_deref().and_then(convert::reason);
    let not_delivered = reason
        .filter(|_| order.status == Status::NotDelivered)
        .map(|reason| NotDeliveredInfo {
            reason,
            operator_phone: operator_phone.to_owned(),
        });
    let history = order.steps.iter().map(|step| StatusStep {
        status: convert::status(step.status),
        at: step.at,
        by: convert::actor(step.by),
    });
    Tracking {
        number: order.number,
        status: convert::status(order.status),
        history: history.collect(),
        goods: order.goods,
        delivery: order.delivery,
        total: order.total,
        slot: convert::booked_slot(order.slot),
        pay_before: (order.status == Status::Created).then_some(order.pay_before),
        not_delivered,
        lines: order.lines.into_iter().map(convert::line).collect(),
    }
}
