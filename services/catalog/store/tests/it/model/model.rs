//! Stock, reservations and bills in memory, as simple as they can be said: no SQL, one thing after the other.

use std::collections::{BTreeMap, BTreeSet};

use contracts::catalog::ReservationStatus::{Confirmed, Expired, Released, Reserved};
use kernel::OrderId;

use super::counting::{Part, count, missing};
use super::operations::{Answer, BillLine, Lines, OnOrder, Operation};
use super::order::{Held, Line, Movement, Order, Picks, Shelf, Short, Step, step};

/// Which shelves lines are taken from, given what is held already and whether an address is named.
pub(super) type Choose<'a> = &'a dyn Fn(&Model, &[Line], &Picks, bool) -> Picks;

#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    /// Minutes since the beginning.
    pub now: i64,
    pub on_hand: BTreeMap<Shelf, i64>,
    pub reserved: BTreeMap<Shelf, i64>,
    pub orders: BTreeMap<OrderId, Order>,
    pub journal: Vec<Movement>,
    pub bills: Vec<Vec<BillLine>>,
    pub assemblies: BTreeMap<usize, Vec<BillLine>>,
    /// Bills multiplied out: a unit's when it is edited, all when the job has worked a changed assembly off.
    pub parts: Vec<Vec<Part>>,
    pub sets: Vec<Vec<(usize, i64)>>,
    /// How often units and assemblies were edited, and before that made.
    pub versions: BTreeMap<String, i64>,
    /// Receipts and corrections that were made.
    pub keys: BTreeSet<String>,
}

impl Model {
    /// What an operation answers when nothing else is going on; it is carried out.
    pub fn carry_out(&mut self, operation: &Operation, choose: Choose<'_>) -> Answer {
        match operation {
            Operation::Expire { minutes } => {
                self.now += minutes;
                let due = self.due();
                for &order in &due {
                    self.believe(order, &OnOrder::Expire, &Answer::Done, None);
                }
                Answer::Expired(due)
            }
            Operation::Events(told) => self.hear(told),
            Operation::RefreshBills => {
                self.multiply_all();
                Answer::Done
            }
            Operation::RefreshAvailability => Answer::Done,
            Operation::Correct {
                key,
                component,
                warehouse,
                delta,
            } => {
                let place = (*component, *warehouse);
                let free = self.on_hand[&place] - self.reserved[&place];
                if !self.keys.contains(key) && free + delta < 0 {
                    return Answer::TooFew(free);
                }
                self.change(operation);
                Answer::Stock(self.on_hand[&place], self.reserved[&place])
            }
            Operation::Receive { .. } | Operation::EditUnit { .. } | Operation::EditAssembly { .. } => {
                self.change(operation);
                let edited = operation.edited().map(|thing| self.versions[&thing]);
                edited.map_or(Answer::Done, Answer::Edited)
            }
            _ => {
                let (order, asked) = operation.on_order(self).expect("all others are about an order");
                self.ask(order, operation, &asked, choose)
            }
        }
    }

    fn ask(&mut self, id: OrderId, operation: &Operation, asked: &OnOrder, choose: Choose<'_>) -> Answer {
        let known = self.orders.get(&id);
        let status = known.map(|order| order.held.status);
        let mut retaken = None;
        let answer = match (operation, known) {
            (Operation::Reserve { .. }, Some(known)) => Answer::Held(known.held.clone()),
            (
                Operation::Reserve {
                    lines, near, minutes, ..
                },
                None,
            ) => {
                let lines = self.expand(lines);
                self.take(&lines, &Picks::new(), *near, choose, |picks| Held {
                    status: Reserved,
                    expires: self.now + minutes,
                    lines: lines.clone(),
                    picks,
                })
            }
            (_, None) => Answer::NotFound,
            (
                Operation::Replace {
                    lines,
                    near,
                    revision,
                    ..
                },
                Some(known),
            ) => match known.revision {
                current if current > *revision => Answer::Outdated(current),
                current if current == *revision => Answer::Held(known.held.clone()),
                _ if !matches!(known.held.status, Reserved | Confirmed) => Answer::Settled(known.held.status),
                _ => {
                    let lines = self.expand(lines);
                    self.take(&lines, &known.held.picks, *near, choose, |picks| Held {
                        lines: lines.clone(),
                        picks,
                        ..known.held.clone()
                    })
                }
            },
            (Operation::Confirm(_), _) if status == Some(Released) => Answer::Released,
            (Operation::Confirm(_), Some(known)) if known.held.status == Expired => {
                match self.shortages(&known.held.lines, &Picks::new()) {
                    short if short.is_empty() => {
                        retaken = Some(choose(self, &known.held.lines, &Picks::new(), false));
                        Answer::Done
                    }
                    short => Answer::Short(short),
                }
            }
            _ => Answer::Done,
        };
        self.believe(id, asked, &answer, retaken.as_ref());
        answer
    }

    fn take(
        &self,
        lines: &[Line],
        held: &Picks,
        near: bool,
        choose: Choose<'_>,
        made: impl FnOnce(Picks) -> Held,
    ) -> Answer {
        let short = self.shortages(lines, held);
        if short.is_empty() {
            Answer::Held(made(choose(self, lines, held, near)))
        } else {
            Answer::Short(short)
        }
    }

    /// A batch of events is heard as a whole or not at all.
    fn hear(&mut self, told: &BTreeMap<OrderId, bool>) -> Answer {
        let hopeless = told.iter().any(|(order, &paid)| {
            let known = self.orders.get(order).map(|order| order.held.status);
            paid && matches!(known, None | Some(Expired))
        });
        if hopeless {
            return Answer::Failed;
        }
        for (&order, &paid) in told {
            self.believe(order, &OnOrder::told(paid), &Answer::Done, None);
        }
        Answer::Done
    }

