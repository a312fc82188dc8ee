use garde::Validate;
use kernel::{Money, PaymentId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Starts a payment. `Idempotency-Key` is required.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct StartPayment {
    /// Where the provider sends the customer afterwards: a path of this site.
    #[garde(length(max = 200), custom(local_path))]
    #[schema(example = "/orders/7K2M-9QXA-4TBD")]
    pub return_path: String,
}

fn local_path<C>(value: &str, _: &C) -> garde::Result {
    let safe = value.starts_with('/')
        && !value.starts_with("//")
        && value.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if safe {
        Ok(())
    } else {
        Err(garde::Error::new(
            "должен быть путём на этом сайте | must be a path of this site",
        ))
    }
}

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    /// Waiting for the customer.
    Pending,
    /// Paid.
    Succeeded,
    /// Refused or given up.
    Canceled,
    /// Paid and given back.
    Refunded,
}

/// A payment and where the customer enters the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PaymentStarted {
    /// Our id of it.
    pub id: PaymentId,
    /// Where it stands.
    pub status: PaymentStatus,
    /// What is to be paid.
    pub amount: Money,
    /// The provider's page; the customer's browser goes there.
    pub confirmation_url: String,
}
