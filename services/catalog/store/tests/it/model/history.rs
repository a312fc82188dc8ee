//! Whether what many did at once can have happened one after the other, and what has come of it.
//!
//! Of each order, an order of events is looked for that agrees with when they began and ended, with every answer,
//! with the journal, and with what is found in the end. Goods, corrections and edits only add up. That an answer about stock was right can be said within
//! bounds only, since others moved stock meanwhile; the operations one after the other are held to exact numbers.

use std::collections::{BTreeMap, BTreeSet};

use kernel::OrderId;

use super::counting::{Part, count, missing};
use super::model::{Model, demand, multiplied};
use super::operations::{Answer, BillLine, FRAME, OnOrder, Operation, PAIR};
use super::order::{Line, Movement, Order, Picks, Short, Step, step};

/// What a worker did, with moments of a clock that all share.
#[derive(Debug, Clone)]
pub(super) struct Event {
    pub begin: u64,
    pub end: u64,
    pub operation: Operation,
    pub answer: Answer,
}

/// What was asked of one order.
#[derive(Debug, Clone)]
struct Asked {
    begin: u64,
    end: u64,
    what: OnOrder,
    answer: Answer,
}

/// Brings the model to where the events have led: `found` is what has become of the orders. Panics when they cannot have
/// happened.
pub(super) fn follow(
    model: &mut Model,
    events: &[Event],
    journal: &[Movement],
    found: &BTreeMap<OrderId, Order>,
) {
    let bills = Bills::of(model, events);
    let most = most_free(model, events);
    let mut asked: BTreeMap<OrderId, Vec<Asked>> = BTreeMap::new();
    for event in events {
        for (order, what, answer) in on_orders(model, event) {
            if let Answer::Short(short) = &answer {
                let lines = match &what {
                    OnOrder::Reserve { lines } | OnOrder::Replace { lines, .. } => Some(lines),
                    _ => None,
                };
                check_short(short, lines.map(Vec::as_slice), event, &bills, &most);
            }
            asked.entry(order).or_default().push(Asked {
                begin: event.begin,
                end: event.end,
                what,
                answer,
            });
        }
        if let Answer::Stale = event.answer {
            assert!(bills.was_overtaken(event), "nobody else edited: {event:?}");
        }
    }
    for (order, asked) in asked {
        let of_order = journal.iter().filter(|row| row.order == Some(order));
        let rows: Vec<Movement> = of_order.cloned().collect();
        let all: Vec<&Asked> = asked.iter().collect();
        let known = model.orders.get(&order).cloned();
        let end = found.get(&order);
        let Some(way) = linear(order, known.as_ref(), &all, &rows, end) else {
            panic!(
                "of order {order}, {known:#?}, this to {end:#?} cannot have happened: {asked:#?}\n{rows:#?}"
            )
        };
        let mut before = known;
        for (asked, step) in way {
            bills.check_picks(before.as_ref(), asked, &step);
            before.clone_from(&step.order);
            model.follow(order, step);
        }
    }
    for event in events {
        if let (Operation::Receive { .. }, _) | (_, Answer::Stock(..)) = (&event.operation, &event.answer) {
            model.change(&event.operation);
        }
    }
    bills.carry_out(model);
}

fn on_orders(model: &Model, event: &Event) -> Vec<(OrderId, OnOrder, Answer)> {
    match (&event.operation, &event.answer) {
        (Operation::Events(told), Answer::Done) => told
            .iter()
            .map(|(&order, &paid)| (order, OnOrder::told(paid), Answer::Done))
            .collect(),
        (_, Answer::Expired(orders)) => orders
            .iter()
            .map(|&order| (order, OnOrder::Expire, Answer::Done))
            .collect(),
        (operation, answer) => operation
            .on_order(model)
            .map(|(order, what)| (order, what, answer.clone()))
            .into_iter()
            .collect(),
    }
}

