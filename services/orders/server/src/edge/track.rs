use axum::extract::State;
use contracts::orders::{NotDeliveredInfo, NotDeliveredReason, StatusStep, Tracking};
use orders_domain::Status;
use orders_store::{Order, OrderRef};
use problem::{Json, Path, Problem, ProblemBody, kinds};

use super::Edge;
use crate::{convert, problems};

/// What anyone who has an order's number may see of it: no personal data (ORD-1).
#[utoipa::path(
    get, path = "/api/orders/v1/track/{number}", tag = "orders",
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
    let order = edge.store.order(OrderRef::Number(&normal(&number))).await.map_err(problems::database)?;
    let order = order.ok_or_else(|| Problem::new(&kinds::NOT_FOUND))?;
    Ok(Json(tracking(order, &edge.ordering.operator_phone)))
}

/// A number as people type it: without case, with the letters Crockford's base 32 leaves out.
pub(super) fn normal(number: &str) -> String {
    let number = number.trim().to_ascii_uppercase();
    number.replace(['I', 'L'], "1").replace('O', "0")
}

fn tracking(order: Order, operator_phone: &str) -> Tracking {
    let not_delivered = (order.status == Status::NotDelivered).then(|| NotDeliveredInfo {
        reason: order.not_delivered.as_deref().and_then(reason).unwrap_or(NotDeliveredReason::NobodyHome),
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

fn reason(code: &str) -> Option<NotDeliveredReason> {
    serde_json::from_value(code.into()).ok()
}
