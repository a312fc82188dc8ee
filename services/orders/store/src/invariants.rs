use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::{Store, first_id_at};

/// A rule of the orders database that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Name of the rule.
    pub rule: String,
    /// Id of the row that breaks it.
    pub subject: String,
}

impl Store {
    /// Every breach of the rules that the orders database alone can show; at most 100 a rule. `lag` is how long
    /// after its deadline an unpaid order may still stand. With `since`, only of orders placed and windows that begin
    /// after it, so that it can be asked often however many old orders there are. Needs a role that reads orders, payments and slots.
    ///
    /// The rules: a window has as many places taken as its orders need; an order's last step is its status and its
    /// version their number; money is with us for every order that is paid for, and for no other unless it is to
    /// go back; lines and totals agree; nothing unpaid outlives its deadline.
    pub async fn invariants(
        &self,
        lag: Duration,
        since: Option<OffsetDateTime>,
    ) -> Result<Vec<Violation>, sqlx::Error> {
        let deadline = self.clock.now() - lag;
        let first = since.map_or(Uuid::nil(), |at| first_id_at(at).uuid());
        let since = since.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        sqlx::query_as!(
            Violation,
            r#"(SELECT 'slot_places' AS "rule!", s.id::text AS "subject!"
                FROM delivery_slot s
                LEFT JOIN orders o ON o.slot_id = s.id AND o.status <> 'cancelled'
                WHERE s.starts_at >= $3
                GROUP BY s.id HAVING s.taken <> coalesce(sum(o.places), 0) LIMIT 100)
               UNION ALL
               (SELECT 'history', o.id::text
                FROM orders o
                LEFT JOIN LATERAL (SELECT count(*) AS steps, max(version) AS last FROM order_step
                                   WHERE order_id = o.id) h ON true
                LEFT JOIN order_step s ON s.order_id = o.id AND s.version = o.version
                WHERE o.id >= $2
                  AND (h.steps <> o.version OR h.last IS DISTINCT FROM o.version
                       OR s.status IS DISTINCT FROM o.status)
                LIMIT 100)
               UNION ALL
               (SELECT 'paid_without_payment', o.id::text
                FROM orders o
                WHERE o.id >= $2 AND o.status NOT IN ('created', 'cancelled')
                  AND (SELECT count(*) FROM payment p
                       WHERE p.order_id = o.id AND p.status = 'succeeded' AND NOT p.refund_due
                         AND p.amount = o.total AND p.currency = o.currency) <> 1
                LIMIT 100)
               UNION ALL
               (SELECT 'payment_without_order', p.id::text
                FROM payment p JOIN orders o ON o.id = p.order_id
                WHERE o.id >= $2 AND p.status = 'succeeded' AND NOT p.refund_due AND o.status IN ('created', 'cancelled')
                LIMIT 100)
               UNION ALL
               (SELECT 'goods', o.id::text
                FROM orders o LEFT JOIN order_line l ON l.order_id = o.id
                WHERE o.id >= $2
                GROUP BY o.id
                HAVING o.goods <> coalesce(sum(l.quantity * l.unit_price), 0)
                    OR o.pieces <> coalesce(sum(l.quantity), 0)
                LIMIT 100)
               UNION ALL
               (SELECT 'unpaid_past_deadline', id::text
                FROM orders WHERE status = 'created' AND pay_before < $1 LIMIT 100)"#,
            deadline,
            first,
            since,
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await
    }
}
