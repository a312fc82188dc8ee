use contracts::events::{RESERVATION_EXPIRED, ReservationExpired};
use events::{NewEvent, Subscriptions};
use kernel::{Clock, OrderId};
use pg::Pg;

use crate::settle::{EXPIRE, carry_out};

/// Frees the stock of up to `limit` reservations whose time is over, longest over first, and tells of each with
/// [`RESERVATION_EXPIRED`] in the same transaction (STK-3). Several may run at once: each takes others. Answers the
/// orders concerned; as many as `limit` mean that there may be more.
pub async fn expire_due(
    pg: &Pg,
    clock: &dyn Clock,
    subscriptions: &Subscriptions,
    limit: i64,
) -> Result<Vec<OrderId>, sqlx::Error> {
    pg.run("expire_due", async |mut tx: pg::Tx| {
        let now = clock.now();
        // What is locked is being confirmed or released just now.
        let due: Vec<OrderId> = sqlx::query_scalar!(
            "SELECT order_id FROM reservation
             WHERE status = 'reserved' AND expires_at <= $1
             ORDER BY expires_at
             LIMIT $2
             FOR NO KEY UPDATE SKIP LOCKED",
            now,
            limit,
        )
        .fetch_all(&mut *tx)
        .await?
        .into_iter()
        .map(OrderId::from)
        .collect();
        let steps: Vec<_> = due.iter().map(|&order| (order, EXPIRE)).collect();
        carry_out(&mut tx, now, &steps).await?;
        let told: Vec<NewEvent> = due
            .iter()
            .map(|&order_id| {
                let expired = ReservationExpired { order_id, at: now };
                NewEvent::new(clock, RESERVATION_EXPIRED, &expired).subject(order_id.to_string())
            })
            .collect();
        events::emit(&mut tx, &told, subscriptions).await?;
        Ok(due)
    })
    .await
}
