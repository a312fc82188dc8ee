use sqlx::PgConnection;
use uuid::Uuid;

use super::Sort;
use super::lexemes::{CHUNK, Sought, query};
use super::packed::{Row, unpack};
use super::position::Position;

/// A unit that words find.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub row: Row,
    /// How well the words fit.
    pub score: i64,
    /// The slice of a chunk that it is in.
    pub slice: i32,
    pub step: i32,
}

/// Hits as statements answer them, in one row.
struct Found {
    packed: Option<Vec<u8>>,
    scores: Option<Vec<i64>>,
    slices: Option<Vec<i32>>,
    steps: Option<Vec<i16>>,
}

impl Found {
    fn into_hits(self) -> Result<Vec<Hit>, sqlx::Error> {
        let rows = unpack(self.packed)?;
        let scores = self.scores.unwrap_or_default();
        let slices = self.slices.unwrap_or_default();
        let steps = self.steps.unwrap_or_default();
        if [scores.len(), slices.len(), steps.len()] != [rows.len(); 3] {
            return Err(sqlx::Error::Decode(
                "rows of a list without what belongs to them".into(),
            ));
        }
        let beside = scores.into_iter().zip(slices).zip(steps);
        let hit = |(row, ((score, slice), step)): (Row, ((i64, i32), i16))| Hit {
            row,
            score,
            slice,
            step: i32::from(step),
        };
        Ok(rows.into_iter().zip(beside).map(hit).collect())
    }
}

/// Units that have all the words and places, in the windows of these prefixes, window by window, up to a limit; and the
/// one whose slug is `slug`, whatever its words.
pub(super) async fn find(
    conn: &mut PgConnection,
    text: &str,
    sought: &[Sought],
    places: &[String],
    prefixes: &[String],
    slug: Option<&str>,
    limit: i64,
) -> Result<Vec<Hit>, sqlx::Error> {
    let found = sqlx::query_as!(
        Found,
        r#"SELECT string_agg(packed, '') AS packed, array_agg(score) AS scores, array_agg(slice) AS slices,
                  array_agg(step) AS steps
           FROM (
               (SELECT t.packed, (t.serial / 250)::integer AS slice, t.step,
                       CASE WHEN $4 IN (t.slug, t.name_ru, t.name_en) THEN 3000000
                            WHEN starts_with(t.name_ru, $4) OR starts_with(t.name_en, $4) OR starts_with(t.slug, $4)
                            THEN 2000000
                            ELSE 1000000 END + (ts_rank(t.search, (SELECT $2::text::tsquery)) * 900000)::bigint AS score
                FROM unnest($3::text[]) prefix
                CROSS JOIN LATERAL (
                    SELECT * FROM listing_text x
                    WHERE listing_lexemes((x.serial / 2000)::integer, x.step, x.search, x.places)
                          @@ replace($1::text, chr(1), prefix)::tsquery
                ) t
                LIMIT $6)
               UNION ALL
               (SELECT packed, (serial / 250)::integer, step, 4000000 FROM listing_text WHERE slug = $5)
           ) t"#,
        query(sought, places),
        query(sought, &[]).replace(CHUNK, ""),
        prefixes,
        text,
        slug,
        limit,
    )
    .fetch_one(conn)
    .await?;
    let mut found = found.into_hits()?;
    if slug.is_some()
        && let Some(named) = found.iter().rposition(|hit| hit.score == 4_000_000)
    {
        // By its words as well.
        let id = found[named].row.id;
        let mut at = 0;
        found.retain(|hit| {
            at += 1;
            hit.row.id != id || at - 1 == named
        });
    }
    Ok(found)
}

