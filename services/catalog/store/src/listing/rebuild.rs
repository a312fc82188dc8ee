use pg::Pg;
use sqlx::{AssertSqlSafe, Executor as _};
use uuid::Uuid;

use super::relist::rebuild_cards;

/// Units written by one statement.
const BATCH: usize = 20_000;
/// Units whose cards are written by one transaction: the job of availability, which writes the same rows, waits for it.
const CARDS: usize = 2_000;

/// Computes everything that lists, facets and searches read anew, as the owner: when it was lost, and after a bulk load
/// that did not queue its units. Indexes are made last, which is many times faster. Readers see empty lists meanwhile.
pub async fn rebuild_listings(owner: &Pg) -> Result<u64, sqlx::Error> {
    let units = owner
        .run("rebuild_listings", async |mut tx: pg::Tx| {
            tx.execute("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '128MB'")
                .await?;
            tx.execute(
                "TRUNCATE listing, listing_number, facet_cell, facet_value, search_word;
                 TRUNCATE listing_text RESTART IDENTITY;
                 ALTER TABLE listing_text DISABLE TRIGGER lexemes_inserted;
                 DELETE FROM stale_product",
            )
            .await?;
            // Those behind constraints stay.
            let indexes: Vec<(String, String)> = sqlx::query_as(
                "SELECT indexname::text, indexdef FROM pg_indexes
                 WHERE schemaname = 'public' AND tablename IN ('listing', 'listing_number', 'listing_text')
                   AND indexname NOT IN (SELECT conname FROM pg_constraint)",
            )
            .fetch_all(&mut *tx)
            .await?;
            for (name, _) in &indexes {
                tx.execute(AssertSqlSafe(format!("DROP INDEX {name}"))).await?;
            }
            let units: Vec<Uuid> = sqlx::query_scalar!(
                "SELECT id FROM product WHERE deleted_at IS NULL ORDER BY created_at, id"
            )
            .fetch_all(&mut *tx)
            .await?;
            for units in units.chunks(BATCH) {
                write(&mut tx, units).await?;
            }
            counts(&mut tx).await?;
            lay_out(&mut tx).await?;
            for (_, definition) in indexes {
                tx.execute(AssertSqlSafe(definition)).await?;
            }
            tx.execute("ALTER TABLE listing_text ENABLE TRIGGER lexemes_inserted;
                 ANALYZE listing, listing_number, listing_text, facet_cell, facet_value, search_word, search_chunk").await?;
            Ok::<_, sqlx::Error>(units.len() as u64)
        })
        .await?;
    // Those of deleted units, too. Afterwards, as availability is kept up meanwhile.
    let all: Vec<Uuid> = sqlx::query_scalar!("SELECT id FROM product ORDER BY id")
        .fetch_all(&mut *owner.connection().await?)
        .await?;
    for units in all.chunks(CARDS) {
        rebuild_cards(owner, units).await?;
    }
    owner.repeatable("vacuum_listing", vacuum).await?;
    Ok(units)
}

/// Walks find all they need in an index only of pages that were vacuumed. Outside a transaction, as it has to be.
async fn vacuum(mut tx: pg::Tx) -> Result<(), sqlx::Error> {
    tx.execute("SET statement_timeout = 0").await?;
    let vacuumed = tx.execute("VACUUM listing").await;
    tx.execute("RESET statement_timeout").await?;
    vacuumed.map(drop)
}

async fn write(conn: &mut sqlx::PgConnection, units: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH fresh AS MATERIALIZED (SELECT * FROM listing_source($1)),
         rows AS (
             INSERT INTO listing (product_id, path, root, category, color, material, available, price, created_at,
                                  props, number_props, number_values)
             SELECT product_id, path, path[1], path[cardinality(path)], color, material, available, price, created_at,
                    props, number_props, number_values
             FROM fresh
             ORDER BY created_at, product_id
         ),
         numbers AS (
             INSERT INTO listing_number (product_id, property, category, value)
             SELECT f.product_id, v.property, f.path[cardinality(f.path)], v.value
             FROM fresh f, unnest(f.number_props, f.number_values) v (property, value)
         )
         INSERT INTO listing_text (product_id, slug, name_ru, name_en, search, places, step, packed)
         SELECT product_id, slug, name_ru, name_en, search, places, price_step(price),
                listing_packed(product_id, path, color, material, available, price, created_at,
                props, number_props, number_values)
         FROM fresh
         ORDER BY created_at, product_id",
        units,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lays units of one kind, colour and material beside each other: what has all that is wanted is read from a tenth of the
/// pages. What is written later lies where there is room.
async fn lay_out(conn: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
    conn.execute(
        "CREATE INDEX listing_laid_out ON listing (category, color, material, created_at);
         CLUSTER listing USING listing_laid_out;
         DROP INDEX listing_laid_out",
    )
    .await?;
    Ok(())
}

/// All in order, so that what is read together lies together. In the transaction that writes the rows, as walks trust that a
/// value that some unit has is counted.
async fn counts(conn: &mut sqlx::PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO facet_cell (category, available, material, color, units)
         SELECT c, a, m, k, sum(units)
         FROM (SELECT path, material, color, available, count(*) AS units FROM listing GROUP BY 1, 2, 3, 4) l,
              unnest(0 || path) c, unnest(ARRAY[0, material]) m, unnest(ARRAY[0, color]) k,
              unnest(CASE WHEN available THEN ARRAY[false, true] ELSE ARRAY[false] END) a
         GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO facet_value (category, available, term, units)
         SELECT c, a, p, sum(units)
         FROM (SELECT path, p, available, count(*) AS units FROM listing, unnest(props) p GROUP BY 1, 2, 3) l,
              unnest(0 || path) c, unnest(CASE WHEN available THEN ARRAY[false, true] ELSE ARRAY[false] END) a
         GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO search_word (lexeme, units)
         SELECT lexeme, count(*) FROM listing_text, unnest(tsvector_to_array(search)) lexeme GROUP BY 1",
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO search_chunk (lexeme, chunk, units)
         SELECT lexeme, (u.serial / 2000)::integer, bit_or(u.bit)
         FROM (SELECT serial, search_bit(serial) AS bit, chunk_lexemes(search, places, step) AS lexemes
               FROM listing_text) u,
              unnest(u.lexemes) lexeme
         GROUP BY 1, 2 ORDER BY 1, 2",
    )
    .execute(&mut *conn)
    .await?;
    Ok(())
}
