//! Edits of the assortment: every change of a thing makes a version, and versions are kept.

use kernel::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;
use utoipa::ToSchema;

/// A kind of thing that employees edit in versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AssortmentKind {
    /// A node of the tree of categories.
    Category,
    /// A colour.
    Color,
    /// A material.
    Material,
    /// A property that employees define.
    Property,
    /// A type of components.
    ComponentType,
    /// A rule of compatibility.
    CompatibilityRule,
    /// A margin.
    MarginRule,
    /// A component, assemblies among them.
    Component,
    /// A furniture unit.
    Product,
    /// A kind of sets.
    SetKind,
    /// A set.
    Set,
    /// A warehouse.
    Warehouse,
}

impl AssortmentKind {
    /// The kind's name, as it is written everywhere.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::Color => "color",
            Self::Material => "material",
            Self::Property => "property",
            Self::ComponentType => "component_type",
            Self::CompatibilityRule => "compatibility_rule",
            Self::MarginRule => "margin_rule",
            Self::Component => "component",
            Self::Product => "product",
            Self::SetKind => "set_kind",
            Self::Set => "set",
            Self::Warehouse => "warehouse",
        }
    }
}

/// What was done to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeAction {
    /// It was there before anybody edited it: from an import.
    Import,
    /// It was made.
    Create,
    /// It was changed.
    Change,
    /// It was marked as deleted.
    Delete,
    /// The mark was taken away.
    Restore,
}

impl ChangeAction {
    /// The action's name, as it is written everywhere.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Create => "create",
            Self::Change => "change",
            Self::Delete => "delete",
            Self::Restore => "restore",
        }
    }
}

/// A field that is different. Extension member `changed` of the problem `precondition-failed` has a list of these.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FieldChange {
    /// Name of the field.
    #[schema(example = "cost")]
    pub field: String,
    /// Its value before; null where there was none, and where it is long.
    pub before: Value,
    /// Its value now; null where there is none, and where it is long.
    pub now: Value,
}

/// One version of a thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssortmentChange {
    /// The version that came to be.
    pub version: i64,
    /// What was done.
    pub action: ChangeAction,
    /// Login of the employee; null for an import.
    pub actor: Option<String>,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What is different from the version before; empty for the first one.
    pub changed: Vec<FieldChange>,
}

/// One page of a thing's versions, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AssortmentChangePage {
    /// At most 30 versions.
    pub items: Vec<AssortmentChange>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Something that uses a thing, so that the thing cannot be deleted. Extension member `users` of the problem
/// `in-use` has up to 20 of these.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UsedBy {
    /// What kind of thing it is.
    pub kind: AssortmentKind,
    /// Its code or id.
    pub code: String,
    /// Its name in both languages.
    pub name: Text,
}
