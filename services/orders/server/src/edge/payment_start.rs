use axum::extract::State;
use axum::http::StatusCode;
use contracts::orders::{PaymentStarted, PaymentStatus, StartPayment};
use kernel::PaymentId;
use orders_store::{PaymentRow, PaymentState, StartPaymentError};
use problem::{IdempotencyKey, Json, Path, Problem, ProblemBody, kinds};

use super::Edge;
use crate::payments::NewPayment;
use crate::{convert, problems};

/// Starts paying for an order and says where the customer enters the card (PAY-1).
///
/// `Idempotency-Key` is required: the same key answers the same payment, whatever has become of it. While a payment
/// is pending, another key answers it too: an order cannot be paid twice (PAY-2). After one that came to nothing a
/// new key starts a new one.
#[utoipa::path(
    post, path = "/api/orders/v1/orders/{number}/payments", operation_id = "payment_start", tag = "payment",
    params(
        ("number" = String, Path, description = "Number of the order"),
        ("Idempotency-Key" = String, Header, description = "1 to 128 visible ASCII characters"),
    ),
    request_body = StartPayment,
    responses(
        (status = 201, description = "The payment", body = PaymentStarted),
        (status = 400, description = "The key is missing", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 404, description = "No such order", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "not-payable: it is paid, cancelled or its time is over", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 422, description = "The path is not one of this site", body = ProblemBody,
            content_type = "application/problem+json"),
        (status = 503, description = "The payment provider cannot be asked now", body = ProblemBody,
            content_type = "application/problem+json"),
    )
)]
pub async fn handler(
    State(edge): State<Edge>,
    Path(number): Path<String>,
    IdempotencyKey(key): IdempotencyKey,
    Json(request): Json<StartPayment>,
) -> Result<(StatusCode, Json<PaymentStarted>), Problem> {
    let number = convert::number(&number);
    let start = orders_store::StartPayment {
        number: &number,
        key: &key,
        id: PaymentId::new(&*edge.clock),
        return_path: &request.return_path,
    };
    let mut payment = edge.store.start_payment(&start).await.map_err(refused)?;
    let confirmation_url = match payment.confirmation_url.take() {
        Some(url) => url,
        None => register(&edge, number, &payment).await?,
    };
    let started = PaymentStarted {
        id: payment.id,
        status: status(payment.state),
        amount: payment.amount,
        confirmation_url,
    };
    Ok((StatusCode::CREATED, Json(started)))
}

/// Makes the payment known to the provider; once more when the answer of the first time was lost.
async fn register(edge: &Edge, order_number: String, payment: &PaymentRow) -> Result<String, Problem> {
    let new = NewPayment {
        id: payment.id,
        amount: payment.amount,
        order_number,
        return_url: edge
            .ordering
            .site_url
            .join(&payment.return_path)
            .map_err(Problem::internal)?,
    };
    let registered = edge.gateway.register(&new).await.map_err(problems::gateway)?;
    edge.store
        .payment_registered(payment.id, &registered.provider_id, &registered.confirmation_url)
        .await
        .map_err(problems::database)?;
    Ok(registered.confirmation_url)
}

fn refused(error: StartPaymentError) -> Problem {
    match error {
        StartPaymentError::NotFound => Problem::new(&kinds::NOT_FOUND),
        StartPaymentError::NotPayable => Problem::new(&problems::NOT_PAYABLE),
        StartPaymentError::Database(error) => problems::database(error),
    }
}

const fn status(state: PaymentState) -> PaymentStatus {
    match state {
        PaymentState::Pending => PaymentStatus::Pending,
        PaymentState::Succeeded => PaymentStatus::Succeeded,
        PaymentState::Canceled => PaymentStatus::Canceled,
        PaymentState::Refunded => PaymentStatus::Refunded,
    }
}