/// One after the other, as the answers, the rows of the journal and the `end` allow; `None` when they do not. What leaves
/// no rows, as giving up what has run out, is placed by the end.
fn linear<'a>(
    id: OrderId,
    order: Option<&Order>,
    open: &[&'a Asked],
    rows: &[Movement],
    end: Option<&Order>,
) -> Option<Vec<(&'a Asked, Step)>> {
    let Some(first_end) = open.iter().map(|asked| asked.end).min() else {
        return (rows.is_empty() && order == end).then(Vec::new);
    };
    for (index, &asked) in open.iter().enumerate() {
        if asked.begin > first_end {
            continue;
        }
        let taken = rows.iter().take_while(|row| row.kind == "reserve");
        let taken: Picks = taken.map(|row| (row.shelf, row.reserved)).collect();
        let Some(step) = step(id, order, &asked.what, &asked.answer, Some(&taken)) else {
            continue;
        };
        let Some(rest) = after(rows, &step.moved) else {
            continue;
        };
        let mut others = open.to_vec();
        others.remove(index);
        if let Some(mut way) = linear(id, step.order.as_ref(), &others, rest, end) {
            way.insert(0, (asked, step));
            return Some(way);
        }
    }
    None
}

/// The rows after those that moved, in whichever order.
fn after<'a>(rows: &'a [Movement], moved: &[Movement]) -> Option<&'a [Movement]> {
    let (mut first, rest) = (rows.get(..moved.len())?.to_vec(), &rows[moved.len()..]);
    let mut moved = moved.to_vec();
    first.sort();
    moved.sort();
    (first == moved).then_some(rest)
}

/// More of each component than can have been free at any moment.
fn most_free(model: &Model, events: &[Event]) -> BTreeMap<usize, i64> {
    let mut most: BTreeMap<usize, i64> = BTreeMap::new();
    let mut add = |component, pieces| *most.entry(component).or_default() += pieces;
    for (shelf, pieces) in &model.on_hand {
        add(shelf.0, *pieces);
    }
    for order in model.orders.values() {
        order
            .held
            .picks
            .iter()
            .for_each(|(shelf, pieces)| add(shelf.0, *pieces));
    }
    for event in events {
        match &event.operation {
            Operation::Receive { pieces, .. } => pieces.iter().for_each(|(&c, &n)| add(c, n)),
            Operation::Correct { component, delta, .. } => add(*component, (*delta).max(0)),
            _ => {}
        }
    }
    most
}

fn check_short(
    short: &[Short],
    lines: Option<&[Line]>,
    event: &Event,
    bills: &Bills,
    most: &BTreeMap<usize, i64>,
) {
    assert!(!short.is_empty(), "{event:?}");
    for each in short {
        let bills = bills.possible(each.unit, event.begin, event.end);
        let bound = bills.iter().map(|parts| count(parts, most)).max();
        assert!(Some(each.available) <= bound, "{bound:?}: {event:?}");
    }
    let Some(lines) = lines else { return };
    for each in short {
        let of_unit = lines.iter().filter(|line| line.unit == each.unit);
        let requested: i64 = of_unit.map(|line| line.quantity).sum();
        assert_eq!(each.requested, requested, "{event:?}");
    }
    let units: BTreeSet<usize> = lines.iter().map(|line| line.unit).collect();
    if units.len() == 1 {
        assert!(
            short[0].available < short[0].requested,
            "there is enough: {event:?}"
        );
    }
}

/// An edit of a unit or an assembly.
struct Edit<'a> {
    version: i64,
    event: &'a Event,
}

/// Which bills there were when.
struct Bills {
    /// The bills of units: from when one was at the earliest, until when at the latest.
    of_unit: Vec<Vec<(u64, u64, Vec<BillLine>)>>,
    of_assembly: BTreeMap<usize, Vec<(u64, Vec<BillLine>)>>,
    /// Edits in the order of their versions.
    edits: Vec<(String, Event)>,
}

impl Bills {
    fn of(model: &Model, events: &[Event]) -> Self {
        let mut edits: BTreeMap<String, Vec<Edit<'_>>> = BTreeMap::new();
        for event in events {
            if let (Some(thing), Answer::Edited(version)) = (event.operation.edited(), &event.answer) {
                edits.entry(thing).or_default().push(Edit {
                    version: *version,
                    event,
                });
            }
        }
        let mut bills = Self {
            of_unit: model
                .bills
                .iter()
                .map(|bill| vec![(0, u64::MAX, bill.clone())])
                .collect(),
            of_assembly: model
                .assemblies
                .iter()
                .map(|(&assembly, lines)| (assembly, vec![(0, lines.clone())]))
                .collect(),
            edits: Vec::new(),
        };
        for (thing, mut edits) in edits {
            edits.sort_by_key(|edit| edit.version);
            let first = model.versions.get(&thing).copied().unwrap_or(1);
            for (version, edit) in (first + 1..).zip(edits) {
                assert_eq!(
                    edit.version, version,
                    "an edit of {thing} was lost, or made twice"
                );
                bills.note(edit.event);
                bills.edits.push((thing.clone(), edit.event.clone()));
            }
        }
        bills
    }