    fn believe(&mut self, id: OrderId, asked: &OnOrder, answer: &Answer, retaken: Option<&Picks>) {
        let step = step(id, self.orders.get(&id), asked, answer, retaken).expect("an answer of our own");
        self.follow(id, step);
    }

    /// Notes what has become of an order.
    pub fn follow(&mut self, id: OrderId, step: Step) {
        for movement in step.moved {
            self.note(movement);
        }
        if let Some(order) = step.order {
            self.orders.insert(id, order);
        }
    }

    fn note(&mut self, movement: Movement) {
        *self.on_hand.entry(movement.shelf).or_default() += movement.on_hand;
        *self.reserved.entry(movement.shelf).or_default() += movement.reserved;
        self.journal.push(movement);
    }

    /// What an operation changes that is not about orders: goods, corrections, bills.
    pub fn change(&mut self, operation: &Operation) {
        match operation {
            Operation::Receive {
                key,
                warehouse,
                pieces,
            } if self.keys.insert(key.clone()) => {
                for (&component, &pieces) in pieces {
                    self.arrive("receipt", (component, *warehouse), pieces);
                }
            }
            Operation::Correct {
                key,
                component,
                warehouse,
                delta,
            } if self.keys.insert(key.clone()) => {
                self.arrive("correction", (*component, *warehouse), *delta);
            }
            Operation::EditUnit { unit, bill } => {
                self.bills[*unit].clone_from(bill);
                self.parts[*unit] = multiplied(bill, &self.assemblies);
            }
            Operation::EditAssembly { assembly, lines } => {
                self.assemblies.insert(*assembly, lines.clone());
            }
            _ => {}
        }
        if let Some(thing) = operation.edited() {
            *self.versions.entry(thing).or_insert(1) += 1;
        }
    }

    fn arrive(&mut self, kind: &str, place: Shelf, pieces: i64) {
        self.note(Movement {
            order: None,
            kind: kind.to_owned(),
            shelf: place,
            on_hand: pieces,
            reserved: 0,
        });
    }

    pub fn multiply_all(&mut self) {
        let bills = self.bills.iter();
        self.parts = bills.map(|bill| multiplied(bill, &self.assemblies)).collect();
    }

    /// Reservations whose time is over.
    pub fn due(&self) -> Vec<OrderId> {
        let orders = self.orders.iter();
        let due = orders.filter(|(_, order)| order.held.status == Reserved && order.held.expires <= self.now);
        due.map(|(&id, _)| id).collect()
    }

    /// Units by themselves, then sets as the units they have.
    pub fn expand(&self, lines: &Lines) -> Vec<Line> {
        let alone = lines.units.iter().map(|&(unit, quantity)| Line {
            unit,
            set: None,
            quantity,
        });
        let in_sets = lines.sets.iter().flat_map(|&(set, times)| {
            self.sets[set].iter().map(move |&(unit, each)| Line {
                unit,
                set: Some(set),
                quantity: times * each,
            })
        });
        alone.chain(in_sets).collect()
    }

    /// Free pieces of each component, with those that are `held` already.
    pub fn free(&self, held: &Picks) -> BTreeMap<usize, i64> {
        let mut free: BTreeMap<usize, i64> = BTreeMap::new();
        for (&shelf, &pieces) in &self.on_hand {
            *free.entry(shelf.0).or_default() += pieces - self.reserved.get(&shelf).unwrap_or(&0);
        }
        for (shelf, pieces) in held {
            *free.entry(shelf.0).or_default() += pieces;
        }
        free
    }

    /// The units that cannot be had, each with what there would be of it alone; none when all can.
    fn shortages(&self, lines: &[Line], held: &Picks) -> Vec<Short> {
        let free = self.free(held);
        let parts = demand(lines, |unit| &self.parts[unit]);
        let missing = missing(&parts, &free);
        let mut requested: BTreeMap<usize, i64> = BTreeMap::new();
        for line in lines {
            let mut parts = self.parts[line.unit].iter();
            if parts.any(|(options, _)| options.iter().all(|option| missing.contains(option))) {
                *requested.entry(line.unit).or_default() += line.quantity;
            }
        }
        let short = requested.into_iter().map(|(unit, requested)| Short {
            unit,
            requested,
            available: count(&self.parts[unit], &free),
        });
        short.collect()
    }
}

/// A bill multiplied out. Lines that are optional take nothing.
pub(super) fn multiplied(bill: &[BillLine], assemblies: &BTreeMap<usize, Vec<BillLine>>) -> Vec<Part> {
    let mut parts = Vec::new();
    for line in bill.iter().filter(|line| line.required) {
        if let Some(lines) = assemblies.get(&line.component) {
            let below = multiplied(lines, assemblies).into_iter();
            parts.extend(below.map(|(options, pieces)| (options, pieces * line.quantity)));
        } else {
            let options = std::iter::once(line.component).chain(line.substitutes.iter().copied());
            parts.push((options.collect(), line.quantity));
        }
    }
    parts
}

/// The parts that lines take together.
pub(super) fn demand<'a>(lines: &[Line], parts: impl Fn(usize) -> &'a [Part]) -> Vec<Part> {
    let each = lines.iter().flat_map(|line| {
        let parts = parts(line.unit).iter();
        parts.map(move |(options, pieces)| (options.clone(), pieces * line.quantity))
    });
    each.collect()
}
