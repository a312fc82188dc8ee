//! The backoffice service: employees' sessions and the audit.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

/// What an employee may do (SEC-1). Comes from the groups of the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Delivers orders.
    Courier,
    /// Packs orders, keeps stock.
    Warehouse,
    /// Creates the assortment.
    Assortment,
    /// Administers users and settings.
    Administrator,
    /// Reads the audit.
    Security,
    /// Handles failure situations.
    Support,
    /// Reads statistics.
    Analyst,
}

/// An employee's session. Sign in with [`crate::orders::Credentials`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StaffSession {
    /// Opaque token of the session; renews access tokens. Null when an access token was renewed.
    pub session_token: Option<String>,
    /// Signed token for the staff faces of all services; lives for minutes.
    pub access_token: String,
    /// When the access token ends.
    #[serde(with = "time::serde::rfc3339")]
    pub access_expires_at: OffsetDateTime,
    /// Login.
    pub login: String,
    /// Name to greet.
    pub name: String,
    /// What the employee may do.
    pub roles: Vec<Role>,
}

/// An entry of the audit (AUD-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// Id.
    pub id: Uuid,
    /// When it happened.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Service that reports it.
    pub source: String,
    /// Who: a login, or the kind of actor.
    pub actor: String,
    /// What was done, such as `session.opened` or `order.paid`.
    pub action: String,
    /// To what, such as an order number; null when nothing.
    pub subject: Option<String>,
    /// More, by action.
    pub details: serde_json::Value,
}

/// One page of the audit, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// Entries.
    pub items: Vec<AuditEntry>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}
