use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

/// Held while rows of lists are written: counts are kept up from the difference between a unit's old row and its new
/// one, so nobody else may write that row meanwhile. The number is arbitrary but fixed.
const LOCK: i64 = 0x6361_7461_6c6f_6705;

/// Writes anew what lists, facets and searches read of the units that changed, and the cards of those whose cards did, for
/// up to `limit` changes of either, oldest first. Answers how many changes were worked off, of those that were more: as many as
/// `limit` mean that some may be left, 0 also that somebody else is at it.
pub async fn relist(pg: &Pg, limit: i64) -> Result<usize, sqlx::Error> {
    pg.run("relist", async |mut tx: pg::Tx| {
        let ours = sqlx::query_scalar!(r#"SELECT pg_try_advisory_xact_lock($1) AS "ours!""#, LOCK)
            .fetch_one(&mut *tx)
            .await?;
        if !ours {
            return Ok(0);
        }
        let mut units = sqlx::query_scalar!(
            "DELETE FROM stale_product
             WHERE ctid = ANY(ARRAY(SELECT ctid FROM stale_product ORDER BY id LIMIT $1))
             RETURNING product_id",
            limit,
        )
        .fetch_all(&mut *tx)
        .await?;
        let changes = units.len();
        units.sort_unstable();
        units.dedup();
        if !units.is_empty() {
            // A statement of its own: it sees every change whose row the one before saw.
            write(&mut tx, &units).await?;
        }
        Ok(changes.max(rewrite_cards(&mut tx, limit).await?))
    })
    .await
}

/// Writes cards anew, for up to `limit` changes. Answers how many.
async fn rewrite_cards(conn: &mut PgConnection, limit: i64) -> Result<usize, sqlx::Error> {
    let mut units = sqlx::query_scalar!(
        "DELETE FROM stale_card
         WHERE ctid = ANY(ARRAY(SELECT ctid FROM stale_card ORDER BY id LIMIT $1))
         RETURNING product_id",
        limit,
    )
    .fetch_all(&mut *conn)
    .await?;
    let changes = units.len();
    units.sort_unstable();
    units.dedup();
    if !units.is_empty() {
        write_cards(conn, &units).await?;
    }
    Ok(changes)
}

/// Writes the cards of these units, whether anybody has queued them or not, in a transaction of its own. Waits for whoever
/// writes cards, and keeps others from it: who had looked first might write last.
pub(super) async fn rebuild_cards(owner: &Pg, units: &[Uuid]) -> Result<(), sqlx::Error> {
    owner
        .run("rebuild_cards", async |mut tx: pg::Tx| {
            sqlx::query!("SELECT pg_advisory_xact_lock($1)", LOCK)
                .execute(&mut *tx)
                .await?;
            // A statement of its own: it sees what those have written who were waited for.
            write_cards(&mut tx, units).await
        })
        .await
}

/// Writes the cards of these units as they ought to be. Rows are locked in the order of units, as by the job of
/// availability, which writes the same ones.
async fn write_cards(conn: &mut PgConnection, units: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO product_availability AS a (product_id, available, card)
         SELECT product_id, 0, card FROM product_cards($1) ORDER BY product_id
         ON CONFLICT (product_id) DO UPDATE SET card = EXCLUDED.card WHERE a.card IS DISTINCT FROM EXCLUDED.card",
        units,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One statement, so that all its parts see the same rows: those of the units as they are listed and as they ought to
/// be. Counts change by the difference; walks trust that a value that some unit has is counted.
async fn write(conn: &mut PgConnection, units: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH fresh AS MATERIALIZED (SELECT * FROM listing_source($1)),
         listed AS MATERIALIZED (SELECT * FROM listing WHERE product_id = ANY($1)),
         written AS MATERIALIZED (SELECT * FROM listing_text WHERE product_id = ANY($1)),
         change AS MATERIALIZED (
             SELECT product_id, price, path, color, material, available, props, 1 AS units FROM fresh
             UNION ALL
             SELECT product_id, price, path, color, material, available, props, -1 FROM listed
         ),
         cells AS (
             -- Also where as many come as go, or only prices change: whoever knows the lowest price has to look again.
             INSERT INTO facet_cell AS f (category, available, material, color, units)
             SELECT c, a, m, k, sum(units)
             FROM (SELECT c, a, m, k, sum(units) AS units
                   FROM change, unnest(0 || path) c, unnest(ARRAY[0, material]) m, unnest(ARRAY[0, color]) k,
                        unnest(CASE WHEN available THEN ARRAY[false, true] ELSE ARRAY[false] END) a
                   GROUP BY c, a, m, k, product_id, price HAVING sum(units) <> 0) moved
             GROUP BY 1, 2, 3, 4
             ON CONFLICT (category, available, material, color) DO UPDATE SET units = f.units + EXCLUDED.units
         ),
         property_values AS (
             INSERT INTO facet_value AS f (category, available, term, units)
             SELECT c, a, p, sum(units)
             FROM change, unnest(0 || path) c, unnest(props) p,
                  unnest(CASE WHEN available THEN ARRAY[false, true] ELSE ARRAY[false] END) a
             GROUP BY 1, 2, 3 HAVING sum(units) <> 0
             ON CONFLICT (category, available, term) DO UPDATE SET units = f.units + EXCLUDED.units
         ),
         words AS (
             INSERT INTO search_word AS f (lexeme, units)
             SELECT lexeme, sum(units)
             FROM (SELECT search, 1 AS units FROM fresh UNION ALL SELECT search, -1 FROM written) change,
                  unnest(tsvector_to_array(search)) lexeme
             GROUP BY 1 HAVING sum(units) <> 0
             ON CONFLICT (lexeme) DO UPDATE SET units = f.units + EXCLUDED.units
         ),
         gone AS (
             DELETE FROM listing l USING listed o
             WHERE l.product_id = o.product_id AND o.product_id NOT IN (SELECT product_id FROM fresh)
         ),
         gone_texts AS (
             DELETE FROM listing_text t USING written o
             WHERE t.product_id = o.product_id AND o.product_id NOT IN (SELECT product_id FROM fresh)
         ),
         gone_numbers AS (
             DELETE FROM listing_number n
             WHERE n.product_id = ANY($1)
               AND NOT EXISTS (SELECT FROM fresh f
                               WHERE f.product_id = n.product_id AND n.property = ANY(f.number_props))
         ),
         numbers AS (
             INSERT INTO listing_number AS n (product_id, property, category, value)
             SELECT f.product_id, v.property, f.path[cardinality(f.path)], v.value
             FROM fresh f, unnest(f.number_props, f.number_values) v (property, value)
             ON CONFLICT (product_id, property) DO UPDATE SET category = EXCLUDED.category, value = EXCLUDED.value
             WHERE (n.category, n.value) <> (EXCLUDED.category, EXCLUDED.value)
         ),
         rows AS (
             INSERT INTO listing AS l (product_id, path, root, category, color, material, available, price,
                                       created_at, props, number_props, number_values)
             SELECT product_id, path, path[1], path[cardinality(path)], color, material, available, price, created_at,
                    props, number_props, number_values
             FROM fresh
             ON CONFLICT (product_id) DO UPDATE
             SET path = EXCLUDED.path, root = EXCLUDED.root, category = EXCLUDED.category, color = EXCLUDED.color,
                 material = EXCLUDED.material, available = EXCLUDED.available, price = EXCLUDED.price,
                 created_at = EXCLUDED.created_at, props = EXCLUDED.props, number_props = EXCLUDED.number_props,
                 number_values = EXCLUDED.number_values
             WHERE (l.path, l.color, l.material, l.available, l.price, l.created_at, l.props, l.number_props,
                    l.number_values)
                   IS DISTINCT FROM (EXCLUDED.path, EXCLUDED.color, EXCLUDED.material, EXCLUDED.available,
                    EXCLUDED.price, EXCLUDED.created_at, EXCLUDED.props, EXCLUDED.number_props,
                    EXCLUDED.number_values)
         ),
         texts AS (
             UPDATE listing_text t
             SET slug = f.slug, name_ru = f.name_ru, name_en = f.name_en, search = f.search, places = f.places,
                 step = price_step(f.price),
                 packed = listing_packed(f.product_id, f.path, f.color, f.material, f.available, f.price, f.created_at,
                                         f.props, f.number_props, f.number_values)
             FROM fresh f
             WHERE t.product_id = f.product_id
               AND (t.slug, t.name_ru, t.name_en, t.search, t.places, t.step)
                   <> (f.slug, f.name_ru, f.name_en, f.search, f.places, price_step(f.price))
         )
         -- Not with ON CONFLICT, which would use up serial numbers.
         INSERT INTO listing_text (product_id, slug, name_ru, name_en, search, places, step, packed)
         SELECT product_id, slug, name_ru, name_en, search, places, price_step(price),
                listing_packed(product_id, path, color, material, available, price, created_at,
                props, number_props, number_values)
         FROM fresh
         WHERE product_id NOT IN (SELECT product_id FROM written)
         ORDER BY created_at, product_id",
        units,
    )
    .execute(conn)
    .await?;
    Ok(())
}
