use sqlx::PgConnection;
use uuid::Uuid;

use super::UNITS;

/// Changes of stock.
pub(super) struct Changes {
    pub taken: usize,
    /// The components concerned, each once.
    pub components: Vec<Uuid>,
    /// Whether units are queued.
    pub waiting: bool,
}

/// Takes changes of stock out of their queues, unless there are units enough to do. Rows are found again by where they
/// are: a plan that was made while a queue was empty, as it mostly is, would compare each row with each.
pub(super) async fn take_changes(conn: &mut PgConnection, limit: i64) -> Result<Changes, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH room AS (
               SELECT count(*) AS units, CASE WHEN count(*) < $2 THEN $1::bigint ELSE 0 END AS changes
               FROM (SELECT FROM stale_unit LIMIT $2) u
           ), component AS (
               DELETE FROM stale_component
               WHERE ctid = ANY(ARRAY(SELECT ctid FROM stale_component ORDER BY id LIMIT (SELECT changes FROM room)))
               RETURNING ARRAY[component_id] AS components
           ), stock AS (
               DELETE FROM stale_stock
               WHERE ctid = ANY(ARRAY(SELECT ctid FROM stale_stock ORDER BY id LIMIT (SELECT changes FROM room)))
               RETURNING components
           )
           SELECT components AS "components!", 'stock' AS "what!" FROM stock
           UNION ALL SELECT components, 'component' FROM component
           UNION ALL SELECT '{}', 'units' FROM room WHERE units > 0"#,
        limit,
        UNITS,
    )
    .fetch_all(conn)
    .await?;
    let count = |what: &str| rows.iter().filter(|row| row.what == what).count();
    let (taken, waiting) = (count("stock").max(count("component")), count("units") > 0);
    let mut components: Vec<Uuid> = rows.into_iter().flat_map(|row| row.components).collect();
    components.sort_unstable();
    components.dedup();
    Ok(Changes {
        taken,
        components,
        waiting,
    })
}
