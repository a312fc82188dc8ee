use kernel::{Currency, Money, MoneyError, ProductId};

use crate::Tree;
use crate::flow::Network;

/// Units of a category, or of those below it, that a kind of set needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement {
    /// The category.
    pub category: String,
    /// Units, at least 1.
    pub quantity: i64,
}

/// A kind of set, such as a kitchen (CAT-8).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetKind {
    /// What it needs. A unit counts for one of them, however many it could count for.
    pub requirements: Vec<Requirement>,
    /// Whether units must have the set's colour.
    pub same_color: bool,
    /// Whether units must have the set's material.
    pub same_material: bool,
    /// "Up to N %", in hundredths of a per cent.
    pub max_discount_bp: u32,
}

/// A unit of a set, or one that is to become one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUnit {
    /// The product.
    pub product: ProductId,
    /// Its category.
    pub category: String,
    /// Its colour.
    pub color: String,
    /// Its material.
    pub material: String,
    /// How many of it, at least 1.
    pub quantity: i64,
    /// The price of one, when there is one.
    pub price: Option<Money>,
}

/// Why a unit may not join a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// It has another colour than the set.
    Color {
        /// The set's.
        set: String,
        /// The unit's.
        unit: String,
    },
    /// It has another material than the set.
    Material {
        /// The set's.
        set: String,
        /// The unit's.
        unit: String,
    },
}

/// A requirement that a set does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmet {
    /// The category.
    pub category: String,
    /// Units that are missing.
    pub missing: i64,
}

/// The state of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetState {
    /// It has no units.
    Empty,
    /// Units are missing, or there are some that may not be in it; those count for nothing.
    Incomplete {
        /// What is missing.
        unmet: Vec<Unmet>,
        /// Units that may not be in it, each with what speaks against it.
        foreign: Vec<(ProductId, Vec<Objection>)>,
    },
    /// Exactly what is required.
    Complete,
    /// All that is required, and more.
    CompleteWithExtras,
}

impl SetState {
    /// Whether nothing is missing.
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Complete | Self::CompleteWithExtras)
    }
}

/// A set: its kind, and what it looks like.
#[derive(Debug, Clone, Copy)]
pub struct Set<'a> {
    /// Its kind.
    pub kind: &'a SetKind,
    /// Its colour.
    pub color: &'a str,
    /// Its material.
    pub material: &'a str,
}

impl Set<'_> {
    /// Whether a unit may join; all that speaks against it else. Units of any category may: what is not required is
    /// an extra.
    pub fn may_join(&self, unit: &SetUnit) -> Result<(), Vec<Objection>> {
        let mut objections = Vec::new();
        if self.kind.same_color && unit.color != self.color {
            objections.push(Objection::Color {
                set: self.color.to_owned(),
                unit: unit.color.clone(),
            });
        }
        if self.kind.same_material && unit.material != self.material {
            objections.push(Objection::Material {
                set: self.material.to_owned(),
                unit: unit.material.clone(),
            });
        }
        if objections.is_empty() {
            Ok(())
        } else {
            Err(objections)
        }
    }

    /// The state of the set with these units. Where a unit could count for several requirements, it counts for the
    /// one that is short else.
    pub fn state(&self, units: &[SetUnit], tree: &Tree) -> SetState {
        if units.is_empty() {
            return SetState::Empty;
        }
        let (mut own, mut foreign) = (Vec::new(), Vec::new());
        for unit in units {
            match self.may_join(unit) {
                Ok(()) => own.push(unit),
                Err(objections) => foreign.push((unit.product, objections)),
            }
        }
        let requirements = &self.kind.requirements;
        let counting = |requirement: &Requirement| {
            let numbered = own.iter().enumerate();
            let fitting = numbered.filter(|(_, unit)| tree.is_within(&unit.category, &requirement.category));
            fitting.map(|(number, _)| (number, 0)).collect::<Vec<_>>()
        };
        let mut network = Network::new(own.len(), requirements.iter().map(counting));
        network.reset(
            requirements.iter().map(|requirement| requirement.quantity),
            own.iter().map(|unit| unit.quantity),
        );
        if !network.fill() || !foreign.is_empty() {
            let short = requirements.iter().zip(network.needs());
            let unmet = short
                .filter(|&(_, &missing)| missing > 0)
                .map(|(requirement, &missing)| Unmet {
                    category: requirement.category.clone(),
                    missing,
                });
            return SetState::Incomplete {
                unmet: unmet.collect(),
                foreign,
            };
        }
        let extras = (0..own.len()).any(|unit| network.taken(unit) < own[unit].quantity);
        if extras {
            SetState::CompleteWithExtras
        } else {
            SetState::Complete
        }
    }
}

/// Why a set has no total.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TotalError {
    /// These units have no price (CAT-10).
    #[error("{} units have no price", .0.len())]
    Unpriced(Vec<ProductId>),
    /// The prices cannot be added up.
    #[error(transparent)]
    Money(#[from] MoneyError),
}

/// What all units of a set cost together; nothing, in `currency`, when there are none.
pub fn total(units: &[SetUnit], currency: Currency) -> Result<Money, TotalError> {
    let unpriced: Vec<ProductId> = units
        .iter()
        .filter(|unit| unit.price.is_none())
        .map(|unit| unit.product)
        .collect();
    if !unpriced.is_empty() {
        return Err(TotalError::Unpriced(unpriced));
    }
    let mut sum: Option<Money> = None;
    for (price, quantity) in units.iter().filter_map(|unit| Some((unit.price?, unit.quantity))) {
        let of_unit = price.times(quantity)?;
        sum = Some(match sum {
            Some(sum) => sum.plus(of_unit)?,
            None => of_unit,
        });
    }
    Ok(sum.unwrap_or(Money::new(0, currency)))
}

/// A discount of "up to N %" (CHK-3): N % of the subtotal less what delivery costs more because goods come from
/// warehouses farther away, in whole minor units rounded down. Never below nothing and never above N %.
pub fn discount(max_bp: u32, subtotal: Money, extra_delivery: Money) -> Result<Money, MoneyError> {
    const WHOLE: i128 = 10_000;
    if subtotal.currency != extra_delivery.currency {
        return Err(MoneyError::Mixed(subtotal.currency, extra_delivery.currency));
    }
    let most = i128::from(subtotal.amount.max(0)) * i128::from(max_bp).min(WHOLE) / WHOLE;
    let left = (most - i128::from(extra_delivery.amount.max(0))).max(0);
    let amount = i64::try_from(left).map_err(|_| MoneyError::Overflow)?;
    Ok(Money::new(amount, subtotal.currency))
}

/// The discount on a set: none while it is not complete.
pub fn set_discount(
    kind: &SetKind,
    state: &SetState,
    subtotal: Money,
    extra_delivery: Money,
) -> Result<Money, MoneyError> {
    let max_bp = if state.is_complete() {
        kind.max_discount_bp
    } else {
        0
    };
    discount(max_bp, subtotal, extra_delivery)
}
