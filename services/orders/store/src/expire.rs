use kernel::OrderId;
use orders_domain::{Actor, Move};

use crate::{Change, ChangeError, OrderRef, Store};

impl Store {
    /// Orders whose time to pay is over, longest over first, at most 100.
    pub async fn unpaid_orders(&self) -> Result<Vec<OrderId>, sqlx::Error> {
        let ids = sqlx::query_scalar!(
            "SELECT id FROM orders WHERE status = 'created' AND pay_before <= $1 ORDER BY pay_before LIMIT 100",
            self.clock.now(),
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        Ok(ids.into_iter().map(OrderId::from).collect())
    }

    /// Cancels an order that was not paid in time (STK-3). `false` when it has been paid or cancelled meanwhile, or
    /// does not exist.
    pub async fn cancel_unpaid(&self, order: OrderId) -> Result<bool, sqlx::Error> {
        let change = Change {
            order: OrderRef::Id(order),
            step: Move::Cancel,
            actor: Actor::System,
            login: None,
            reason: None,
        };
        match self
            .change_status_if(&change, orders_domain::Status::Created)
            .await
        {
            Ok(changed) => Ok(changed.is_some()),
            Err(ChangeError::NotFound | ChangeError::Refused(_) | ChangeError::NotHolder) => Ok(false),
            Err(ChangeError::Database(error)) => Err(error),
        }
    }
}
