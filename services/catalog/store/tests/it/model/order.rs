//! What becomes of one order.

use std::collections::BTreeMap;

use contracts::catalog::ReservationStatus::{self, Confirmed, Expired, Released, Reserved};
use kernel::OrderId;

use super::operations::{Answer, OnOrder};

/// A component in a warehouse.
pub(super) type Shelf = (usize, usize);
/// Pieces by shelf.
pub(super) type Picks = BTreeMap<Shelf, i64>;

/// A unit that is ordered, and the set it is ordered as a part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub unit: usize,
    pub set: Option<usize>,
    pub quantity: i64,
}

/// A reservation as it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub status: ReservationStatus,
    /// Minutes after the beginning.
    pub expires: i64,
    pub lines: Vec<Line>,
    pub picks: Picks,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub revision: i64,
    pub held: Held,
}

/// Of a unit: how many were asked for, how many there would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Short {
    pub unit: usize,
    pub requested: i64,
    pub available: i64,
}

/// A row of the journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Movement {
    pub order: Option<OrderId>,
    pub kind: String,
    pub shelf: Shelf,
    pub on_hand: i64,
    pub reserved: i64,
}

/// What an order is now, and the rows of the journal that it took.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub order: Option<Order>,
    pub moved: Vec<Movement>,
}

/// What becomes of order `id`, of which `before` is known, when it is asked for something and answered so; `None` when
/// that cannot be the answer. `retaken` are the pieces that a late payment took anew.
pub(super) fn step(
    id: OrderId,
    before: Option<&Order>,
    asked: &OnOrder,
    answer: &Answer,
    retaken: Option<&Picks>,
) -> Option<Step> {
    let stays = Step {
        order: before.cloned(),
        moved: Vec::new(),
    };
    let Some(order) = before else {
        return match (asked, answer) {
            (OnOrder::Reserve { lines }, Answer::Held(held)) => {
                let new = held.status == Reserved && held.lines == *lines;
                new.then(|| Step {
                    order: Some(Order {
                        revision: 0,
                        held: held.clone(),
                    }),
                    moved: moves(id, &held.picks, "reserve", 0, 1),
                })
            }
            (OnOrder::Reserve { .. }, Answer::Short(_))
            | (OnOrder::Confirm | OnOrder::Release | OnOrder::Replace { .. }, Answer::NotFound)
            | (OnOrder::Cancelled, Answer::Done) => Some(stays),
            _ => None,
        };
    };
    let settled = |status, moved| {
        Some(Step {
            order: Some(Order {
                revision: order.revision,
                held: Held {
                    status,
                    ..order.held.clone()
                },
            }),
            moved,
        })
    };
    let picks = &order.held.picks;
    match (asked, answer, order.held.status) {
        (OnOrder::Reserve { .. }, Answer::Held(held), _) => (order.held == *held).then_some(stays),
        (OnOrder::Replace { lines, revision }, ..) => replaced(id, order, lines, *revision, answer),
        (OnOrder::Confirm | OnOrder::Paid, Answer::Done, Reserved) => {
            settled(Confirmed, moves(id, picks, "confirm", -1, -1))
        }
        (OnOrder::Confirm, Answer::Done, Expired) => {
            let picks = retaken?;
            let mut moved = moves(id, picks, "reserve", 0, 1);
            moved.extend(moves(id, picks, "confirm", -1, -1));
            let mut step = settled(Confirmed, moved)?;
            step.order.as_mut()?.held.picks.clone_from(picks);
            Some(step)
        }
        (OnOrder::Confirm | OnOrder::Paid, Answer::Done, Confirmed)
        | (OnOrder::Confirm, Answer::Short(_), Expired)
        | (OnOrder::Confirm, Answer::Released, Released)
        | (OnOrder::Paid | OnOrder::Release | OnOrder::Cancelled, Answer::Done, Released) => Some(stays),
        (OnOrder::Release | OnOrder::Cancelled, Answer::Done, from) => match from {
            Reserved => settled(Released, moves(id, picks, "release", 0, -1)),
            Confirmed => settled(Released, moves(id, picks, "refund", 1, 0)),
            Expired | Released => settled(Released, Vec::new()),
        },
        (OnOrder::Expire, Answer::Done, Reserved) => settled(Expired, moves(id, picks, "expire", 0, -1)),
        _ => None,
    }
}

fn replaced(id: OrderId, order: &Order, lines: &[Line], revision: i64, answer: &Answer) -> Option<Step> {
    let stays = Step {
        order: Some(order.clone()),
        moved: Vec::new(),
    };
    let open = matches!(order.held.status, Reserved | Confirmed);
    if revision <= order.revision {
        let known = match answer {
            Answer::Held(held) => revision == order.revision && *held == order.held,
            Answer::Outdated(current) => revision < order.revision && *current == order.revision,
            _ => false,
        };
        return known.then_some(stays);
    }
    match answer {
        Answer::Settled(status) if !open && *status == order.held.status => Some(stays),
        Answer::Short(_) if open => Some(stays),
        Answer::Held(held) if open => {
            let expected = Held {
                lines: lines.to_vec(),
                picks: held.picks.clone(),
                ..order.held.clone()
            };
            let mut more = held.picks.clone();
            for (&shelf, pieces) in &order.held.picks {
                *more.entry(shelf).or_default() -= pieces;
            }
            more.retain(|_, more| *more != 0);
            let moved = match order.held.status {
                Reserved => moves(id, &more, "replace", 0, 1),
                _ => moves(id, &more, "replace", -1, 0),
            };
            (*held == expected).then_some(Step {
                order: Some(Order {
                    revision,
                    held: expected,
                }),
                moved,
            })
        }
        _ => None,
    }
}

fn moves(id: OrderId, picks: &Picks, kind: &str, on_hand: i64, reserved: i64) -> Vec<Movement> {
    let each = picks.iter().map(|(&shelf, pieces)| Movement {
        order: Some(id),
        kind: kind.to_owned(),
        shelf,
        on_hand: on_hand * pieces,
        reserved: reserved * pieces,
    });
    each.collect()
}
