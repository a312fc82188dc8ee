use std::collections::BTreeMap;

use kernel::ComponentId;

/// One line of a bill of materials (CAT-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BillLine {
    /// The component.
    pub component: ComponentId,
    /// Pieces of it in one unit, at least 1.
    pub quantity: i64,
    /// Whether a unit cannot be built without it. Optional lines are neither counted nor reserved.
    pub required: bool,
}

/// Why lines do not make a bill of materials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    /// A line asks for less than one piece.
    #[error("component {0} is listed with a quantity below 1")]
    Quantity(ComponentId),
    /// The pieces of a component do not fit into 64 bits.
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
}

/// A quantity does not fit into 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the quantity of component {0} is too large")]
pub struct TooMuch(pub ComponentId);

/// What one unit is built from: required pieces by component, each component once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bill {
    required: BTreeMap<ComponentId, i64>,
}

impl Bill {
    /// Builds a bill from its lines; lines of the same component add up, optional ones are left out.
    pub fn new(lines: impl IntoIterator<Item = BillLine>) -> Result<Self, BillError> {
        let mut required = BTreeMap::new();
        for line in lines {
            if line.quantity < 1 {
                return Err(BillError::Quantity(line.component));
            }
            if line.required {
                add(&mut required, line.component, line.quantity)?;
            }
        }
        Ok(Self { required })
    }

    /// Required components with the pieces that one unit takes, in the order of their ids.
    pub fn required(&self) -> impl ExactSizeIterator<Item = (ComponentId, i64)> + '_ {
        self.required
            .iter()
            .map(|(&component, &quantity)| (component, quantity))
    }

    /// Whether the component is required.
    pub fn requires(&self, component: ComponentId) -> bool {
        self.required.contains_key(&component)
    }
}

/// Pieces of components that something takes, each component once. What an order is allocated by: components
/// that its lines share are added up first, so they cannot be promised twice (STK-4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demand {
    pieces: BTreeMap<ComponentId, i64>,
}

impl Demand {
    /// The pieces that `quantity` units of every bill take together. Quantities below 1 add nothing.
    pub fn of<'a>(lines: impl IntoIterator<Item = (&'a Bill, i64)>) -> Result<Self, TooMuch> {
        let mut pieces = BTreeMap::new();
        for (bill, quantity) in lines {
            if quantity < 1 {
                continue;
            }
            for (component, per_unit) in bill.required() {
                let more = per_unit.checked_mul(quantity).ok_or(TooMuch(component))?;
                add(&mut pieces, component, more)?;
            }
        }
        Ok(Self { pieces })
    }

    /// Components with their pieces, in the order of their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (ComponentId, i64)> + '_ {
        self.pieces
            .iter()
            .map(|(&component, &quantity)| (component, quantity))
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }
}

fn add(
    pieces: &mut BTreeMap<ComponentId, i64>,
    component: ComponentId,
    quantity: i64,
) -> Result<(), TooMuch> {
    let sum = pieces.entry(component).or_default();
    *sum = sum.checked_add(quantity).ok_or(TooMuch(component))?;
    Ok(())
}
