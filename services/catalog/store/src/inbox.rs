use std::collections::BTreeMap;

use contracts::events::{OrderStatusChanged, TOGGLES_CHANGED, TogglesChanged, order_status_type};
use contracts::orders::OrderStatus;
use events::{CloudEvent, Handler, HandlerError};
use kernel::{OrderId, SharedClock};
use sqlx::PgConnection;

use crate::SettleError;
use crate::confirm::confirm_one;
use crate::settle::{Refusal, Settle, settle};
use crate::toggles::keep_toggles;

const PAID: &str = order_status_type(OrderStatus::Paid);
const CANCELLED: &str = order_status_type(OrderStatus::Cancelled);

/// What catalog does when it hears of orders: a paid one is confirmed, a cancelled one gives its stock back. And of
/// toggles: it keeps them.
///
/// The two may come in any order; being cancelled counts for more. An order that was paid after its reservation ran
/// out and whose stock is gone fails with `insufficient-stock`: it is sent again for a while, since stock may come
/// in, and then waits among the sender's dead letters for support to refund it or to send it again.
#[derive(Clone)]
pub struct OrderEvents {
    clock: SharedClock,
}

impl OrderEvents {
    /// A handler that takes the time from `clock`.
    pub const fn new(clock: SharedClock) -> Self {
        Self { clock }
    }
}

impl Handler for OrderEvents {
    async fn handle(&self, conn: &mut PgConnection, event: &CloudEvent) -> Result<(), HandlerError> {
        if event.type_ == TOGGLES_CHANGED {
            let told: TogglesChanged = event.payload()?;
            return Ok(keep_toggles(conn, &told).await?);
        }
        let Some((order, wanted)) = read(event)? else {
            return Ok(());
        };
        let now = self.clock.now();
        match wanted {
            Settle::Confirm => confirm_one(conn, now, order).await.or_else(refusal),
            // A release is refused only where there is nothing to release.
            Settle::Release => Ok(settle(conn, now, &BTreeMap::from([(order, wanted)]))
                .await
                .map(drop)?),
        }
    }

    /// All orders of a batch at once: their shelves have to be locked in one order.
    async fn handle_batch(
        &self,
        conn: &mut PgConnection,
        events: &[&CloudEvent],
    ) -> Result<(), HandlerError> {
        if let [event] = events {
            return self.handle(conn, event).await;
        }
        let mut wanted: BTreeMap<OrderId, Settle> = BTreeMap::new();
        for event in events {
            if event.type_ == TOGGLES_CHANGED {
                self.handle(conn, event).await?;
                continue;
            }
            match read(event)? {
                Some((order, Settle::Release)) => drop(wanted.insert(order, Settle::Release)),
                Some((order, Settle::Confirm)) => drop(wanted.entry(order).or_insert(Settle::Confirm)),
                None => {}
            }
        }
        let refused = settle(conn, self.clock.now(), &wanted).await?;
        for (order, refusal) in refused {
            let harmless = matches!(
                (wanted.get(&order), refusal),
                (Some(Settle::Release), _) | (_, Refusal::Released)
            );
            if !harmless {
                // The events are applied one by one then, and each gets the answer that is its own.
                return Err(HandlerError::failed(
                    "one-of-batch",
                    format!("{order}: {refusal:?}"),
                ));
            }
        }
        Ok(())
    }
}

/// The order an event is about and what to do with its reservation; `None` when that is nothing.
fn read(event: &CloudEvent) -> Result<Option<(OrderId, Settle)>, HandlerError> {
    let wanted = match event.type_.as_str() {
        PAID => Settle::Confirm,
        CANCELLED => Settle::Release,
        _ => return Ok(None),
    };
    let changed: OrderStatusChanged = event.payload()?;
    Ok(Some((changed.order_id, wanted)))
}

fn refusal(error: SettleError) -> Result<(), HandlerError> {
    match error {
        // It was cancelled meanwhile.
        SettleError::Released => Ok(()),
        SettleError::NotFound => Err(HandlerError::Rejected("no-reservation")),
        SettleError::Short(_) => Err(HandlerError::failed("insufficient-stock", error)),
        SettleError::Database(error) => Err(error.into()),
    }
}
