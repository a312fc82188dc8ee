//! Sets: units that belong together (CAT-8).

use garde::Validate;
use kernel::{Money, ProductId, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Availability, Color, MAX_QUANTITY, ProductCard, Term};

/// The most different units a set may have.
pub const MAX_SET_UNITS: usize = 50;

/// The state of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetState {
    /// It has no units.
    Empty,
    /// Units are missing, or there are some that may not be in it.
    Incomplete,
    /// Exactly what is required.
    Complete,
    /// All that is required, and more.
    CompleteWithExtras,
}

/// Units of a category that a set lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetLack {
    /// The category; units of those below it count, too.
    pub category: Term,
    /// Units that are missing.
    pub missing: i64,
}

/// A rule that decides whether a unit may be in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetRule {
    /// Units have the set's colour.
    Color,
    /// Units have the set's material.
    Material,
}

/// Why a unit may not be in a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetRefusal {
    /// The unit.
    pub product_id: ProductId,
    /// The rule that speaks against it.
    pub rule: SetRule,
    /// What the set has: the code of a colour or a material.
    #[schema(example = "white")]
    pub set: String,
    /// What the unit has.
    #[schema(example = "walnut")]
    pub unit: String,
    /// The same for people.
    pub message: Text,
}

/// What units make of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetStanding {
    /// Its state.
    pub state: SetState,
    /// What it lacks.
    pub missing: Vec<SetLack>,
    /// Units that may not be in it; they count for nothing.
    pub refusals: Vec<SetRefusal>,
    /// Units without a price (CAT-10).
    pub unpriced: Vec<ProductId>,
    /// What all units cost; null where one has no price.
    pub total: Option<Money>,
    /// The most that may come off the total, when the goods come from near by (CHK-3): nothing while the set is not
    /// complete. Null where there is no total.
    pub discount: Option<Money>,
    /// "Up to N %", in hundredths of a per cent; given when the set is complete.
    #[schema(example = 1_000)]
    pub max_discount_bp: i32,
}

/// A set as lists show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetCard {
    /// Its id.
    pub id: Uuid,
    /// What it is called elsewhere.
    #[schema(example = "KITCHEN-ONEGA-1")]
    pub external_id: String,
    /// Its kind.
    pub kind: Term,
    /// Name in both languages.
    pub name: Text,
    /// Colour.
    pub color: Color,
    /// Material.
    pub material: Term,
    /// Units in it, over all products.
    pub units: i64,
    /// How it stands.
    #[serde(flatten)]
    pub standing: SetStanding,
}

/// One page of sets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetPage {
    /// At most 30 sets, last added first.
    pub items: Vec<SetCard>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// A unit of a set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetUnit {
    /// How many of it.
    pub quantity: i64,
    /// The product.
    pub product: ProductCard,
}

/// A set with everything its page shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetDetail {
    /// What lists show.
    #[serde(flatten)]
    pub card: SetCard,
    /// Description in both languages.
    pub description: Text,
    /// Its units in their order.
    pub contents: Vec<SetUnit>,
    /// How often the whole set can be put together, components that its units share counted once (CAT-6).
    pub availability: Availability,
}

/// A unit that is to be in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetCheckUnit {
    /// The product.
    #[garde(skip)]
    pub product_id: ProductId,
    /// How many of it, 1 to [`MAX_QUANTITY`].
    #[garde(range(min = 1, max = MAX_QUANTITY))]
    pub quantity: i64,
}

/// Asks what units would make of a set (CAT-8). `POST /api/catalog/v1/sets/check`; nothing is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct SetCheck {
    /// Code of the kind of set.
    #[garde(length(min = 1, max = 40))]
    #[schema(example = "kitchen")]
    pub kind: String,
    /// Code of the set's colour.
    #[garde(length(min = 1, max = 40))]
    #[schema(example = "white")]
    pub color: String,
    /// Code of the set's material.
    #[garde(length(min = 1, max = 40))]
    #[schema(example = "oak")]
    pub material: String,
    /// At most [`MAX_SET_UNITS`]; the same product may come twice.
    #[garde(length(max = MAX_SET_UNITS), dive)]
    pub units: Vec<SetCheckUnit>,
}
