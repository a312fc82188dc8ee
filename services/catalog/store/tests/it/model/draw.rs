//! Operations drawn at random.

use std::collections::BTreeMap;

use kernel::OrderId;
use uuid::Uuid;

use super::operations::{BillLine, FRAME, Lines, Operation, PAIR, PLAIN, SETS, UNITS, WAREHOUSES};
use crate::random::Random;

impl Random {
    fn order(&mut self) -> OrderId {
        OrderId::from(Uuid::from_u64_pair(self.next(), self.next()))
    }

    /// Mostly one of the last ones, which others are busy with too; sometimes one that nobody knows.
    fn known(&mut self, orders: &[OrderId]) -> OrderId {
        let recent = &orders[orders.len().saturating_sub(16)..];
        if recent.is_empty() || self.one_in(20) {
            return self.order();
        }
        recent[self.below(recent.len())]
    }

    /// The next operation, with orders that were asked for before. `name` tells receipts and corrections apart.
    pub(super) fn operation(&mut self, orders: &[OrderId], name: &str) -> Operation {
        match self.below(100) {
            0..=33 => Operation::Reserve {
                order: if self.one_in(8) {
                    self.known(orders)
                } else {
                    self.order()
                },
                lines: self.lines(),
                near: self.one_in(3),
                minutes: if self.one_in(2) { 1 } else { 30 },
            },
            34..=47 => Operation::Confirm(self.known(orders)),
            48..=55 => Operation::Release(self.known(orders)),
            56..=68 => Operation::Replace {
                order: self.known(orders),
                lines: self.lines(),
                near: self.one_in(3),
                revision: self.up_to(4),
            },
            69..=74 => {
                let told = (0..3).map(|_| (self.known(orders), !self.one_in(3)));
                let mut told: BTreeMap<OrderId, bool> = told.collect();
                // A single one is handled by itself; nobody minds one of an unknown order that is cancelled.
                told.insert(self.order(), false);
                Operation::Events(told)
            }
            75..=79 => Operation::Expire {
                minutes: self.up_to(2),
            },
            80..=84 => Operation::Receive {
                key: format!("receipt-{name}"),
                warehouse: self.below(WAREHOUSES),
                pieces: (0..3).map(|_| (self.below(PLAIN), self.up_to(12))).collect(),
            },
            85..=90 => Operation::Correct {
                key: format!("correction-{name}"),
                component: self.below(PLAIN),
                warehouse: self.below(WAREHOUSES),
                delta: if self.one_in(3) {
                    self.up_to(4)
                } else {
                    -self.up_to(8)
                },
            },
            91..=92 => Operation::EditUnit {
                unit: self.below(UNITS),
                bill: self.bill(FRAME + 1),
            },
            93 => {
                let assembly = if self.one_in(2) { PAIR } else { FRAME };
                let lines = self.bill(assembly);
                Operation::EditAssembly { assembly, lines }
            }
            94..=95 => Operation::RefreshBills,
            _ => Operation::RefreshAvailability,
        }
    }

    fn lines(&mut self) -> Lines {
        let units =
            (0..=self.below(3)).map(|_| (self.below(UNITS), if self.one_in(6) { 9 } else { self.up_to(3) }));
        let units: Vec<(usize, i64)> = units.collect();
        if self.one_in(3) {
            let sets = vec![(self.below(SETS), self.up_to(2))];
            let units = if self.one_in(2) { units } else { Vec::new() };
            return Lines { units, sets };
        }
        Lines {
            units,
            sets: Vec::new(),
        }
    }

    /// One to three lines of components numbered below `components`. The first is required, so that there is something
    /// to sell.
    fn bill(&mut self, components: usize) -> Vec<BillLine> {
        let mut lines: Vec<BillLine> = Vec::new();
        for _ in 0..=self.below(3) {
            let component = self.below(components);
            if lines.iter().any(|line| line.component == component) {
                continue;
            }
            let substitutes = if component < PLAIN { self.below(3) } else { 0 };
            let mut others: Vec<usize> = (0..PLAIN).filter(|&other| other != component).collect();
            lines.push(BillLine {
                component,
                substitutes: (0..substitutes)
                    .map(|_| others.swap_remove(self.below(others.len())))
                    .collect(),
                quantity: self.up_to(3),
                required: lines.is_empty() || !self.one_in(5),
            });
        }
        lines
    }
}
