//! The one way an order gets another status: the domain's state machine decides, one transaction writes.

use contracts::events::{OrderStatusChanged, order_status_type};
use contracts::orders::{ActorKind, OrderStatus};
use events::NewEvent;
use kernel::OrderId;
use orders_domain::{Actor, Move, Refused, Status};
use pg::Tx;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Store;

/// How the caller names an order.
#[derive(Debug, Clone, Copy)]
pub enum OrderRef<'a> {
    /// By its number.
    Number(&'a str),
    /// By its id.
    Id(OrderId),
}

/// A step to take.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// The order.
    pub order: OrderRef<'a>,
    /// What happens to it.
    pub step: Move,
    /// What kind of actor does it.
    pub actor: Actor,
    /// Login of the employee or courier.
    pub login: Option<&'a str>,
    /// Why it was not delivered; only for [`Move::FailToDeliver`].
    pub reason: Option<&'a str>,
}

/// What a step led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The order.
    pub order_id: OrderId,
    /// Its number.
    pub number: String,
    /// Status before.
    pub from: Status,
    /// Status now. Equal to `from` when a courier repeats a step already taken: nothing was written.
    pub to: Status,
}

/// Why a status was not changed. Nothing is written then.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// There is no such order.
    #[error("no such order")]
    NotFound,
    /// The state machine refuses the step.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// Another courier has the order.
    #[error("another courier has the order")]
    NotHolder,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

pg::transaction_error!(ChangeError);

/// An order's row, locked for a change.
#[derive(Debug)]
pub(crate) struct Locked {
    pub id: Uuid,
    pub number: String,
    pub status: Status,
    pub courier: Option<String>,
}

impl Store {
    /// Takes a step with an order: status, history and event in one transaction. Five statements, six when money
    /// has to go back.
    pub async fn change_status(&self, change: &Change<'_>) -> Result<Changed, ChangeError> {
        let changed = self
            .pg
            .run("change_status", |mut tx: Tx| async move {
                let order = lock(&mut tx, change.order).await?.ok_or(ChangeError::NotFound)?;
                self.apply(&mut tx, order, change).await
            })
            .await?;
        self.wake.wake();
        Ok(changed)
    }

    /// Takes a step with an order if it still has the status `expected`; `None` when it has another one.
    pub(crate) async fn change_status_if(
        &self,
        change: &Change<'_>,
        expected: Status,
    ) -> Result<Option<Changed>, ChangeError> {
        let changed = self
            .pg
            .run("change_status_if", |mut tx: Tx| async move {
                let order = lock(&mut tx, change.order).await?.ok_or(ChangeError::NotFound)?;
                if order.status != expected {
                    return Ok(None);
                }
                self.apply(&mut tx, order, change).await.map(Some)
            })
            .await?;
        self.wake.wake();
        Ok(changed)
    }

    /// Takes a step with an order that the caller has locked.
    pub(crate) async fn apply(
        &self,
        tx: &mut PgConnection,
        order: Locked,
        change: &Change<'_>,
    ) -> Result<Changed, ChangeError> {
        if let Some(repeated) = repeated(&order, change) {
            return Ok(repeated);
        }
        let to = order.status.after(change.step, change.actor)?;
        if change.step.is_holders() && order.courier.as_deref() != change.login {
            return Err(ChangeError::NotHolder);
        }
        let courier = match change.step {
            Move::Claim => change.login,
            Move::GiveBack => None,
            _ => order.courier.as_deref(),
        };
        let at = self.clock.now();
        write(tx, &order, to, courier, change, at).await?;
        if to == Status::Cancelled && order.status.is_paid_for() {
            give_money_back(tx, order.id).await?;
        }
        let told = OrderStatusChanged {
            order_id: order.id.into(),
            number: order.number.clone(),
            from: Some(contract_status(order.status)),
            to: contract_status(to),
            at,
            by: contract_actor(change.actor),
            actor: change.login.map(str::to_owned),
        };
        let event =
            NewEvent::new(&*self.clock, order_status_type(contract_status(to)), &told).subject(&order.number);
        events::emit(tx, &[event], &self.subscriptions).await?;
        Ok(Changed {
            order_id: order.id.into(),
            number: order.number,
            from: order.status,
            to,
        })
    }
}

