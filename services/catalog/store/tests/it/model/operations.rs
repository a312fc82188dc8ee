//! What can be asked of the store, and what it can answer.

use std::collections::BTreeMap;

use contracts::catalog::ReservationStatus;
use kernel::OrderId;

use super::model::Model;
use super::order::{Held, Line, Short};

pub(super) const UNITS: usize = 6;
pub(super) const SETS: usize = 2;
pub(super) const PLAIN: usize = 8;
/// Put together from plain components, and from those and a pair.
pub(super) const PAIR: usize = 8;
pub(super) const FRAME: usize = 9;
pub(super) const WAREHOUSES: usize = 3;

/// A line of a bill of materials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BillLine {
    pub component: usize,
    pub substitutes: Vec<usize>,
    pub quantity: i64,
    pub required: bool,
}

/// Units and sets that are ordered, and how many of each.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    pub units: Vec<(usize, i64)>,
    pub sets: Vec<(usize, i64)>,
}

#[derive(Debug, Clone)]
pub(super) enum Operation {
    Reserve {
        order: OrderId,
        lines: Lines,
        near: bool,
        minutes: i64,
    },
    Replace {
        order: OrderId,
        lines: Lines,
        near: bool,
        revision: i64,
    },
    Confirm(OrderId),
    Release(OrderId),
    /// Orders that were paid, or cancelled.
    Events(BTreeMap<OrderId, bool>),
    /// So many minutes pass.
    Expire {
        minutes: i64,
    },
    Receive {
        key: String,
        warehouse: usize,
        pieces: BTreeMap<usize, i64>,
    },
    Correct {
        key: String,
        component: usize,
        warehouse: usize,
        delta: i64,
    },
    EditUnit {
        unit: usize,
        bill: Vec<BillLine>,
    },
    EditAssembly {
        assembly: usize,
        lines: Vec<BillLine>,
    },
    RefreshBills,
    RefreshAvailability,
}

/// What an operation asks of one order.
#[derive(Debug, Clone)]
pub(super) enum OnOrder {
    Reserve { lines: Vec<Line> },
    Replace { lines: Vec<Line>, revision: i64 },
    Confirm,
    Release,
    Paid,
    Cancelled,
    Expire,
}

impl OnOrder {
    pub(super) const fn told(paid: bool) -> Self {
        if paid { Self::Paid } else { Self::Cancelled }
    }
}

impl Operation {
    /// The order that it is about, and what it asks; `None` when it is about none or several.
    pub(super) fn on_order(&self, model: &Model) -> Option<(OrderId, OnOrder)> {
        match self {
            Self::Reserve { order, lines, .. } => {
                let lines = model.expand(lines);
                Some((*order, OnOrder::Reserve { lines }))
            }
            Self::Replace {
                order,
                lines,
                revision,
                ..
            } => {
                let (lines, revision) = (model.expand(lines), *revision);
                Some((*order, OnOrder::Replace { lines, revision }))
            }
            Self::Confirm(order) => Some((*order, OnOrder::Confirm)),
            Self::Release(order) => Some((*order, OnOrder::Release)),
            _ => None,
        }
    }

    /// What it edits, by the name that versions are counted under.
    pub(super) fn edited(&self) -> Option<String> {
        match self {
            Self::EditUnit { unit, .. } => Some(format!("unit-{unit}")),
            Self::EditAssembly { assembly, .. } => Some(format!("assembly-{assembly}")),
            _ => None,
        }
    }

    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Reserve { .. } => "reserve",
            Self::Replace { .. } => "replace",
            Self::Confirm(_) => "confirm",
            Self::Release(_) => "release",
            Self::Events(_) => "events",
            Self::Expire { .. } => "expire",
            Self::Receive { .. } => "receive",
            Self::Correct { .. } => "correct",
            Self::EditUnit { .. } => "edit unit",
            Self::EditAssembly { .. } => "edit assembly",
            Self::RefreshBills => "refresh bills",
            Self::RefreshAvailability => "refresh availability",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
    Held(Held),
    Short(Vec<Short>),
    NotFound,
    Released,
    Outdated(i64),
    Settled(ReservationStatus),
    /// Reservations that were given back.
    Expired(Vec<OrderId>),
    /// What lies on the shelf now, and what of it is held.
    Stock(i64, i64),
    TooFew(i64),
    /// The version that an edit made.
    Edited(i64),
    /// Somebody else's edit was faster.
    Stale,
    /// A batch of events in which one cannot be carried out.
    Failed,
}

impl Answer {
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Held(_) => "held",
            Self::Short(_) => "short",
            Self::NotFound => "not found",
            Self::Released => "released",
            Self::Outdated(_) => "outdated",
            Self::Settled(_) => "settled",
            Self::Expired(_) => "expired",
            Self::Stock(..) => "stock",
            Self::TooFew(_) => "too few",
            Self::Edited(_) => "edited",
            Self::Stale => "stale",
            Self::Failed => "failed",
        }
    }
}
