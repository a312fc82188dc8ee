//! Kinds of sets and sets as employees shape them (CAT-8).

use garde::Validate;
use kernel::Text;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;
use uuid::Uuid;

use super::checks::{small_code, title};
use super::{MAX_SET_UNITS, SetCheckUnit};

/// Units of a category that a kind of set needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetRequirement {
    /// Code of the category; units of those below it count, too.
    #[garde(custom(small_code))]
    #[schema(example = "tables")]
    pub category: String,
    /// Units, at least 1.
    #[garde(range(min = 1, max = 1_000))]
    pub quantity: i32,
}

/// A kind of set, such as a kitchen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetKindContent {
    /// Stable code; cannot be changed.
    #[garde(custom(small_code))]
    #[schema(example = "kitchen")]
    pub code: String,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// Place in lists.
    #[garde(skip)]
    #[schema(example = 1)]
    pub position: i32,
    /// Whether units must have the set's colour.
    #[garde(skip)]
    pub same_color: bool,
    /// Whether units must have the set's material.
    #[garde(skip)]
    pub same_material: bool,
    /// "Up to N %" (CHK-3), in hundredths of a per cent.
    #[garde(range(min = 0, max = 10_000))]
    #[schema(example = 1_000)]
    pub max_discount_bp: i32,
    /// What a set of this kind needs.
    #[garde(length(max = 50), dive)]
    pub requirements: Vec<SetRequirement>,
}

/// A set as employees write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetContent {
    /// What it is called elsewhere: letters, digits, `.`, `_` and `-`; nothing of the form of a UUID.
    #[garde(custom(is_external_id))]
    #[schema(example = "KITCHEN-ONEGA-1")]
    pub external_id: String,
    /// Code of its kind.
    #[garde(custom(small_code))]
    #[schema(example = "kitchen")]
    pub kind: String,
    /// Name in both languages.
    #[garde(custom(title))]
    pub name: Text,
    /// Description in both languages, up to 5,000 characters each.
    #[garde(custom(is_description))]
    pub description: Text,
    /// Code of its colour.
    #[garde(custom(small_code))]
    #[schema(example = "white")]
    pub color: String,
    /// Code of its material.
    #[garde(custom(small_code))]
    #[schema(example = "oak")]
    pub material: String,
    /// Its units in their order, each product once. A set need not be complete, but each unit must fit it.
    #[garde(length(max = MAX_SET_UNITS), dive)]
    pub units: Vec<SetCheckUnit>,
}

/// A set with how it stands. The version is also the answer's `ETag`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetEntry {
    /// Its id.
    pub id: Uuid,
    /// What it is.
    #[serde(flatten)]
    pub content: SetContent,
    /// Counts its changes.
    #[schema(example = 3)]
    pub version: i64,
    /// When it was deleted; null while it is in use.
    #[serde(with = "time::serde::rfc3339::option")]
    pub deleted_at: Option<OffsetDateTime>,
}

/// One page of sets, deleted ones among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetEntryPage {
    /// At most 30 sets, in the order of their external ids.
    pub items: Vec<SetEntry>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

fn is_external_id<X>(text: &str, _: &X) -> garde::Result {
    let bytes = text.as_bytes();
    let fits = bytes.len() <= 64
        && bytes.first().is_some_and(u8::is_ascii_alphanumeric)
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
        && Uuid::parse_str(text).is_err();
    if fits {
        return Ok(());
    }
    Err(garde::Error::new(
        "от 1 до 64 латинских букв, цифр, точек, дефисов и подчёркиваний, не UUID | \
         1 to 64 letters a–z, digits, dots, hyphens and underscores, not a UUID",
    ))
}

fn is_description<X>(text: &Text, _: &X) -> garde::Result {
    let fits = [&text.ru, &text.en].into_iter().all(|text| {
        text.chars().count() <= 5_000 && !text.chars().any(|char| char.is_control() && char != '\n')
    });
    if fits {
        return Ok(());
    }
    Err(garde::Error::new(
        "до 5000 символов на каждом языке | up to 5,000 characters in each language",
    ))
}
