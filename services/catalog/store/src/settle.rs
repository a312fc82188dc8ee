use std::collections::BTreeMap;

use contracts::catalog::{ReservationStatus, Shortage};
use kernel::OrderId;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::hold::HoldError;
use crate::rows::{status, status_code};

/// Why a reservation is not what was asked for. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// Nothing was ever reserved for the order.
    #[error("nothing is reserved for the order")]
    NotFound,
    /// The stock was given back on request, which is final: a released order cannot be confirmed.
    #[error("the reservation was released")]
    Released,
    /// The reservation had run out, and meanwhile others took the stock. The order cannot be fulfilled as it is:
    /// its money goes back, or it waits until there is stock and is confirmed again.
    #[error("the reservation ran out and the stock is gone")]
    Short(Vec<Shortage>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(SettleError);

impl From<HoldError> for SettleError {
    fn from(error: HoldError) -> Self {
        match error {
            HoldError::Short(shortages) => Self::Short(shortages),
            HoldError::Database(error) => Self::Database(error),
        }
    }
}

/// What is to become of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settle {
    /// It is paid for.
    Confirm,
    /// It is not wanted any more.
    Release,
}

/// Why one reservation of several was left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    NotFound,
    Released,
    Expired,
}

/// A change of one reservation: its new status, and how its picks move the balances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    to: ReservationStatus,
    kind: &'static str,
    /// What a picked piece adds to what is on hand.
    on_hand: i64,
    /// What a picked piece adds to what is reserved.
    reserved: i64,
}

pub(crate) const CONFIRM: Step = Step {
    to: ReservationStatus::Confirmed,
    kind: "confirm",
    on_hand: -1,
    reserved: -1,
};
const RELEASE: Step = Step {
    to: ReservationStatus::Released,
    kind: "release",
    on_hand: 0,
    reserved: -1,
};
const REFUND: Step = Step {
    to: ReservationStatus::Released,
    kind: "refund",
    on_hand: 1,
    reserved: 0,
};
pub(crate) const EXPIRE: Step = Step {
    to: ReservationStatus::Expired,
    kind: "expire",
    on_hand: 0,
    reserved: -1,
};
/// The stock is free already; but a payment that is still on its way must not take it any more.
const GIVE_UP: Step = Step {
    to: ReservationStatus::Released,
    kind: "release",
    on_hand: 0,
    reserved: 0,
};

/// The step that leads from where a reservation stands to what is wanted; `None` when it is there already.
fn step(from: ReservationStatus, wanted: Settle) -> Result<Option<Step>, Refusal> {
    use ReservationStatus::{Confirmed, Expired, Released, Reserved};
    match (from, wanted) {
        (Reserved, Settle::Confirm) => Ok(Some(CONFIRM)),
        (Reserved, Settle::Release) => Ok(Some(RELEASE)),
        (Confirmed, Settle::Release) => Ok(Some(REFUND)),
        (Expired, Settle::Release) => Ok(Some(GIVE_UP)),
        (Confirmed, Settle::Confirm) | (Released, Settle::Release) => Ok(None),
        (Released, Settle::Confirm) => Err(Refusal::Released),
        (Expired, Settle::Confirm) => Err(Refusal::Expired),
    }
}

/// Settles reservations, each named once. What cannot be is left as it is and returned; what is already, is fine.
/// Two statements.
pub(crate) async fn settle(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    wanted: &BTreeMap<OrderId, Settle>,
) -> Result<Vec<(OrderId, Refusal)>, sqlx::Error> {
    let ids: Vec<Uuid> = wanted.keys().map(|id| id.uuid()).collect();
    let held: BTreeMap<OrderId, ReservationStatus> = sqlx::query!(
        "SELECT order_id, status FROM reservation WHERE order_id = ANY($1) ORDER BY order_id FOR NO KEY UPDATE",
        &ids,
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .map(|row| Ok((OrderId::from(row.order_id), status(&row.status)?)))
    .collect::<Result<_, sqlx::Error>>()?;

    let mut steps = Vec::new();
    let mut refused = Vec::new();
    for (&order, &wanted) in wanted {
        let step = held
            .get(&order)
            .ok_or(Refusal::NotFound)
            .and_then(|&from| step(from, wanted));
        match step {
            Ok(Some(step)) => steps.push((order, step)),
            Ok(None) => {}
            Err(refusal) => refused.push((order, refusal)),
        }
    }
    carry_out(conn, now, &steps).await?;
    Ok(refused)
}

/// Carries out steps of reservations whose rows are locked, so that their picks do not change. One statement, which
/// locks the shelves in the order that all changes of stock keep before it changes any; none for no steps.
pub(crate) async fn carry_out(
    conn: &mut PgConnection,
    now: OffsetDateTime,
    steps: &[(OrderId, Step)],
) -> Result<(), sqlx::Error> {
    if steps.is_empty() {
        return Ok(());
    }
    let orders: Vec<Uuid> = steps.iter().map(|(order, _)| order.uuid()).collect();
    let statuses: Vec<&str> = steps.iter().map(|(_, step)| status_code(step.to)).collect();
    let kinds: Vec<&str> = steps.iter().map(|(_, step)| step.kind).collect();
    let on_hand: Vec<i64> = steps.iter().map(|(_, step)| step.on_hand).collect();
    let reserved: Vec<i64> = steps.iter().map(|(_, step)| step.reserved).collect();
    sqlx::query!(
        "WITH step AS (
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[])
                  AS s (order_id, status, kind, on_hand, reserved)
         ), sold AS (
             INSERT INTO stale_sale (order_id) SELECT order_id FROM step WHERE kind IN ('confirm', 'refund')
         ), moved AS (
             SELECT p.order_id, p.component_id, p.warehouse_id, step.kind,
                    step.on_hand * p.quantity AS on_hand, step.reserved * p.quantity AS reserved
             FROM step JOIN reservation_pick p ON p.order_id = step.order_id
             WHERE step.on_hand <> 0 OR step.reserved <> 0
         ), locked AS MATERIALIZED (
             SELECT s.component_id, s.warehouse_id, m.on_hand, m.reserved
             FROM (SELECT component_id, warehouse_id,
                          sum(on_hand)::bigint AS on_hand, sum(reserved)::bigint AS reserved
                   FROM moved GROUP BY component_id, warehouse_id) m
             JOIN stock s ON s.component_id = m.component_id AND s.warehouse_id = m.warehouse_id
             ORDER BY s.component_id, s.warehouse_id
             FOR NO KEY UPDATE OF s
         ), balance AS (
             UPDATE stock s SET on_hand = s.on_hand + l.on_hand, reserved = s.reserved + l.reserved
             FROM locked l WHERE s.component_id = l.component_id AND s.warehouse_id = l.warehouse_id
         ), journal AS (
             INSERT INTO stock_movement
                 (component_id, warehouse_id, kind, on_hand_delta, reserved_delta, order_id, at)
             SELECT component_id, warehouse_id, kind, on_hand, reserved, order_id, $6 FROM moved
         ), stale AS (
             INSERT INTO stale_stock (components)
             SELECT array_agg(DISTINCT component_id) FROM moved WHERE on_hand <> reserved HAVING count(*) > 0
         )
         UPDATE reservation r SET status = step.status, settled_at = $6
         FROM step WHERE r.order_id = step.order_id",
        &orders,
        &statuses as &[&str],
        &kinds as &[&str],
        &on_hand,
        &reserved,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
