//! Drafts: what an employee has typed and not published (CAT-7).

use garde::Validate;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Component, UnitView};

/// What a draft is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftSubject {
    /// A component.
    Component,
    /// A furniture unit.
    Product,
}

/// Begins a draft. `POST /api/staff/v1/catalog/drafts`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "subject": "product", "target_id": null, "content": { "name": { "ru": "Стол" } } }))]
pub struct NewDraft {
    /// What it is of.
    #[garde(skip)]
    pub subject: DraftSubject,
    /// What is edited; null for something new.
    #[garde(skip)]
    pub target_id: Option<Uuid>,
    /// What was typed so far, in whatever state; null begins with the target as it is, or with nothing.
    #[garde(skip)]
    #[schema(value_type = Option<Object>)]
    pub content: Option<Map<String, Value>>,
}

/// What was typed. `PUT /api/staff/v1/catalog/drafts/{id}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "content": { "name": { "ru": "Стол «Ильмень»", "en": "" }, "weight_g": null } }))]
pub struct DraftContent {
    /// All of it, in whatever state.
    #[garde(skip)]
    #[schema(value_type = Object)]
    pub content: Map<String, Value>,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Draft {
    /// Id.
    pub id: Uuid,
    /// What it is of.
    pub subject: DraftSubject,
    /// What is edited; null for something new.
    pub target_id: Option<Uuid>,
    /// The target's version when the draft was begun.
    pub base_version: Option<i64>,
    /// What was typed.
    #[schema(value_type = Object)]
    pub content: Map<String, Value>,
    /// Counts its saves; the answer's `ETag`.
    pub version: i64,
    /// When it was begun.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was last saved.
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
}

/// One page of the caller's drafts, last saved first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DraftPage {
    /// At most 30 drafts.
    pub items: Vec<Draft>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// What came of a published draft.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "subject", content = "saved", rename_all = "snake_case")]
pub enum Published {
    /// A component.
    Component(Box<Component>),
    /// A furniture unit.
    Product(Box<UnitView>),
}
