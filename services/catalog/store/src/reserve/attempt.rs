use std::collections::HashMap;

use catalog_domain::Take;
use contracts::catalog::{Pick, Reservation, ReservationStatus, ReserveRequest, ReservedLine};
use kernel::OrderId;
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::ReserveError;
use super::write::{claim, write};
use crate::hold::{HoldError, choose, components, lock, look, sorting};
use crate::reservation::read;
use crate::wanted::{Asked, Line, Wanted, wanted};

/// Stock to be held for an order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asking<'a> {
    pub now: OffsetDateTime,
    pub order: OrderId,
    pub request: &'a ReserveRequest,
}

/// An order whose shelves are chosen.
pub(super) struct Chosen<'a> {
    pub asking: Asking<'a>,
    pub lines: Vec<ReservedLine>,
    pub takes: Vec<Take>,
    picks: Vec<Pick>,
}

type Answer = Result<Reservation, ReserveError>;

/// Reserves for one order, with the shelves locked if others are faster without.
pub(super) async fn alone(pg: &Pg, asking: Asking<'_>) -> Answer {
    let freely = pg
        .repeatable("reserve", async |mut conn: pg::Tx| {
            only(attempt(&mut conn, &[asking], false).await?)
        })
        .await;
    match freely {
        Err(ReserveError::Database(error)) if is_overtaken(&error) => {
            pg.run("reserve_locked", async |mut tx: pg::Tx| {
                if claim(&mut tx, asking).await? {
                    only(attempt(&mut tx, &[asking], true).await?)
                } else {
                    existing(&mut tx, asking.order).await
                }
            })
            .await
        }
        done => done,
    }
}

fn only(mut answers: Vec<Option<Answer>>) -> Answer {
    let answer = answers.pop().flatten();
    answer.unwrap_or(Err(sqlx::Error::RowNotFound.into()))
}

/// Reserves for different orders at once, each for itself, in the statements that one takes. `None` is answered for an
/// order that is to ask alone, because what it lacks may be what another of them has not got in the end. An error says
/// that nothing is written of any.
pub(super) async fn together(pg: &Pg, askings: &[Asking<'_>]) -> Result<Vec<Option<Answer>>, ReserveError> {
    pg.repeatable("reserve_together", async |mut conn: pg::Tx| {
        attempt(&mut conn, askings, false).await
    })
    .await
}

/// Whether others took what was free when the shelves were chosen.
fn is_overtaken(error: &sqlx::Error) -> bool {
    pg::constraint(error) == Some("stock_reserved_is_on_hand")
}

/// Three statements, and one for each order that has a reservation or is short. `claimed`: the reservation of the one
/// that asks is written, and its shelves are to be locked.
async fn attempt(
    conn: &mut PgConnection,
    askings: &[Asking<'_>],
    claimed: bool,
) -> Result<Vec<Option<Answer>>, ReserveError> {
    let asked: Vec<Asked<'_>> = askings
        .iter()
        .map(|asking| Asked {
            lines: &asking.request.lines,
            sets: &asking.request.sets,
            unless: (!claimed).then_some(asking.order),
            known: &[],
        })
        .collect();
    let mut answers: Vec<Option<Answer>> = askings.iter().map(|_| None).collect();
    let mut open = Vec::with_capacity(askings.len());
    for ((&asking, looked), answer) in askings.iter().zip(wanted(conn, &asked).await?).zip(&mut answers) {
        match looked {
            None => *answer = Some(Ok(existing(conn, asking.order).await?)),
            Some(Err(not_for_sale)) => *answer = Some(Err(ReserveError::NotForSale(not_for_sale))),
            Some(Ok(wanted)) => open.push((asking, wanted, answer)),
        }
    }
    if open.is_empty() {
        return Ok(answers);
    }
    let chosen = choose_all(conn, open, claimed).await?;
    let orders = chosen.iter().map(|(chosen, _)| chosen);
    let ends: HashMap<OrderId, OffsetDateTime> = write(conn, orders, claimed).await?;
    for (chosen, answer) in chosen {
        *answer = Some(match ends.get(&chosen.asking.order) {
            Some(&end) => Ok(chosen.into_reservation(end)),
            None => Ok(existing(conn, chosen.asking.order).await?),
        });
    }
    Ok(answers)
}

/// Chooses shelves for one order after the other, each from what those before have left. Answers those who are short.
async fn choose_all<'a, 'b>(
    conn: &mut PgConnection,
    open: Vec<(Asking<'a>, Wanted, &'b mut Option<Answer>)>,
    locked: bool,
) -> Result<Vec<(Chosen<'a>, &'b mut Option<Answer>)>, ReserveError> {
    let lines = open.iter().flat_map(|(_, wanted, _)| &wanted.lines);
    let components = components(lines);
    let mut shelves = if locked {
        lock(conn, &components).await?
    } else {
        look(conn, &components).await?
    };
    let mut chosen: Vec<(Chosen<'_>, _)> = Vec::with_capacity(open.len());
    for (asking, wanted, answer) in open {
        let lines: &[Line] = &wanted.lines;
        match choose(lines, &shelves, &[], sorting(asking.request.near)) {
            Ok((takes, picks)) => {
                shelves.take(&takes);
                let lines = wanted.reserved;
                let of_order = Chosen {
                    asking,
                    lines,
                    takes,
                    picks,
                };
                chosen.push((of_order, answer));
            }
            Err(HoldError::Database(error)) => return Err(error.into()),
            Err(mut short) => {
                let taken: Vec<Take> = chosen
                    .iter()
                    .flat_map(|(chosen, _)| chosen.takes.clone())
                    .collect();
                if !taken.is_empty() {
                    // What others of them take is not taken yet. Who is short without them as well need not ask alone.
                    shelves.put_back(&taken);
                    let without = choose(lines, &shelves, &[], sorting(asking.request.near));
                    shelves.take(&taken);
                    let Err(as_well) = without else { continue };
                    short = as_well;
                }
                // The same order may have been reserved since it was looked for, and be what is missing here.
                let held = if locked {
                    None
                } else {
                    read(conn, asking.order).await?
                };
                *answer = Some(held.ok_or(short.into()));
            }
        }
    }
    Ok(chosen)
}

impl Chosen<'_> {
    fn into_reservation(self, expires_at: OffsetDateTime) -> Reservation {
        Reservation {
            order_id: self.asking.order,
            status: ReservationStatus::Reserved,
            expires_at,
            lines: self.lines,
            picks: self.picks,
        }
    }
}

async fn existing(conn: &mut PgConnection, order: OrderId) -> Answer {
    let held = read(conn, order).await?;
    held.ok_or(ReserveError::Database(sqlx::Error::RowNotFound))
}
