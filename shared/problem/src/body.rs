use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One field or parameter that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// Where, from the body's root: `lines[0].quantity`; or the parameter's name.
    #[schema(example = "lines[0].quantity")]
    pub field: String,
    /// What is wrong with it; stable.
    #[schema(example = "too_small")]
    pub code: String,
    /// The same for people, in the caller's language.
    #[schema(example = "не меньше 1")]
    pub message: String,
}

/// An `application/problem+json` answer (RFC 9457) as it travels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProblemBody {
    /// Stable identifier of the kind of problem.
    #[serde(rename = "type")]
    #[schema(example = "https://garnitur.ru/problems/validation")]
    pub type_: String,
    /// What the kind is called, in the caller's language.
    #[schema(example = "Данные заполнены неверно")]
    pub title: String,
    /// The answer's HTTP status again.
    #[schema(example = 422)]
    pub status: u16,
    /// What happened this time, in the caller's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The fields that are wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
    /// Finds an unexpected error in traces and logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
    /// What a kind adds for programs, such as `shortages`.
    #[serde(flatten)]
    pub extensions: BTreeMap<String, serde_json::Value>,
}

impl ProblemBody {
    /// The kind's slug: the last segment of `type`.
    pub fn slug(&self) -> &str {
        self.type_.rsplit('/').next().unwrap_or_default()
    }
}
