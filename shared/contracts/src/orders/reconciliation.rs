use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

/// Something that does not fit together: inside the orders database, or between it and catalog's reservations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// Name of the rule that is broken.
    #[schema(example = "paid_without_reservation")]
    pub rule: String,
    /// Id of the order, payment or window that breaks it.
    pub subject: String,
    /// Whether it was put right just now. What cannot be repaired by the system needs a person.
    pub repaired: bool,
}

/// What a reconciliation found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reconciliation {
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What does not fit together; empty when all is well.
    pub findings: Vec<Finding>,
}
