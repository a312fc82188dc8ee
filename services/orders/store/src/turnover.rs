use time::Duration;

use crate::{Store, first_id_at};

/// What became of the last hour's orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastHour {
    /// How many were placed.
    pub placed: i64,
    /// How many of them have been paid, whatever came later.
    pub paid: i64,
}

impl Store {
    /// Orders placed in the last hour, and how many of them were paid (OBS-1). Needs a role that reads orders and
    /// their steps.
    pub async fn last_hour(&self) -> Result<LastHour, sqlx::Error> {
        let first = first_id_at(self.clock.now() - Duration::HOUR);
        sqlx::query_as!(
            LastHour,
            r#"SELECT count(*) AS "placed!",
                   count(*) FILTER (WHERE EXISTS (SELECT FROM order_step s
                                                  WHERE s.order_id = o.id AND s.status = 'paid')) AS "paid!"
               FROM orders o WHERE o.id >= $1"#,
            first.uuid(),
        )
        .fetch_one(&mut *self.pg.connection().await?)
        .await
    }
}
