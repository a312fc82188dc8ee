use std::cmp::Ordering;

use kernel::ComponentId;

/// A line of a bill multiplied out over all levels: pieces of one plain component, or of what may replace it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Part {
    /// The component that is meant.
    pub component: ComponentId,
    /// Components that take its place piece by piece, the most welcome first (CAT-3).
    pub substitutes: Vec<ComponentId>,
    /// Pieces, at least 1.
    pub quantity: i64,
}

impl Part {
    /// A part that nothing can replace.
    pub const fn plain(component: ComponentId, quantity: i64) -> Self {
        Self {
            component,
            substitutes: Vec::new(),
            quantity,
        }
    }

    /// The components that can serve, in order of preference.
    pub fn options(&self) -> impl Iterator<Item = ComponentId> + '_ {
        std::iter::once(self.component).chain(self.substitutes.iter().copied())
    }

    fn order(&self, other: &Self) -> Ordering {
        (self.component, &self.substitutes).cmp(&(other.component, &other.substitutes))
    }
}

/// Why parts do not make a bill of materials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    /// A line asks for less than one piece.
    #[error("component {0} is listed with a quantity below 1")]
    Quantity(ComponentId),
    /// A substitute is the component itself or is named twice.
    #[error("component {substitute} is named twice among component {component} and its substitutes")]
    Repeated {
        /// The line's component.
        component: ComponentId,
        /// The one named twice.
        substitute: ComponentId,
    },
    /// The pieces of a component do not fit into 64 bits.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
}

/// A quantity does not fit into 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the quantity of component {0} is too large")]
pub struct TooMuch(pub ComponentId);

/// What one unit is built from: parts in the order of their components, each component once for each list of
/// substitutes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bill {
    parts: Vec<Part>,
}

impl Bill {
    /// Builds a bill from its parts; those with the same component and the same substitutes add up.
    pub fn new(parts: impl IntoIterator<Item = Part>) -> Result<Self, BillError> {
        let parts: Vec<Part> = parts.into_iter().collect();
        for part in &parts {
            check(part.component, &part.substitutes, part.quantity)?;
        }
        Ok(Self {
            parts: merged(parts)?,
        })
    }

    /// What one unit takes.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Whether it is built of nothing. There is nothing to sell then.
    pub const fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether nothing in it can be replaced: then each component stands in one part only.
    pub(crate) fn is_plain(&self) -> bool {
        self.parts.iter().all(|part| part.substitutes.is_empty())
    }

    /// All components that can serve, substitutes included, each once, in the order of their ids.
    pub fn components(&self) -> Vec<ComponentId> {
        let mut all: Vec<ComponentId> = self.parts.iter().flat_map(Part::options).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What holds for every line of a bill.
pub(crate) fn check(
    component: ComponentId,
    substitutes: &[ComponentId],
    quantity: i64,
) -> Result<(), BillError> {
    if quantity < 1 {
        return Err(BillError::Quantity(component));
    }
    for (index, &substitute) in substitutes.iter().enumerate() {
        if substitute == component || substitutes[..index].contains(&substitute) {
            return Err(BillError::Repeated {
                component,
                substitute,
            });
        }
    }
    Ok(())
}

/// What an order takes: the parts of all its lines, added up. Components that lines share cannot be promised twice
/// (STK-4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demand {
    all: Bill,
}

impl Demand {
    /// What `quantity` units of every bill take together. Quantities below 1 add nothing.
    pub fn of<'a>(lines: impl IntoIterator<Item = (&'a Bill, i64)>) -> Result<Self, TooMuch> {
        let mut parts = Vec::new();
        for (bill, units) in lines {
            if units < 1 {
                continue;
            }
            parts.reserve(bill.parts.len());
            for part in &bill.parts {
                let quantity = part.quantity.checked_mul(units).ok_or(TooMuch(part.component))?;
                parts.push(Part {
                    quantity,
                    ..part.clone()
                });
            }
        }
        Ok(Self {
            all: Bill {
                parts: merged(parts)?,
            },
        })
    }

    /// The parts.
    pub fn parts(&self) -> &[Part] {
        &self.all.parts
    }

    /// The demand as the bill of one combination of its lines: how many of *it* there are is what a set or a cart
    /// asks (CAT-6).
    pub const fn as_bill(&self) -> &Bill {
        &self.all
    }

    /// Whether nothing is asked for.
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

fn merged(mut parts: Vec<Part>) -> Result<Vec<Part>, TooMuch> {
    // Stable and linear on what is sorted already, as parts read from a table are.
    parts.sort_by(Part::order);
    let mut too_much = None;
    parts.dedup_by(|next, kept| {
        let same = next.order(kept).is_eq();
        if same {
            match kept.quantity.checked_add(next.quantity) {
                Some(sum) => kept.quantity = sum,
                None => too_much = Some(TooMuch(kept.component)),
            }
        }
        same
    });
    too_much.map_or(Ok(parts), Err)
}
