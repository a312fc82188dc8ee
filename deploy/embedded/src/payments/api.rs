use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kernel::{Clock as _, SystemClock};
use serde::Deserialize;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use url::Url;

use super::Provider;
use super::ledger::{Payment, Refund, RefundError, Status};
use super::money::Amount;

/// The shop's API, behind HTTP basic authentication with its id and secret key.
pub fn router(provider: Provider) -> Router {
    Router::new()
        .route("/v3/payments", post(register))
        .route("/v3/payments/{id}", get(payment))
        .route("/v3/refunds", post(refund))
        .layer(from_fn_with_state(provider.clone(), authenticate))
        .with_state(provider)
}

/// An error as the API answers it.
struct ApiError {
    status: StatusCode,
    code: &'static str,
    description: String,
}

impl ApiError {
    fn invalid(description: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: "invalid_request",
            description: description.into(),
        }
    }

    fn not_found() -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            code: "not_found",
            description: "there is no such payment".to_owned(),
        }
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        tracing::error!(%error, "the payment journal cannot be written");
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "internal_server_error",
            description: "try again later".to_owned(),
        }
    }
}

impl axum::response::IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let id = kernel::random::uuid();
        let body = json!({ "type": "error", "id": id, "code": self.code, "description": self.description });
        (self.status, Json(body)).into_response()
    }
}

async fn authenticate(State(provider): State<Provider>, request: Request, next: Next) -> Response {
    let expected = format!("{}:{}", provider.shop_id, provider.secret_key.expose());
    let known = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Basic "))
        .and_then(|encoded| BASE64_STANDARD.decode(encoded).ok())
        .is_some_and(|given| given == expected.as_bytes());
    if known {
        return next.run(request).await;
    }
    ApiError {
        status: StatusCode::UNAUTHORIZED,
        code: "invalid_credentials",
        description: "shop id and secret key do not fit".to_owned(),
    }
    .into_response()
}

#[derive(Deserialize)]
struct NewPayment {
    amount: Amount,
    #[serde(default)]
    capture: bool,
    confirmation: NewConfirmation,
    #[serde(default)]
    description: String,
    #[serde(default)]
    metadata: Value,
}

#[derive(Deserialize)]
struct NewConfirmation {
    #[serde(rename = "type")]
    kind: String,
    return_url: Url,
}

async fn register(
    State(provider): State<Provider>,
    headers: HeaderMap,
    body: String,
) -> Result<Json<Value>, ApiError> {
    let key = idempotence_key(&headers)?;
    let new: NewPayment = parse(&body)?;
    check(&new.amount)?;
    if !new.capture {
        return Err(ApiError::invalid("capture: only payments in one step are played"));
    }
    if new.confirmation.kind != "redirect"
        || !matches!(new.confirmation.return_url.scheme(), "http" | "https")
    {
        return Err(ApiError::invalid(
            "confirmation: only a redirect to a web address is played",
        ));
    }
    if new.description.chars().count() > 128 {
        return Err(ApiError::invalid("description: at most 128 characters"));
    }
    let (amount, description) = (new.amount.clone(), new.description.clone());
    let payment = provider.ledger.register(Payment {
        id: kernel::random::uuid().to_string(),
        key,
        status: Status::Pending,
        amount: new.amount,
        description: new.description,
        metadata: new.metadata,
        return_url: new.confirmation.return_url,
        created_at: now(),
        reason: None,
        refunded: 0,
    })?;
    if payment.amount != amount || payment.description != description {
        return Err(ApiError::invalid("Idempotence-Key: used for another payment"));
    }
    Ok(Json(payment.answer(&provider.base)))
}

async fn payment(State(provider): State<Provider>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    let payment = provider.ledger.payment(&id).ok_or_else(ApiError::not_found)?;
    Ok(Json(payment.answer(&provider.base)))
}

#[derive(Deserialize)]
struct NewRefund {
    payment_id: String,
    amount: Amount,
}

async fn refund(
    State(provider): State<Provider>,
    headers: HeaderMap,
    body: String,
) -> Result<Json<Value>, ApiError> {
    let key = idempotence_key(&headers)?;
    let new: NewRefund = parse(&body)?;
    let minor = check(&new.amount)?;
    let refund = Refund {
        id: kernel::random::uuid().to_string(),
        key,
        payment_id: new.payment_id,
        amount: new.amount,
        created_at: now(),
    };
    let refund = provider
        .ledger
        .refund(refund, minor)?
        .map_err(|error| match error {
            RefundError::UnknownPayment => ApiError::not_found(),
            RefundError::NotPaid => ApiError::invalid("payment_id: this payment has not succeeded"),
            RefundError::TooMuch => ApiError::invalid("amount: more than is left of the payment"),
            RefundError::KeyReused => ApiError::invalid("Idempotence-Key: used for another refund"),
        })?;
    let object = json!({
        "id": refund.id,
        "status": "succeeded",
        "payment_id": refund.payment_id,
        "amount": refund.amount,
        "created_at": refund.created_at,
    });
    provider.webhooks.send("refund.succeeded", &object);
    Ok(Json(object))
}

fn idempotence_key(headers: &HeaderMap) -> Result<String, ApiError> {
    let key = headers
        .get("idempotence-key")
        .and_then(|key| key.to_str().ok())
        .unwrap_or_default();
    if (1..=64).contains(&key.len()) {
        Ok(key.to_owned())
    } else {
        Err(ApiError::invalid(
            "Idempotence-Key: 1 to 64 characters are required",
        ))
    }
}

fn parse<T: serde::de::DeserializeOwned>(body: &str) -> Result<T, ApiError> {
    serde_json::from_str(body).map_err(|error| ApiError::invalid(error.to_string()))
}

fn check(amount: &Amount) -> Result<i64, ApiError> {
    let minor = amount.minor().filter(|_| amount.has_currency());
    minor.ok_or_else(|| ApiError::invalid("amount: a positive number with two decimal places and a currency"))
}

fn now() -> String {
    SystemClock
        .now()
        .format(&Rfc3339)
        .expect("the year has four digits")
}
