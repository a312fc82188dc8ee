//! Payment through a provider: the seam, the provider's API, and settling what it says.

mod settle;
mod yookassa;

use futures_util::future::BoxFuture;
use kernel::{Money, PaymentId};
use url::Url;

pub use settle::{SettleError, Settler};
pub use yookassa::{YooKassa, YooKassaConfig};

/// A payment to register with the provider.
#[derive(Debug, Clone)]
pub struct NewPayment {
    /// Our id; also the provider's idempotence key, so that asking twice registers once.
    pub id: PaymentId,
    /// What is to be paid.
    pub amount: Money,
    /// Number of the order, shown to the customer.
    pub order_number: String,
    /// Where the provider sends the customer afterwards.
    pub return_url: Url,
}

/// A payment the provider has registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered {
    /// The provider's id.
    pub provider_id: String,
    /// Where the customer enters the card.
    pub confirmation_url: String,
}

/// What the provider says of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderPayment {
    /// Our id, given when it was registered; `None` when the payment is not one of ours.
    pub id: Option<PaymentId>,
    /// Where it stands.
    pub status: ProviderStatus,
    /// Its amount.
    pub amount: Money,
}

/// Where a payment stands with the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProviderStatus {
    /// Waits for the customer.
    Pending,
    /// The provider has the money.
    Succeeded,
    /// Refused or given up.
    Canceled,
}

/// How asking the provider failed.
#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    /// It cannot be reached or has a fault of its own: try later.
    #[error("the payment provider is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It does not know the payment.
    #[error("the payment provider does not know the payment")]
    NotFound,
    /// It refused the request or answered something unforeseen.
    #[error("the payment provider answered {status}: {code}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Its error code.
        code: String,
    },
}

impl GatewayError {
    /// Whether asking about other payments would fail too.
    pub const fn is_unavailable(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

/// A payment provider with a hosted page: no card data ever comes here (PAY-1, PCI DSS).
pub trait PaymentGateway: Send + Sync + 'static {
    /// Registers a payment. Asking again with the same id answers the same payment.
    fn register<'a>(&'a self, payment: &'a NewPayment) -> BoxFuture<'a, Result<Registered, GatewayError>>;

    /// Asks where a payment stands.
    fn payment<'a>(&'a self, provider_id: &'a str) -> BoxFuture<'a, Result<ProviderPayment, GatewayError>>;

    /// Gives a payment back in full. Asking again with the same id gives it back once.
    fn refund<'a>(
        &'a self,
        id: PaymentId,
        provider_id: &'a str,
        amount: Money,
    ) -> BoxFuture<'a, Result<(), GatewayError>>;
}
