mod changes;
mod less;
mod units;

use pg::Pg;
use sqlx::PgConnection;

use changes::take_changes;
use less::{lower, queue_short};
use units::work_off;

pub(crate) use units::pieces;

/// Held while availability is computed: were two to compute the same product, the one that looked first might
/// write last. The number is arbitrary but fixed.
pub(crate) const LOCK: i64 = 0x6361_7461_6c6f_6701;

/// Units computed by one transaction.
const UNITS: i64 = 200;

/// What one run of [`refresh_availability`] has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refreshed {
    /// Changes of stock worked off.
    pub changes: usize,
    /// Units computed anew.
    pub units: usize,
    /// Whether there may be more to do.
    pub more: bool,
}

/// Computes anew what lists show of the units that a change concerns, for up to `limit` changes of stock, oldest first
/// (STK-5). Nothing is done when somebody else is at it.
///
/// Of the units with a component, a change concerns those that are limited by it, and, when it became less, those that
/// it does not suffice for any more. `availability_bound` tells without a look at the units whether there are such:
/// of screws, which are in all units and never short, a change costs the same however many units there are. What there
/// is less of now limits its units more than before, and how much is known at once: an order costs no look at the bills.
/// The others are queued as units first, and worked off in portions, so that every transaction is short.
pub async fn refresh_availability(pg: &Pg, limit: i64) -> Result<Refreshed, sqlx::Error> {
    let Some(taken) = change(pg, limit).await? else {
        return Ok(Refreshed::default());
    };
    let mut refreshed = Refreshed {
        changes: taken.changes,
        units: taken.lowered,
        more: at_least(taken.changes, limit),
    };
    if taken.waiting {
        // A transaction of its own: rows are locked in one order in each.
        let (taken, computed) = work_off(pg).await?;
        refreshed.units += computed;
        refreshed.more |= at_least(taken, UNITS);
    }
    Ok(refreshed)
}

/// Changes of stock that were taken out of the queue.
struct Taken {
    changes: usize,
    /// Units that are shown with less now.
    lowered: usize,
    /// Whether there may be units to compute.
    waiting: bool,
}

/// Works changes off, as far as that is possible without bills; `None` when somebody else is at it.
async fn change(pg: &Pg, limit: i64) -> Result<Option<Taken>, sqlx::Error> {
    pg.run("refresh_availability", async |mut tx: pg::Tx| {
        if !is_ours(&mut tx).await? {
            return Ok(None);
        }
        let changes = take_changes(&mut tx, limit).await?;
        // Statements of their own: they see every change whose row the one before saw.
        let lowered = lower(&mut tx, &changes.components).await?;
        let queued = lowered.queued | queue_short(&mut tx, &lowered.passed).await?;
        Ok(Some(Taken {
            changes: changes.taken,
            lowered: lowered.units,
            waiting: changes.waiting || queued,
        }))
    })
    .await
}

async fn is_ours(conn: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "ours!""#, LOCK)
        .fetch_one(conn)
        .await
}

fn at_least(count: usize, limit: i64) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= limit)
}
