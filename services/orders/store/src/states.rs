use kernel::OrderId;
use orders_domain::Status;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::Store;
use crate::change_status::status_from_db;

/// Where an order stands, for reconciliation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderState {
    /// The order.
    pub id: OrderId,
    /// Where it stands.
    pub status: Status,
    /// Since when.
    pub since: OffsetDateTime,
}

/// The least id that an order placed at `at` can have: ids begin with the milliseconds (RFC 9562, 5.7).
pub fn first_id_at(at: OffsetDateTime) -> OrderId {
    let milliseconds = (at - OffsetDateTime::UNIX_EPOCH).whole_milliseconds();
    let bits = u128::try_from(milliseconds).unwrap_or(0) << 80;
    OrderId::from(Uuid::from_u128(bits))
}

impl Store {
    /// Orders with ids after `after` up to and with `last`, by id, at most 500. One statement.
    pub async fn order_states(
        &self,
        after: OrderId,
        last: Option<OrderId>,
    ) -> Result<Vec<OrderState>, sqlx::Error> {
        let rows = sqlx::query!(
            "SELECT o.id, o.status, s.at
             FROM orders o JOIN order_step s ON s.order_id = o.id AND s.version = o.version
             WHERE o.id > $1 AND o.id <= $2 ORDER BY o.id LIMIT 500",
            after.uuid(),
            last.map_or(Uuid::max(), OrderId::uuid),
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(OrderState {
                    id: row.id.into(),
                    status: status_from_db(&row.status)?,
                    since: row.at,
                })
            })
            .collect()
    }
}
