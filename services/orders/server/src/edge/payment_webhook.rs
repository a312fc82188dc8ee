use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use problem::{Json, Problem, ProblemBody};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Edge;
use crate::payments::{GatewayError, SettleError};
use crate::problems;

/// A message of the payment provider. Only the id is looked at; the provider may add fields.
#[derive(Debug, Deserialize, Validate, ToSchema)]
pub struct Notification {
    /// What happened, such as `payment.succeeded`.
    #[garde(length(max = 100))]
    #[schema(example = "payment.succeeded")]
    event: String,
    /// To what.
    #[garde(dive)]
    object: NotificationObject,
}

/// The payment a message is about.
#[derive(Debug, Deserialize, Validate, ToSchema)]
struct NotificationObject {
    /// The provider's id.
    #[garde(length(min = 1, max = 64))]
    id: String,
}

/// Takes a message of the payment provider.
///
/// Anyone can send one, so it is believed in nothing (PAY-2): it is a reason to ask the provider about that payment.
/// Forged, repeated and late messages therefore change nothing; money that fits no order is kept for people to look
/// at (FLR-3), and the message is answered with 200 as sending it again would not help.
#[utoipa::path(
    post, path = "/api/orders/v1/payments/webhook", operation_id = "payment_webhook", tag = "payment",
    request_body = Notification,
    responses(
        (status = 200, description = "Heard"),
        (status = 422, description = "Not a message", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "To be sent again", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Edge>,
    Json(told): Json<Notification>,
) -> Result<StatusCode, Problem> {
    if !told.event.starts_with("payment.") {
        return Ok(StatusCode::OK);
    }
    match edge.settler.settle(&told.object.id).await {
        Ok(_) => Ok(StatusCode::OK),
        Err(SettleError::Gateway(GatewayError::NotFound)) => {
            tracing::warn!("a message about a payment that the provider does not know");
            Ok(StatusCode::OK)
        }
        Err(SettleError::Gateway(error)) => Err(problems::gateway(error)),
        Err(SettleError::Database(error)) => Err(problems::database(error)),
    }
}
