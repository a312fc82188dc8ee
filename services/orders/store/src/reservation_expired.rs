use kernel::OrderId;
use orders_domain::{Actor, Move, Status};
use sqlx::PgConnection;

use crate::change_status::lock;
use crate::{Change, ChangeError, OrderRef, Store};

impl Store {
    /// Cancels an order whose stock is no longer held, in the transaction of the event that says so. `false` when
    /// there is no such order or it is not waiting for payment any more.
    ///
    /// # Errors
    /// Only [`ChangeError::Database`].
    pub async fn reservation_expired(
        &self,
        tx: &mut PgConnection,
        order: OrderId,
    ) -> Result<bool, ChangeError> {
        let Some(locked) = lock(tx, OrderRef::Id(order)).await? else {
            return Ok(false);
        };
        if locked.status != Status::Created {
            return Ok(false);
        }
        let change = Change {
            order: OrderRef::Id(order),
            step: Move::Cancel,
            actor: Actor::System,
            login: None,
            reason: None,
        };
        self.apply(tx, locked, &change).await?;
        Ok(true)
    }
}
