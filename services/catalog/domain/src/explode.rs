use std::collections::BTreeMap;

use kernel::ComponentId;

use crate::bill::check;
use crate::{Bill, BillError, Part, TooMuch};

/// One line of a bill of materials as employees write it (CAT-3), of a unit or of an assembly.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BillLine {
    /// The component, plain or an assembly.
    pub component: ComponentId,
    /// Components that take its place piece by piece, the most welcome first.
    pub substitutes: Vec<ComponentId>,
    /// Pieces of it in one unit, at least 1.
    pub quantity: i64,
    /// Whether a unit cannot be built without it. Optional lines are neither counted nor reserved.
    pub required: bool,
}

/// The lines of assemblies. A component that is not among them is plain.
pub type Assemblies = BTreeMap<ComponentId, Vec<BillLine>>;

/// Why lines cannot be multiplied out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExplodeError {
    /// A line is not sound in itself, or the pieces do not fit into 64 bits.
    #[error(transparent)]
    Bill(#[from] BillError),
    /// An assembly contains itself: each of these contains the next one and the last the first.
    #[error("assembly {} contains itself", .0[0])]
    Cycle(Vec<ComponentId>),
    /// A line of an assembly has substitutes.
    #[error("component {0} is an assembly and cannot have substitutes")]
    Replaced(ComponentId),
    /// An assembly is a substitute.
    #[error("component {substitute} is an assembly and cannot replace component {component}")]
    Replacing {
        /// The line's component.
        component: ComponentId,
        /// The assembly among its substitutes.
        substitute: ComponentId,
    },
}

impl From<TooMuch> for ExplodeError {
    fn from(error: TooMuch) -> Self {
        Self::Bill(error.into())
    }
}

/// Multiplies lines out: the pieces of plain components that one unit cannot be built without, through assemblies of
/// any depth. Lines that are optional are checked, with all below them, but take nothing.
///
/// Takes time and memory in proportion to the lines there are, however many ways lead to an assembly.
pub fn explode(lines: &[BillLine], assemblies: &Assemblies) -> Result<Bill, ExplodeError> {
    let order = bottom_up(lines, assemblies)?;
    let mut wanted: BTreeMap<ComponentId, i64> = BTreeMap::new();
    let mut parts = Vec::new();
    multiply(lines, 1, assemblies, &mut wanted, &mut parts)?;
    // An assembly comes after all that contain it, so its number is final when its turn comes.
    for assembly in order.into_iter().rev() {
        if let Some(&times) = wanted.get(&assembly) {
            multiply(&assemblies[&assembly], times, assemblies, &mut wanted, &mut parts)?;
        }
    }
    Ok(Bill::new(parts)?)
}

fn multiply(
    lines: &[BillLine],
    times: i64,
    assemblies: &Assemblies,
    wanted: &mut BTreeMap<ComponentId, i64>,
    parts: &mut Vec<Part>,
) -> Result<(), TooMuch> {
    for line in lines.iter().filter(|line| line.required) {
        let too_much = TooMuch(line.component);
        let quantity = line.quantity.checked_mul(times).ok_or(too_much)?;
        if assemblies.contains_key(&line.component) {
            let sum = wanted.entry(line.component).or_default();
            *sum = sum.checked_add(quantity).ok_or(too_much)?;
        } else {
            parts.push(Part {
                component: line.component,
                substitutes: line.substitutes.clone(),
                quantity,
            });
        }
    }
    Ok(())
}

/// The assemblies that the lines lead to, each after those it contains. Walks with a stack of its own: how deep
/// employees nest is no business of the thread's.
fn bottom_up(lines: &[BillLine], assemblies: &Assemblies) -> Result<Vec<ComponentId>, ExplodeError> {
    #[derive(PartialEq)]
    enum Mark {
        Open,
        Done,
    }
    let mut marks: BTreeMap<ComponentId, Mark> = BTreeMap::new();
    let mut done = Vec::new();
    let mut path: Vec<(Option<ComponentId>, std::slice::Iter<'_, BillLine>)> = vec![(None, lines.iter())];
    while let Some((owner, rest)) = path.last_mut() {
        let Some(line) = rest.next() else {
            if let Some(owner) = *owner {
                marks.insert(owner, Mark::Done);
                done.push(owner);
            }
            path.pop();
            continue;
        };
        sound(line, assemblies)?;
        let Some(below) = assemblies.get(&line.component) else {
            continue;
        };
        match marks.get(&line.component) {
            Some(Mark::Done) => {}
            Some(Mark::Open) => {
                let on_path = path.iter().filter_map(|(owner, _)| *owner);
                return Err(ExplodeError::Cycle(
                    on_path.skip_while(|owner| *owner != line.component).collect(),
                ));
            }
            None => {
                marks.insert(line.component, Mark::Open);
                path.push((Some(line.component), below.iter()));
            }
        }
    }
    Ok(done)
}

fn sound(line: &BillLine, assemblies: &Assemblies) -> Result<(), ExplodeError> {
    check(line.component, &line.substitutes, line.quantity)?;
    if !line.substitutes.is_empty() && assemblies.contains_key(&line.component) {
        return Err(ExplodeError::Replaced(line.component));
    }
    match line.substitutes.iter().find(|s| assemblies.contains_key(s)) {
        Some(&substitute) => Err(ExplodeError::Replacing {
            component: line.component,
            substitute,
        }),
        None => Ok(()),
    }
}
