use kernel::{Money, PaymentId};
use orders_domain::{Actor, Move, Status};
use pg::Tx;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::change_status::{Locked, status_from_db};
use crate::read::currency_from_db;
use crate::{Change, ChangeError, Changed, OrderRef, Store};

/// What the provider says of a payment, asked by us: a message alone is never believed (PAY-2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    /// It has the money: this much.
    Succeeded(Money),
    /// It was refused or given up.
    Canceled,
}

/// What a settlement led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// The order is paid now.
    Paid(Changed),
    /// The payment was settled before; nothing was written.
    Already,
    /// There is money for an order that cannot take it (cancelled meanwhile, or paid twice): it goes back.
    RefundDue,
    /// The payment came to nothing.
    Canceled,
    /// The amount is not the one asked for; nothing was written.
    WrongAmount,
    /// There is no such payment, or the provider knows it by another id; nothing was written.
    Unknown,
}

struct Row {
    order: Locked,
    provider_id: Option<String>,
    pending: bool,
    amount: Money,
}

impl Store {
    /// Settles a payment and, with it, its order, in one transaction. Repeated, late and reordered messages are
    /// harmless. Six statements at most.
    pub async fn settle(
        &self,
        payment: PaymentId,
        provider_id: &str,
        settlement: Settlement,
    ) -> Result<Settled, ChangeError> {
        let settled = self
            .pg
            .run("settle_payment", |mut tx: Tx| async move {
                let Some(row) = lock(&mut tx, payment.uuid()).await? else {
                    return Ok(Settled::Unknown);
                };
                if row.provider_id.is_some_and(|known| known != provider_id) {
                    return Ok(Settled::Unknown);
                }
                if !row.pending {
                    return Ok(Settled::Already);
                }
                match settlement {
                    Settlement::Canceled => {
                        finish(
                            &mut tx,
                            payment.uuid(),
                            provider_id,
                            "canceled",
                            false,
                            self.clock.now(),
                        )
                        .await?;
                        Ok(Settled::Canceled)
                    }
                    Settlement::Succeeded(money) if money != row.amount => Ok(Settled::WrongAmount),
                    Settlement::Succeeded(_) => self.pay(&mut tx, payment, provider_id, row.order).await,
                }
            })
            .await?;
        if matches!(settled, Settled::Paid(_)) {
            self.wake.wake();
        }
        Ok(settled)
    }

    async fn pay(
        &self,
        tx: &mut PgConnection,
        payment: PaymentId,
        provider_id: &str,
        order: Locked,
    ) -> Result<Settled, ChangeError> {
        let payable = order.status == Status::Created;
        finish(
            tx,
            payment.uuid(),
            provider_id,
            "succeeded",
            !payable,
            self.clock.now(),
        )
        .await?;
        if !payable {
            return Ok(Settled::RefundDue);
        }
        let change = Change {
            order: OrderRef::Id(order.id.into()),
            step: Move::Pay,
            actor: Actor::Payment,
            login: None,
            reason: None,
        };
        self.apply(tx, order, &change).await.map(Settled::Paid)
    }
}

/// Locks a payment and its order, the order first as every other operation does.
async fn lock(tx: &mut PgConnection, payment: Uuid) -> Result<Option<Row>, sqlx::Error> {
    let found = sqlx::query!(
        r#"WITH o AS MATERIALIZED (
             SELECT id, number, status, courier FROM orders
             WHERE id = (SELECT order_id FROM payment WHERE id = $1)
             FOR UPDATE
           )
           SELECT o.id, o.number, o.status, o.courier, p.provider_id, p.status = 'pending' AS "pending!", p.amount,
                  p.currency
           FROM o, payment p WHERE p.id = $1
           FOR UPDATE OF p"#,
        payment,
    )
    .fetch_optional(tx)
    .await?;
    found
        .map(|row| {
            Ok(Row {
                order: Locked {
                    id: row.id,
                    number: row.number,
                    status: status_from_db(&row.status)?,
                    courier: row.courier,
                },
                provider_id: row.provider_id,
                pending: row.pending,
                amount: Money::new(row.amount, currency_from_db(&row.currency)?),
            })
        })
        .transpose()
}

async fn finish(
    tx: &mut PgConnection,
    payment: Uuid,
    provider_id: &str,
    status: &str,
    refund_due: bool,
    at: OffsetDateTime,
) -> Result<(), sqlx::Error> {
    // The provider's message may come before its answer to us was stored.
    sqlx::query!(
        "UPDATE payment SET status = $3, refund_due = $4, settled_at = $5, provider_id = $2 WHERE id = $1",
        payment,
        provider_id,
        status,
        refund_due,
        at,
    )
    .execute(tx)
    .await?;
    Ok(())
}
