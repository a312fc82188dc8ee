//! What there is less of now: known without a look at bills.

use sqlx::PgConnection;
use uuid::Uuid;

/// Units that are written at once, so that the transaction is short.
const UNITS: i64 = 1_000;

/// What became of the units that components limit.
#[derive(Default)]
pub(super) struct Lowered {
    /// Units that are shown with less now.
    pub units: usize,
    /// Whether others were queued.
    pub queued: bool,
    pub passed: Passed,
}

/// Bounds that there is less than now: components, pieces, and the units that what is left suffices for.
#[derive(Default)]
pub(super) struct Passed {
    components: Vec<Uuid>,
    pieces: Vec<i64>,
    units: Vec<i64>,
}

/// Shows less of the units that one of these components alone limits, where it suffices for fewer now, and queues those
/// of which there may be more, and those that are too many to be written at once. One statement.
///
/// Of the other components there is enough for what was shown before, or they are among the changes too, and their bounds
/// tell. That holds where nothing can stand for anything else in a unit: units with substitutes are queued.
pub(super) async fn lower(conn: &mut PgConnection, components: &[Uuid]) -> Result<Lowered, sqlx::Error> {
    if components.is_empty() {
        return Ok(Lowered::default());
    }
    // One by one, since the index is what finds them whatever the planner thinks of so many at once.
    let done = sqlx::query!(
        r#"WITH left_over AS MATERIALIZED (
               SELECT c.id, s.free
               FROM unnest($1::uuid[]) AS c (id)
               CROSS JOIN LATERAL (
                   SELECT coalesce(sum(on_hand - reserved), 0)::bigint AS free FROM stock WHERE component_id = c.id
               ) s
           ), limited AS MATERIALIZED (
               SELECT a.product_id, a.available, l.free / p.quantity AS units
               FROM left_over l
               CROSS JOIN LATERAL (
                   SELECT product_id, available, limited_by FROM product_availability
                   WHERE limited_by @> ARRAY[l.id] OFFSET 0
               ) a
               LEFT JOIN LATERAL (
                   SELECT quantity FROM product_part
                   WHERE product_id = a.product_id AND component_id = l.id AND cardinality(a.limited_by) = 1
                     AND NOT EXISTS (SELECT FROM product_part x
                                     WHERE x.product_id = a.product_id AND x.substitutes <> '{}')
               ) p ON true
           ), shown AS MATERIALIZED (
               -- In the order in which cards are written, too.
               SELECT product_id FROM product_availability
               WHERE product_id = ANY(ARRAY(SELECT product_id FROM limited WHERE units < available))
               ORDER BY product_id LIMIT $2 FOR NO KEY UPDATE
           ), lowered AS (
               UPDATE product_availability a SET available = l.units
               FROM shown s JOIN limited l ON l.product_id = s.product_id
               WHERE a.product_id = s.product_id
               RETURNING a.product_id, a.available
           ), emptied AS (
               -- Lists know whether there are any, not how many.
               INSERT INTO stale_product (product_id) SELECT product_id FROM lowered WHERE available = 0
           ), queued AS (
               INSERT INTO stale_unit (product_id)
               SELECT DISTINCT product_id FROM limited
               WHERE units IS NULL OR units > available
                  OR (units < available AND product_id NOT IN (SELECT product_id FROM shown))
               RETURNING product_id
           ), passed AS (
               SELECT b.component_id, b.pieces, l.free / b.pieces AS units
               FROM left_over l JOIN availability_bound b ON b.component_id = l.id
               WHERE b.bound > l.free / b.pieces
           )
           SELECT (SELECT count(*) FROM lowered) AS "lowered!", EXISTS (SELECT FROM queued) AS "queued!",
                  array_agg(component_id) AS components, array_agg(pieces) AS pieces, array_agg(units) AS units
           FROM passed"#,
        components,
        UNITS,
    )
    .fetch_one(conn)
    .await?;
    Ok(Lowered {
        units: usize::try_from(done.lowered).unwrap_or(0),
        queued: done.queued,
        passed: Passed {
            components: done.components.unwrap_or_default(),
            pieces: done.pieces.unwrap_or_default(),
            units: done.units.unwrap_or_default(),
        },
    })
}

/// Queues the units that what is left does not suffice for, and lowers the bounds that were passed to what is left. Answers
/// whether any were queued.
pub(super) async fn queue_short(conn: &mut PgConnection, passed: &Passed) -> Result<bool, sqlx::Error> {
    if passed.components.is_empty() {
        return Ok(false);
    }
    let queued = sqlx::query_scalar!(
        r#"WITH passed AS (
             SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) AS p (component_id, pieces, units)
         ), used AS (
             SELECT c.component_id, u.product_id, u.pieces
             FROM (SELECT DISTINCT component_id FROM passed) c
             CROSS JOIN LATERAL (
                 SELECT product_id, sum(quantity)::bigint AS pieces
                 FROM (SELECT product_id, quantity FROM product_part WHERE component_id = c.component_id
                       UNION ALL
                       SELECT product_id, quantity FROM product_part
                       WHERE substitutes <> '{}' AND substitutes @> ARRAY[c.component_id]) part
                 GROUP BY product_id
             ) u
         ), shown AS (
             SELECT p.component_id, p.pieces, a.product_id, a.available, a.available > p.units AS concerned
             FROM passed p
             JOIN used u ON u.component_id = p.component_id AND u.pieces = p.pieces
             JOIN product_availability a ON a.product_id = u.product_id
             WHERE NOT a.limited_by @> ARRAY[p.component_id]
         ), queued AS (
             INSERT INTO stale_unit (product_id) SELECT DISTINCT product_id FROM shown WHERE concerned
             RETURNING product_id
         ), lowered AS (
             UPDATE availability_bound b SET bound = coalesce(s.bound, 0)
             FROM passed p
             LEFT JOIN (SELECT component_id, pieces, max(available) AS bound FROM shown WHERE NOT concerned
                        GROUP BY component_id, pieces) s
                 ON s.component_id = p.component_id AND s.pieces = p.pieces
             WHERE b.component_id = p.component_id AND b.pieces = p.pieces
         )
         SELECT EXISTS (SELECT FROM queued) AS "queued!""#,
        &passed.components,
        &passed.pieces,
        &passed.units,
    )
    .fetch_one(conn)
    .await?;
    Ok(queued)
}
