use contracts::catalog::{ReservationPage, ReservationState, ReservationStatus};
use kernel::OrderId;
use pg::Pg;

use crate::rows::{status, status_code};

/// Which reservations to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReservationFilter {
    /// Only those of orders with greater ids.
    pub after: Option<OrderId>,
    /// Only those that stand there.
    pub status: Option<ReservationStatus>,
    /// The most to answer, at least 1.
    pub limit: u16,
}

/// Reservations in the order of their order ids, for reconciliation. One statement.
pub async fn list_reservations(pg: &Pg, filter: &ReservationFilter) -> Result<ReservationPage, sqlx::Error> {
    let after = filter.after.map(OrderId::uuid);
    let wanted = filter.status.map(status_code);
    let limit = usize::from(filter.limit.max(1));
    pg.read("list_reservations", async |mut tx: pg::Tx| {
        let mut rows = sqlx::query!(
            "SELECT order_id, status, created_at, expires_at FROM reservation
             WHERE order_id > coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
               AND ($2::text IS NULL OR status = $2)
             ORDER BY order_id
             LIMIT $3",
            after,
            wanted,
            i64::try_from(limit).unwrap_or(i64::MAX) + 1,
        )
        .fetch_all(&mut *tx)
        .await?;
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next_after = rows.last().filter(|_| more).map(|row| row.order_id.into());
        let items = rows
            .into_iter()
            .map(|row| {
                Ok(ReservationState {
                    order_id: row.order_id.into(),
                    status: status(&row.status)?,
                    created_at: row.created_at,
                    expires_at: row.expires_at,
                })
            })
            .collect::<Result<_, sqlx::Error>>()?;
        Ok(ReservationPage { items, next_after })
    })
    .await
}
