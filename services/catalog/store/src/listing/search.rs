use std::collections::HashSet;

use contracts::catalog::ProductPage;
use kernel::{PageSize, encode_cursor};
use sqlx::PgConnection;

use super::ListError;
use super::browse::Browse;
use super::cards::cards;
use super::filter::{Row, Wanted};
use super::lexemes::{CHUNK, Sought, at_most, look_up, query, words};
use super::position::Position;
use super::tally::Tally;
use super::words::ListingWords;

/// Matches that a search ranks: the newest, where there are more.
pub(crate) const RANKED: i64 = 300;
/// Matches of common words that are looked at where filters leave out some of them.
const LOOKED_AT: i64 = 1_200;

/// A page of what words find. Three statements.
pub(super) async fn search(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    wanted: &Wanted,
    text: &str,
    from: &Position,
    size: PageSize,
) -> Result<ProductPage, ListError> {
    let typed = words(text);
    let sought = look_up(conn, &typed, false).await?;
    let all = at_most(&sought) <= RANKED;
    // Where all matches are read, filters are applied afterwards, so that facets can be counted without them.
    let filter = if all { &Wanted::default() } else { wanted };
    let found = find(conn, text, &sought, all, filter).await?;
    let complete = all || found.complete;

    let mut tally = Tally::default();
    let rows: Vec<Row> = found.rows.iter().map(|(row, _)| row.clone()).collect();
    let narrowed = wanted.groups();
    for group in tally.shown(vocabulary, wanted) {
        tally.recount(wanted, group, &rows);
        if !complete || (!all && group.is_some_and(|group| narrowed.contains(&group))) {
            tally.doubt(group);
        }
    }
    let browse = Browse {
        vocabulary,
        wanted,
        from,
        size,
    };
    let (units, next) = browse.cut(found.rows.iter().map(|(row, score)| (row, *score)));
    Ok(ProductPage {
        items: cards(conn, &units).await?,
        facets: tally.facets(vocabulary, wanted),
        next_cursor: next.map(|position| encode_cursor(&position)),
    })
}

/// Units that words find, with how well they fit.
pub(crate) struct Found {
    pub rows: Vec<(Row, i64)>,
    /// Whether there is nothing more.
    pub complete: bool,
}

/// Finds units that have all the words: all of them when there are few (`all`), else the newest that match the filter
/// too. A unit whose slug was typed is found whatever its words.
pub(crate) async fn find(
    conn: &mut PgConnection,
    text: &str,
    sought: &[Sought],
    all: bool,
    filter: &Wanted,
) -> Result<Found, sqlx::Error> {
    let mut places = Vec::new();
    places.extend(filter.category.map(|key| format!("c{key}")));
    places.extend(filter.color.map(|key| format!("k{key}")));
    places.extend(filter.material.map(|key| format!("m{key}")));
    let passes_by = filter.available || !filter.is_counted();
    let looked_at = if passes_by { LOOKED_AT } else { RANKED + 1 };
    let text = text.to_lowercase();
    let ranges = filter.ranges();
    let rows = sqlx::query!(
        r#"SELECT l.product_id AS "id!", l.path AS "path!", l.color AS "color!", l.material AS "material!",
                  l.available AS "available!", l.price, l.created_at AS "created_at!", l.props AS "props!",
                  l.number_props AS "number_props!", l.number_values AS "number_values!",
                  t.score AS "score!", t.looked_at AS "looked_at!"
           FROM (
               (SELECT t.product_id, count(*) OVER () AS looked_at,
                       CASE WHEN $5 IN (t.slug, t.name_ru, t.name_en) THEN 3000000
                            WHEN starts_with(t.name_ru, $5) OR starts_with(t.name_en, $5) OR starts_with(t.slug, $5)
                            THEN 2000000
                            ELSE 1000000 END + (ts_rank(t.search, $2::text::tsquery) * 900000)::bigint AS score
                FROM (
                    SELECT t.product_id, t.slug, t.name_ru, t.name_en, t.search
                    FROM generate_series(
                        CASE WHEN $3 THEN 0 ELSE coalesce((SELECT max(serial) FROM listing_text), 0) / 20000 END,
                        0, -1) c (n)
                    CROSS JOIN LATERAL (
                        SELECT * FROM listing_text x
                        WHERE listing_lexemes((x.serial / 20000)::integer, x.search, x.places)
                              @@ replace($1::text, chr(1), CASE WHEN $3 THEN '' ELSE c.n || ':' END)::tsquery
                    ) t
                    LIMIT $4
                ) t)
               UNION ALL
               (SELECT product_id, 0, 4000000 FROM listing_text WHERE slug = $5)
           ) t
           -- Fenced off, so that the few that were found are looked up whatever the planner makes of the filters.
           CROSS JOIN LATERAL (SELECT * FROM listing x WHERE x.product_id = t.product_id OFFSET 0) l
           WHERE (NOT $6::boolean OR l.available)
             AND ($7::bigint IS NULL OR l.price >= $7)
             AND ($8::bigint IS NULL OR l.price <= $8)
             AND l.props @> $9::bigint[]
             AND ($10::integer[] IS NULL OR NOT EXISTS (
                 SELECT FROM unnest($10, $11::float8[], $12::float8[]) n (property, low, high)
                 WHERE (l.number_values[array_position(l.number_props, n.property)]
                        BETWEEN n.low AND n.high) IS NOT TRUE))
           LIMIT $13"#,
        query(sought, &places),
        query(sought, &[]).replace(CHUNK, ""),
        all,
        looked_at,
        text,
        filter.available,
        filter.min_price,
        filter.max_price,
        &filter.props,
        ranges.as_ref().map(|(properties, ..)| &**properties),
        ranges.as_ref().map(|(_, lows, _)| &**lows),
        ranges.as_ref().map(|(.., highs)| &**highs),
        RANKED + 2,
    )
    .fetch_all(conn)
    .await?;
    let last = rows.iter().map(|row| row.looked_at).max().unwrap_or(0);
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    // Where filters have left out all that was looked at, nobody has counted it.
    let complete = last < looked_at && count <= RANKED && (count > 0 || !passes_by);
    let mut seen = HashSet::new();
    let mut found: Vec<(Row, i64)> = Vec::with_capacity(rows.len());
    for row in rows {
        let score = row.score;
        if !seen.insert(row.id) {
            // Found by its slug as well.
            if let Some(known) = found.iter_mut().find(|(known, _)| known.id == row.id) {
                known.1 = known.1.max(score);
            }
            continue;
        }
        let row = Row {
            id: row.id,
            path: row.path,
            color: row.color,
            material: row.material,
            available: row.available,
            price: row.price,
            created_at: row.created_at,
            props: row.props,
            number_props: row.number_props,
            number_values: row.number_values,
        };
        found.push((row, score));
    }
    Ok(Found {
        rows: found,
        complete,
    })
}
