use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a receiver did with one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Applied now.
    Accepted,
    /// Applied before; nothing was done.
    Duplicate,
    /// Not applied; worth sending again.
    Failed,
    /// Not applied, and never will be (poison): a case for the dead letters.
    Rejected,
}

impl Outcome {
    /// The outcome as metrics name it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
        }
    }
}

/// The outcome of one event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventOutcome {
    /// Id of the event; null when it could not be read.
    pub id: Option<String>,
    /// What was done.
    pub outcome: Outcome,
    /// Stable word for the reason; null when it was applied.
    pub error: Option<String>,
}

/// A receiver's answer to a batch: one outcome per event, in the order of the batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryReport {
    /// Outcomes.
    pub outcomes: Vec<EventOutcome>,
}
