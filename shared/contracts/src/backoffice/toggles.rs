//! Feature toggles (CFG-1).

use garde::Validate;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};

/// The definitions of all toggles at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Toggles {
    /// Their version; 0 before anybody has saved any.
    pub version: i64,
    /// How they came into force; null before anybody has saved any.
    pub change: Option<TogglesChange>,
    /// The definitions in flagd's JSON format. `metadata.version` is the version above.
    #[schema(value_type = Object)]
    pub definitions: serde_json::Value,
}

/// How a version of the toggles came into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TogglesChange {
    /// The version.
    pub version: i64,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Login of the administrator.
    pub actor: String,
    /// Why.
    pub reason: String,
}

/// Definitions that are to come into force, all of them: a toggle that is missing is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TogglesUpdate {
    /// The definitions in flagd's JSON format; what `metadata.version` says is not looked at.
    #[garde(skip)]
    #[schema(value_type = Object)]
    pub definitions: serde_json::Value,
    /// Why, for those who come after.
    #[garde(length(chars, min = 3, max = 500))]
    pub reason: String,
}

/// Which versions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TogglesQuery {
    /// Versions a page, 1 to 100; 20 by default.
    #[garde(range(min = 1, max = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u16>,
    /// Where the page before ended.
    #[garde(length(max = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One page of versions, the one in force first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TogglesChanges {
    /// Versions.
    pub items: Vec<TogglesChange>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}