/// The units of these serial numbers, scored by the words, whether they have them or not.
pub(super) async fn of_serials(
    conn: &mut PgConnection,
    text: &str,
    sought: &[Sought],
    serials: &[i64],
) -> Result<Vec<Hit>, sqlx::Error> {
    if serials.is_empty() {
        return Ok(Vec::new());
    }
    let found = sqlx::query_as!(
        Found,
        r#"SELECT string_agg(packed, '') AS packed, array_agg(score) AS scores, array_agg(slice) AS slices,
                  array_agg(step) AS steps
           FROM (SELECT packed, (serial / 250)::integer AS slice, step,
                        CASE WHEN $3 IN (slug, name_ru, name_en) THEN 3000000
                             WHEN starts_with(name_ru, $3) OR starts_with(name_en, $3) OR starts_with(slug, $3)
                             THEN 2000000
                             ELSE 1000000 END + (ts_rank(search, (SELECT $2::text::tsquery)) * 900000)::bigint AS score
                 FROM listing_text
                 WHERE serial = ANY($1)) t"#,
        serials,
        query(sought, &[]).replace(CHUNK, ""),
        text,
    )
    .fetch_one(conn)
    .await?;
    found.into_hits()
}

/// Those of the rows that have all the words.
pub(super) async fn among(
    conn: &mut PgConnection,
    text: &str,
    sought: &[Sought],
    rows: Vec<Row>,
) -> Result<Vec<Hit>, sqlx::Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let scored = sqlx::query!(
        r#"SELECT t.product_id AS id, (t.serial / 250)::integer AS "slice!", t.step,
                  CASE WHEN $3 IN (t.slug, t.name_ru, t.name_en) THEN 3000000
                       WHEN starts_with(t.name_ru, $3) OR starts_with(t.name_en, $3) OR starts_with(t.slug, $3)
                       THEN 2000000
                       ELSE 1000000 END + (ts_rank(t.search, (SELECT $2::text::tsquery)) * 900000)::bigint AS "score!"
           FROM listing_text t
           WHERE t.product_id = ANY($1) AND t.search @@ (SELECT $2::text::tsquery)"#,
        &ids,
        query(sought, &[]).replace(CHUNK, ""),
        text,
    )
    .fetch_all(conn)
    .await?;
    let mut rows: std::collections::HashMap<Uuid, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    let hits = scored.into_iter().filter_map(|found| {
        Some(Hit {
            row: rows.remove(&found.id)?,
            score: found.score,
            slice: found.slice,
            step: i32::from(found.step),
        })
    });
    Ok(hits.collect())
}

/// Follows the index of prices from a position on through [`LOOKED_THROUGH`](super::walk::LOOKED_THROUGH) rows: those
/// that have all the words, in order.
pub(super) async fn along_prices(
    conn: &mut PgConnection,
    sought: &[Sought],
    from: &Position,
) -> Result<Vec<Hit>, sqlx::Error> {
    let words = query(sought, &[]).replace(CHUNK, "");
    /// The condition and the order have to be text of the statement for an index to serve them.
    macro_rules! along {
        ($after:literal, $order:literal) => {
            sqlx::query_as!(
                Found,
                r#"SELECT string_agg(packed, '') AS packed, array_agg(0::bigint) AS scores, array_agg(slice) AS slices,
                          array_agg(step) AS steps
                   FROM (SELECT l.packed, (t.serial / 250)::integer AS slice, t.step
                         FROM (SELECT l.* FROM listing l WHERE "# + $after + " ORDER BY " + $order + r#" LIMIT 2000) l
                         CROSS JOIN LATERAL (SELECT * FROM listing_text x WHERE x.product_id = l.product_id OFFSET 0) t
                         WHERE t.search @@ (SELECT $3::text::tsquery)
                         ORDER BY "# + $order + ") found",
                from.1,
                from.2,
                words,
            )
            .fetch_one(conn)
            .await?
        };
    }
    let found = if from.0 == Sort::Price {
        along!(
            "(coalesce(l.price, 9223372036854775807), l.product_id) > ($1::bigint, $2)",
            "coalesce(l.price, 9223372036854775807), l.product_id"
        )
    } else {
        along!(
            "(coalesce(l.price, -1), l.product_id) < ($1::bigint, $2)",
            "coalesce(l.price, -1) DESC, l.product_id DESC"
        )
    };
    found.into_hits()
}