    fn note(&mut self, event: &Event) {
        match &event.operation {
            Operation::EditUnit { unit, bill } => {
                let bills = &mut self.of_unit[*unit];
                bills.last_mut().expect("the first one").1 = event.end;
                bills.push((event.begin, u64::MAX, bill.clone()));
            }
            Operation::EditAssembly { assembly, lines } => {
                let versions = self.of_assembly.get_mut(assembly).expect("one of ours");
                versions.push((event.begin, lines.clone()));
            }
            _ => {}
        }
    }

    fn was_overtaken(&self, event: &Event) -> bool {
        self.edits.iter().any(|(thing, other)| {
            event.operation.edited().as_ref() == Some(thing)
                && other.begin < event.end
                && other.end > event.begin
        })
    }

    /// What a unit can have been built from at some moment of this time: assemblies may be as they were before, as long
    /// as the job has not come by.
    fn possible(&self, unit: usize, begin: u64, end: u64) -> Vec<Vec<Part>> {
        let mut possible = Vec::new();
        let now = |versions: &'_ [(u64, Vec<BillLine>)]| -> Vec<Vec<BillLine>> {
            let known = versions.iter().filter(|(from, _)| *from < end);
            known.map(|(_, lines)| lines.clone()).collect()
        };
        let (pairs, frames) = (now(&self.of_assembly[&PAIR]), now(&self.of_assembly[&FRAME]));
        for (_, _, bill) in self.of_unit[unit]
            .iter()
            .filter(|(from, until, _)| *from < end && *until > begin)
        {
            for pair in &pairs {
                for frame in &frames {
                    let assemblies = BTreeMap::from([(PAIR, pair.clone()), (FRAME, frame.clone())]);
                    let parts = multiplied(bill, &assemblies);
                    if !possible.contains(&parts) {
                        possible.push(parts);
                    }
                }
            }
        }
        possible
    }

    /// What was taken is exactly what the lines need, by some of the bills that there were.
    fn check_picks(&self, before: Option<&Order>, asked: &Asked, step: &Step) {
        let Some(order) = &step.order else { return };
        let taken = step
            .moved
            .iter()
            .any(|row| row.kind == "reserve" || row.kind == "replace");
        if !taken || before == Some(order) {
            return;
        }
        let units: BTreeSet<usize> = order.held.lines.iter().map(|line| line.unit).collect();
        let possible = units
            .into_iter()
            .map(|unit| (unit, self.possible(unit, asked.begin, asked.end)));
        let mut chosen = BTreeMap::new();
        assert!(
            serves(
                &order.held.lines,
                &order.held.picks,
                &possible.collect::<Vec<_>>(),
                &mut chosen
            ),
            "by no bill of that time: {asked:?}, {order:?}"
        );
    }

    fn carry_out(self, model: &mut Model) {
        for (_, event) in self.edits {
            model.change(&event.operation);
        }
    }
}

/// Whether the picks are the pieces that the lines take by one of the possible bills of each unit.
fn serves<'a>(
    lines: &[Line],
    picks: &Picks,
    possible: &'a [(usize, Vec<Vec<Part>>)],
    chosen: &mut BTreeMap<usize, &'a [Part]>,
) -> bool {
    if let Some(((unit, bills), others)) = possible.split_first() {
        return bills.iter().any(|bill| {
            chosen.insert(*unit, bill);
            serves(lines, picks, others, chosen)
        });
    }
    let parts = demand(lines, |unit| chosen[&unit]);
    let needed: i64 = parts.iter().map(|(_, pieces)| pieces).sum();
    let mut pieces: BTreeMap<usize, i64> = BTreeMap::new();
    for (shelf, taken) in picks {
        *pieces.entry(shelf.0).or_default() += taken;
    }
    needed == pieces.values().sum::<i64>() && missing(&parts, &pieces).is_empty()
}
