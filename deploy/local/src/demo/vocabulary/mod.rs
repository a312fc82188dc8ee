//! What units and components are described by: categories, properties, types, rules, margins, kinds of sets.

mod categories;
mod properties;
mod rules;
mod set_kinds;
mod types;

use contracts::catalog::PropertyUse;

pub(super) use categories::{categories, has};
pub(super) use properties::properties;
pub(super) use rules::{margins, rules};
pub(super) use set_kinds::set_kinds;
pub(super) use types::types;

/// Code of a property, and whether it must have a value.
type Use = (&'static str, bool);

fn uses(properties: &[Use]) -> Vec<PropertyUse> {
    let uses = properties.iter().map(|&(property, required)| PropertyUse {
        property: property.to_owned(),
        required,
    });
    uses.collect()
}
