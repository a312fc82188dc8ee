use kernel::{Money, OrderId};
use orders_domain::Status;
use time::OffsetDateTime;

use crate::change_status::status_from_db;
use crate::read::currency_from_db;
use crate::{Slot, Store};

/// An order in the employees' list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Id; the list is sorted by it, newest first.
    pub id: OrderId,
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// When it was placed.
    pub created_at: OffsetDateTime,
    /// Pieces of furniture.
    pub pieces: i64,
    /// What it costs.
    pub total: Money,
    /// Delivery window.
    pub slot: Slot,
}

impl Store {
    /// Orders, newest first, those older than `before`, in `status` if one is given. One statement.
    pub async fn list_orders(
        &self,
        status: Option<Status>,
        before: Option<OrderId>,
        limit: u16,
    ) -> Result<Vec<OrderRow>, sqlx::Error> {
        let rows = sqlx::query!(
            r#"SELECT o.id, o.number, o.status, o.created_at, o.pieces, o.total, o.currency, o.slot_id, s.starts_at,
                      s.ends_at
               FROM orders o JOIN delivery_slot s ON s.id = o.slot_id
               WHERE ($1::text IS NULL OR o.status = $1) AND ($2::uuid IS NULL OR o.id < $2)
               ORDER BY o.id DESC LIMIT $3"#,
            status.map(Status::code),
            before.map(OrderId::uuid),
            i64::from(limit),
        )
        .fetch_all(self.pg.pool())
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(OrderRow {
                    id: row.id.into(),
                    number: row.number,
                    status: status_from_db(&row.status)?,
                    created_at: row.created_at,
                    pieces: row.pieces,
                    total: Money::new(row.total, currency_from_db(&row.currency)?),
                    slot: Slot {
                        id: row.slot_id.into(),
                        starts_at: row.starts_at,
                        ends_at: row.ends_at,
                        free: 0,
                    },
                })
            })
            .collect()
    }
}
