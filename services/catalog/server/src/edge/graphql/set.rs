use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};
use catalog_store::{SetRef, SetSheet};
use contracts::catalog::{
    MAX_SET_UNITS, SetCard, SetLack, SetRefusal, SetRule, SetStanding, SetState, SetUnit,
};
use problem::Problem;

use super::errors::Refusal;
use super::loaders::{SetKey, SetStockKey, reads};
use super::product::{AvailabilityValue, COUNTING, Product};
use super::values::{ColorValue, Language, Long, MoneyValue, TermValue, list_cost, parse_count, say};
use crate::lookups::set_missing;

/// Units of a set that one field may ask for: all that there may be.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "it is small"
)]
pub const MAX_UNITS: i32 = MAX_SET_UNITS as i32;

/// A set of furniture units.
pub struct ProductSet {
    card: SetCard,
    /// What lists do not have; read when it is asked for.
    sheet: Option<Arc<SetSheet>>,
}

impl From<SetCard> for ProductSet {
    fn from(card: SetCard) -> Self {
        Self { card, sheet: None }
    }
}

impl ProductSet {
    /// The set that a key names; logs it when there is none.
    pub async fn find(ctx: &Context<'_>, key: SetKey) -> Result<Option<Self>, Problem> {
        let found = reads(ctx).load_one(key.clone()).await?;
        if found.is_none() {
            // For the log alone: that there is none is an answer here.
            let _ = set_missing(&match key {
                SetKey::Id(id) => SetRef::Id(id),
                SetKey::External(id) => SetRef::External(id),
            });
        }
        Ok(found.map(|sheet| Self {
            card: sheet.card.clone(),
            sheet: Some(sheet),
        }))
    }

    async fn sheet(&self, ctx: &Context<'_>) -> Result<Arc<SetSheet>, Problem> {
        if let Some(sheet) = &self.sheet {
            return Ok(Arc::clone(sheet));
        }
        let found = reads(ctx).load_one(SetKey::Id(self.card.id)).await?;
        // It was deleted since the list was read.
        found.ok_or_else(|| set_missing(&SetRef::Id(self.card.id)))
    }
}

/// Furniture units that belong together.
#[Object(name = "ProductSet")]
impl ProductSet {
    /// Id.
    async fn id(&self) -> ID {
        self.card.id.into()
    }

    /// What it is called elsewhere; in addresses, too.
    async fn external_id(&self) -> &str {
        &self.card.external_id
    }

    /// Its kind.
    async fn kind(&self) -> TermValue {
        TermValue(self.card.kind.clone())
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.card.name, lang)
    }

    /// Description.
    async fn description(&self, ctx: &Context<'_>, lang: Option<Language>) -> Result<String, Refusal> {
        Ok(say(ctx, &self.sheet(ctx).await?.description, lang))
    }

    /// Colour.
    async fn color(&self) -> ColorValue {
        ColorValue(self.card.color.clone())
    }

    /// Material.
    async fn material(&self) -> TermValue {
        TermValue(self.card.material.clone())
    }

    /// Units in it, over all products.
    async fn unit_count(&self) -> Long {
        Long(self.card.units)
    }

    /// How it stands with its units as they are now (CAT-8).
    async fn standing(&self) -> StandingValue {
        StandingValue(self.card.standing.clone())
    }

    /// Its units in their order, the first of at most 50.
    #[graphql(complexity = "list_cost(first, MAX_UNITS, child_complexity)")]
    async fn units(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 10)] first: i32,
    ) -> Result<Vec<UnitValue>, Refusal> {
        let first = parse_count("first", first, MAX_UNITS)?;
        let sheet = self.sheet(ctx).await?;
        let units = sheet.contents.iter().take(first.into());
        Ok(units.cloned().map(UnitValue).collect())
    }

    /// How often all of it can be put together at this moment, components that its units share counted once (CAT-6).
    #[graphql(complexity = "COUNTING + child_complexity * 10")]
    async fn availability(&self, ctx: &Context<'_>) -> Result<AvailabilityValue, Refusal> {
        let found = reads(ctx).load_one(SetStockKey(self.card.id)).await?;
        let found = found.ok_or_else(|| set_missing(&SetRef::Id(self.card.id)))?;
        Ok(AvailabilityValue(found))
    }
}

struct UnitValue(SetUnit);

/// A unit of a set.
#[Object(name = "SetUnit")]
impl UnitValue {
    /// How many of it.
    async fn quantity(&self) -> Long {
        Long(self.0.quantity)
    }

    /// The unit; null where it is asked for what is not known any more of one that went off sale.
    async fn product(&self) -> Option<Product> {
        Some(self.0.product.clone().into())
    }
}

/// The state of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "SetState", remote = "SetState")]
enum StateValue {
    /// It has no units.
    Empty,
    /// Units are missing, or there are some that may not be in it.
    Incomplete,
    /// Exactly what is required.
    Complete,
    /// All that is required, and more.
    CompleteWithExtras,
}

/// A rule that decides whether a unit may be in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "SetRule", remote = "SetRule")]
enum RuleValue {
    /// Units have the set's colour.
    Color,
    /// Units have the set's material.
    Material,
}

/// What units make of a set.
pub struct StandingValue(pub SetStanding);

/// What units make of a set (CAT-8).
#[Object(name = "SetStanding")]
impl StandingValue {
    /// Its state.
    async fn state(&self) -> StateValue {
        self.0.state.into()
    }

    /// What it lacks.
    #[graphql(complexity = "child_complexity * 5 + 1")]
    async fn missing(&self) -> Vec<LackValue> {
        self.0.missing.iter().cloned().map(LackValue).collect()
    }

    /// Units that may not be in it; they count for nothing.
    #[graphql(complexity = "child_complexity * 10 + 1")]
    async fn refusals(&self) -> Vec<RefusalValue> {
        self.0.refusals.iter().cloned().map(RefusalValue).collect()
    }

    /// Ids of units without a price (CAT-10).
    async fn unpriced(&self) -> Vec<ID> {
        self.0.unpriced.iter().copied().map(ID::from).collect()
    }

    /// What all units cost; null where one has no price.
    async fn total(&self) -> Option<MoneyValue> {
        self.0.total.map(MoneyValue::from)
    }

    /// The most that may come off the total, when the goods come from near by (CHK-3): nothing while the set is not
    /// complete. Null where there is no total.
    async fn discount(&self) -> Option<MoneyValue> {
        self.0.discount.map(MoneyValue::from)
    }

    /// "Up to N %", in hundredths of a per cent; given when the set is complete.
    async fn max_discount_bp(&self) -> i32 {
        self.0.max_discount_bp
    }
}

struct LackValue(SetLack);

/// Units of a category that a set lacks.
#[Object(name = "SetLack")]
impl LackValue {
    /// The category; units of those below it count, too.
    async fn category(&self) -> TermValue {
        TermValue(self.0.category.clone())
    }

    /// Units that are missing.
    async fn missing(&self) -> Long {
        Long(self.0.missing)
    }
}

struct RefusalValue(SetRefusal);

/// Why a unit may not be in a set.
#[Object(name = "SetRefusal")]
impl RefusalValue {
    /// Id of the unit.
    async fn product_id(&self) -> ID {
        self.0.product_id.into()
    }

    /// The rule that speaks against it.
    async fn rule(&self) -> RuleValue {
        self.0.rule.into()
    }

    /// What the set has: the code of a colour or a material.
    async fn set(&self) -> &str {
        &self.0.set
    }

    /// What the unit has.
    async fn unit(&self) -> &str {
        &self.0.unit
    }

    /// The same for people.
    async fn message(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.message, lang)
    }
}
