use kernel::{Money, OrderId};
use orders_domain::Status;
use time::OffsetDateTime;
use uuid::Uuid;

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

struct Row {
    id: Uuid,
    number: String,
    status: String,
    created_at: OffsetDateTime,
    pieces: i64,
    total: i64,
    currency: String,
    slot_id: Uuid,
    starts_at: OffsetDateTime,
    ends_at: OffsetDateTime,
}

impl Row {
    fn read(self) -> Result<OrderRow, sqlx::Error> {
        Ok(OrderRow {
            id: self.id.into(),
            number: self.number,
            status: status_from_db(&self.status)?,
            created_at: self.created_at,
            pieces: self.pieces,
            total: Money::new(self.total, currency_from_db(&self.currency)?),
            slot: Slot {
                id: self.slot_id.into(),
                starts_at: self.starts_at,
                ends_at: self.ends_at,
                free: 0,
            },
        })
    }
}

impl Store {
    /// Orders, newest first, those older than `before`, in `status` if one is given. One statement.
    pub async fn list_orders(
        &self,
        status: Option<Status>,
        before: Option<OrderId>,
        limit: u16,
    ) -> Result<Vec<OrderRow>, sqlx::Error> {
        let (before, limit) = (before.map_or(Uuid::max(), OrderId::uuid), i64::from(limit));
        // Two statements instead of a condition that may be off: each has an index that ends after a page.
        let rows = match status {
            None => {
                sqlx::query_as!(
                    Row,
                    "SELECT o.id, o.number, o.status, o.created_at, o.pieces, o.total, o.currency, o.slot_id,
                            s.starts_at, s.ends_at
                     FROM orders o JOIN delivery_slot s ON s.id = o.slot_id
                     WHERE o.id < $1
                     ORDER BY o.id DESC LIMIT $2",
                    before,
                    limit,
                )
                .fetch_all(&mut *self.pg.connection().await?)
                .await?
            }
            Some(status) => {
                sqlx::query_as!(
                    Row,
                    "SELECT o.id, o.number, o.status, o.created_at, o.pieces, o.total, o.currency, o.slot_id,
                            s.starts_at, s.ends_at
                     FROM orders o JOIN delivery_slot s ON s.id = o.slot_id
                     WHERE o.status = $3 AND o.id < $1
                     ORDER BY o.id DESC LIMIT $2",
                    before,
                    limit,
                    status.code(),
                )
                .fetch_all(&mut *self.pg.connection().await?)
                .await?
            }
        };
        rows.into_iter().map(Row::read).collect()
    }
}
