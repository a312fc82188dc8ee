use sqlx::PgConnection;

use super::filter::Range;
use super::packed::{Row, unpack};

/// Reads the rows of lists of the index of terms, each up to its limit. One statement, which answers one row a list.
pub(crate) async fn gather(
    conn: &mut PgConnection,
    wanted: &[(i64, i64)],
) -> Result<Vec<Vec<Row>>, sqlx::Error> {
    let (terms, limits): (Vec<i64>, Vec<i64>) = wanted.iter().copied().unzip();
    let found = sqlx::query_scalar!(
        r#"SELECT (SELECT string_agg(packed, '')
                   FROM (SELECT packed FROM listing
                         WHERE listing_terms(path, color, material, available, props) @> ARRAY[list.term]
                         LIMIT list.most) found)
           FROM unnest($1::bigint[], $2::bigint[]) WITH ORDINALITY AS list (term, most, nth)
           ORDER BY nth"#,
        &terms,
        &limits,
    )
    .fetch_all(conn)
    .await?;
    found.into_iter().map(unpack).collect()
}

/// Reads the rows of units whose number is in a range, in these categories, up to a limit.
pub(crate) async fn in_range(
    conn: &mut PgConnection,
    range: &Range,
    categories: &[i32],
    limit: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let packed = sqlx::query_scalar!(
        r#"SELECT string_agg(l.packed, '')
           FROM (SELECT product_id FROM listing_number
                 WHERE property = $1 AND category = ANY($2) AND value BETWEEN $3 AND $4 LIMIT $5) n
           JOIN listing l ON l.product_id = n.product_id"#,
        range.property,
        categories,
        range.low,
        range.high,
        limit,
    )
    .fetch_one(conn)
    .await?;
    unpack(packed)
}
