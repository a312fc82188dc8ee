//! The backoffice service: employees, their sessions, the audit and the feature toggles.

mod employees;
mod toggles;

use garde::Validate;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

pub use employees::{Employee, EmployeeChange, EmployeesPage, EmployeesQuery, NewEmployee, NewPassword};
pub use toggles::{Toggles, TogglesChange, TogglesChanges, TogglesQuery, TogglesUpdate};

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
    /// Place in the chain, counted from 1 without gaps.
    pub seq: i64,
    /// Id; an entry made from an event has the event's.
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
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
    /// Hash over the entry and the hash of the one before, hexadecimal. Kept elsewhere, it proves later that nothing
    /// up to here was changed.
    pub hash: String,
}

/// Which entries of the audit; all filters must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Login, or kind of actor.
    #[garde(length(chars, min = 1, max = 128))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Action, such as `session.refused`.
    #[garde(length(chars, min = 1, max = 128))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// What it was done to, such as an order number.
    #[garde(length(chars, min = 1, max = 128))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Nothing that happened earlier (RFC 3339).
    #[garde(skip)]
    #[serde(
        default,
        with = "time::serde::rfc3339::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub since: Option<OffsetDateTime>,
    /// Entries a page, 1 to 100; 50 by default.
    #[garde(range(min = 1, max = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u16>,
    /// Where the page before ended.
    #[garde(length(max = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One page of the audit, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditPage {
    /// Entries.
    pub items: Vec<AuditEntry>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Whether the audit is as it was written (AUD-1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditVerification {
    /// Whether every entry is.
    pub intact: bool,
    /// Entries that were looked at.
    pub entries: i64,
    /// Hash of the last entry as the chain's head remembers it, hexadecimal.
    pub head: String,
    /// The first thing that is wrong; null when nothing is.
    pub fault: Option<AuditFault>,
}

/// What is wrong with the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditFault {
    /// Place in the chain.
    pub seq: i64,
    /// What is wrong there.
    pub kind: AuditFaultKind,
}

/// How an entry of the audit can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditFaultKind {
    /// There is no entry in this place.
    Missing,
    /// The entry does not follow from the one before.
    Unlinked,
    /// The entry's content was changed.
    Changed,
    /// The chain's head names another entry as the last.
    WrongHead,
}