/// Locks an order's row; `None` when there is none.
pub(crate) async fn lock(tx: &mut PgConnection, order: OrderRef<'_>) -> Result<Option<Locked>, sqlx::Error> {
    let (id, number) = match order {
        OrderRef::Id(id) => (Some(id.uuid()), None),
        OrderRef::Number(number) => (None, Some(number)),
    };
    let row = sqlx::query!(
        "SELECT id, number, status, courier FROM orders WHERE id = $1 OR number = $2 FOR UPDATE",
        id,
        number,
    )
    .fetch_optional(tx)
    .await?;
    row.map(|row| {
        Ok(Locked {
            id: row.id,
            number: row.number,
            status: status_from_db(&row.status)?,
            courier: row.courier,
        })
    })
    .transpose()
}

/// A courier's app may send a step again after a lost answer (COU-4): the same courier taking the step that was
/// taken is answered as if it were new.
fn repeated(order: &Locked, change: &Change<'_>) -> Option<Changed> {
    let (target, courier) = match change.step {
        Move::Claim => (Status::InDelivery, change.login),
        Move::Deliver => (Status::Delivered, change.login),
        Move::FailToDeliver => (Status::NotDelivered, change.login),
        // Nobody has it any more, and nobody keeps in mind who had.
        Move::GiveBack => (Status::ReadyToShip, None),
        _ => return None,
    };
    let same = change.actor == Actor::Courier
        && change.login.is_some()
        && order.status == target
        && order.courier.as_deref() == courier;
    same.then(|| Changed {
        order_id: order.id.into(),
        number: order.number.clone(),
        from: order.status,
        to: order.status,
    })
}

async fn write(
    tx: &mut PgConnection,
    order: &Locked,
    to: Status,
    courier: Option<&str>,
    change: &Change<'_>,
    at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH changed AS (
           UPDATE orders SET status = $2, version = version + 1, courier = $3, not_delivered = $4
           WHERE id = $1
           RETURNING id, version, slot_id, places
         ), step AS (
           INSERT INTO order_step (order_id, version, status, at, actor_kind, actor)
           SELECT id, version, $2, $5, $6, $7 FROM changed
         )
         UPDATE delivery_slot SET taken = taken - changed.places
         FROM changed WHERE $8 AND delivery_slot.id = changed.slot_id",
        order.id,
        to.code(),
        courier,
        change.reason,
        at,
        change.actor.code(),
        change.login,
        to == Status::Cancelled,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// What was paid for a cancelled order is to go back (PAY-3).
async fn give_money_back(tx: &mut PgConnection, order: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE payment SET refund_due = true WHERE order_id = $1 AND status = 'succeeded'",
        order,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Reads a stored status; a code that the domain does not know is a decoding error.
pub(crate) fn status_from_db(code: &str) -> Result<Status, sqlx::Error> {
    Status::from_code(code).ok_or_else(|| sqlx::Error::Decode(format!("unknown order status {code}").into()))
}

pub(crate) fn actor_from_db(code: &str) -> Result<Actor, sqlx::Error> {
    Actor::from_code(code).ok_or_else(|| sqlx::Error::Decode(format!("unknown kind of actor {code}").into()))
}

const fn contract_status(status: Status) -> OrderStatus {
    match status {
        Status::Created => OrderStatus::Created,
        Status::Paid => OrderStatus::Paid,
        Status::ReadyToShip => OrderStatus::ReadyToShip,
        Status::NeedsChange => OrderStatus::NeedsChange,
        Status::InDelivery => OrderStatus::InDelivery,
        Status::Delivered => OrderStatus::Delivered,
        Status::NotDelivered => OrderStatus::NotDelivered,
        Status::Cancelled => OrderStatus::Cancelled,
    }
}

const fn contract_actor(actor: Actor) -> ActorKind {
    match actor {
        Actor::Customer => ActorKind::Customer,
        Actor::Employee => ActorKind::Employee,
        Actor::Courier => ActorKind::Courier,
        Actor::Payment => ActorKind::Payment,
        Actor::System => ActorKind::System,
    }
}
