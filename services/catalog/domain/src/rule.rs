use std::collections::{BTreeMap, BTreeSet};

use kernel::ComponentId;

use crate::{Assemblies, BillLine, Check, Facts, Reason, Tree};

/// Whether components of a type may go into units of a category (CAT-4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its code; refusals name it.
    pub code: String,
    /// Units of this category and of all below it; none: all units.
    pub category: Option<String>,
    /// Components of this type; none: all components.
    pub component_type: Option<String>,
    /// What is asked.
    pub check: Check,
}

/// A component as rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The code of its type.
    pub component_type: String,
    /// Its values.
    pub facts: Facts,
}

/// A rule that keeps a component out of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule's code.
    pub rule: String,
    /// The component.
    pub component: ComponentId,
    /// The component's property that the rule looks at.
    pub property: String,
    /// What speaks against it, with both values.
    pub reason: Reason,
}

/// A component is in a bill that nobody knows anything of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing is known of component {0}")]
pub struct UnknownComponent(pub ComponentId);

/// All components that may end up in a unit of these lines: optional ones and substitutes too, assemblies and
/// everything in them.
pub fn candidates(lines: &[BillLine], assemblies: &Assemblies) -> BTreeSet<ComponentId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&BillLine> = lines.iter().collect();
    while let Some(line) = open.pop() {
        found.extend(&line.substitutes);
        if found.insert(line.component) {
            open.extend(assemblies.get(&line.component).into_iter().flatten());
        }
    }
    found
}

/// All that speaks against putting these components into a unit, by component and then in the order of the rules.
pub fn refusals(
    (category, unit): (&str, &Facts),
    components: impl IntoIterator<Item = ComponentId>,
    known: &BTreeMap<ComponentId, Candidate>,
    rules: &[Rule],
    tree: &Tree,
) -> Result<Vec<Refusal>, UnknownComponent> {
    let concerns_unit = |rule: &&Rule| {
        let of = rule.category.as_ref();
        of.is_none_or(|of| tree.is_within(category, of))
    };
    let rules: Vec<&Rule> = rules.iter().filter(concerns_unit).collect();
    let mut found = Vec::new();
    for component in components {
        let candidate = known.get(&component).ok_or(UnknownComponent(component))?;
        for rule in &rules {
            let of = rule.component_type.as_ref();
            if of.is_some_and(|of| *of != candidate.component_type) {
                continue;
            }
            if let Err(reason) = rule.check.judge(unit, &candidate.facts) {
                found.push(Refusal {
                    rule: rule.code.clone(),
                    component,
                    property: rule.check.property().to_owned(),
                    reason,
                });
            }
        }
    }
    Ok(found)
}
