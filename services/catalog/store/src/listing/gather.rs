use sqlx::PgConnection;

use super::filter::{Range, Row};
use super::packed::unpack;

/// Reads the rows of up to five lists of the index of terms, each up to its limit. One statement; a limit of 0 costs
/// nothing.
pub(crate) async fn gather(
    conn: &mut PgConnection,
    wanted: &[(i64, i64)],
) -> Result<Vec<Vec<Row>>, sqlx::Error> {
    let list = |at: usize| wanted.get(at).copied().unwrap_or((0, 0));
    let lists: [(i64, i64); 5] = std::array::from_fn(list);
    let rows = sqlx::query!(
        r#"(SELECT 0 AS "list!", packed AS "packed!" FROM listing
            WHERE listing_terms(path, color, material, available, props) @> ARRAY[$1::bigint] LIMIT $2)
           UNION ALL
           (SELECT 1, packed FROM listing
            WHERE listing_terms(path, color, material, available, props) @> ARRAY[$3::bigint] LIMIT $4)
           UNION ALL
           (SELECT 2, packed FROM listing
            WHERE listing_terms(path, color, material, available, props) @> ARRAY[$5::bigint] LIMIT $6)
           UNION ALL
           (SELECT 3, packed FROM listing
            WHERE listing_terms(path, color, material, available, props) @> ARRAY[$7::bigint] LIMIT $8)
           UNION ALL
           (SELECT 4, packed FROM listing
            WHERE listing_terms(path, color, material, available, props) @> ARRAY[$9::bigint] LIMIT $10)"#,
        lists[0].0,
        lists[0].1,
        lists[1].0,
        lists[1].1,
        lists[2].0,
        lists[2].1,
        lists[3].0,
        lists[3].1,
        lists[4].0,
        lists[4].1,
    )
    .fetch_all(conn)
    .await?;
    let mut found = vec![Vec::new(); wanted.len()];
    for row in rows {
        let at = usize::try_from(row.list).unwrap_or_default();
        let Some(rows) = found.get_mut(at) else { continue };
        rows.push(unpack(&row.packed)?);
    }
    Ok(found)
}

/// Reads the rows of units whose number is in a range, in these categories, up to a limit.
pub(crate) async fn in_range(
    conn: &mut PgConnection,
    range: &Range,
    categories: &[i32],
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let packed = sqlx::query_scalar!(
        r#"SELECT l.packed AS "packed!"
           FROM (SELECT product_id FROM listing_number
                 WHERE property = $1 AND category = ANY($2) AND value BETWEEN $3 AND $4 LIMIT $5) n
           JOIN listing l ON l.product_id = n.product_id"#,
        range.property,
        categories,
        range.low,
        range.high,
        limit,
    )
    .fetch_all(conn)
    .await?;
    packed.iter().map(|packed| unpack(packed)).collect()
}

/// Reads the rows of units with a price in a range; `None` when they are more than `most`, which is found out without
/// reading what they are.
pub(crate) async fn priced(
    conn: &mut PgConnection,
    low: i64,
    high: i64,
    most: i64,
) -> Result<Option<Vec<Row>>, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!"
           FROM (SELECT FROM listing
                 WHERE coalesce(price, 9223372036854775807) BETWEEN $1 AND $2 AND price IS NOT NULL
                 LIMIT $3) found"#,
        low,
        high,
        most + 1,
    )
    .fetch_one(&mut *conn)
    .await?;
    if found > most {
        return Ok(None);
    }
    let packed = sqlx::query_scalar!(
        r#"SELECT packed AS "packed!"
           FROM listing
           WHERE coalesce(price, 9223372036854775807) BETWEEN $1 AND $2 AND price IS NOT NULL
           LIMIT $3"#,
        low,
        high,
        most,
    )
    .fetch_all(conn)
    .await?;
    packed
        .iter()
        .map(|packed| unpack(packed))
        .collect::<Result<_, _>>()
        .map(Some)
}
