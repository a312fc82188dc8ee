use pg::Pg;

use crate::Violation;
use crate::invariants::take_time;

/// Every way in which what lists read differs from what it is computed from, all seen at one moment; at most 100 a
/// rule. Reads everything: for tests and after a disaster.
///
/// - `listed`: a unit on sale has its row, as it ought to be, and no other has one, but for those with a change queued;
/// - `searchable`: the same of what searches read;
/// - `marks`: a row's marks are those of its values;
/// - `cell`, `value`, `word`, `number`: counts are those of the rows;
/// - `chunk`: bits say where the words, places and prices are;
/// - `card`: a unit's card says what the assortment says, but for those with a change queued;
/// - `variants`: a picture's variants are those of its rows.
pub async fn listing_invariants(pg: &Pg) -> Result<Vec<Violation>, sqlx::Error> {
    pg.run("listing_invariants", async |mut tx: pg::Tx| {
        take_time(&mut tx).await?;
        sqlx::query_as!(
            Violation,
            r#"WITH source AS MATERIALIZED (
                   SELECT s.* FROM listing_source(ARRAY(SELECT id FROM product)) s
                   WHERE NOT EXISTS (SELECT FROM stale_product q WHERE q.product_id = s.product_id)
               ),
               row AS (
                   SELECT product_id, path, color, material, available, price, created_at, props, number_props,
                          number_values
                   FROM listing l WHERE NOT EXISTS (SELECT FROM stale_product q WHERE q.product_id = l.product_id)
               ),
               words AS (
                   SELECT product_id, slug, name_ru, name_en, search, places, step, packed
                   FROM listing_text t
                   WHERE NOT EXISTS (SELECT FROM stale_product q WHERE q.product_id = t.product_id)
               )
               (SELECT 'listed' AS "rule!", product_id::text AS "subject!"
                FROM (SELECT * FROM (SELECT product_id, path, color, material, available, price, created_at, props,
                                            number_props, number_values FROM source EXCEPT TABLE row) missing
                      UNION ALL
                      SELECT * FROM (TABLE row EXCEPT SELECT product_id, path, color, material, available, price,
                                            created_at, props, number_props, number_values FROM source) extra) x
                LIMIT 100)
               UNION ALL
               (SELECT 'searchable', product_id::text
                FROM (SELECT * FROM (SELECT product_id, slug, name_ru, name_en, search, places, price_step(price),
                                            listing_packed(product_id, path, color, material,
                                            available, price, created_at, props, number_props, number_values)
                                     FROM source EXCEPT TABLE words) missing
                      UNION ALL
                      SELECT * FROM (TABLE words EXCEPT SELECT product_id, slug, name_ru, name_en, search, places,
                                            price_step(price), listing_packed(product_id, path, color, material,
                                            available, price, created_at, props, number_props, number_values)
                                     FROM source) extra) x
                LIMIT 100)
               UNION ALL
               (SELECT 'marks', product_id::text FROM listing WHERE marks IS DISTINCT FROM listing_marks(props) LIMIT 100)
               UNION ALL
               (SELECT 'cell', concat_ws(' ', category, available, material, color)
                FROM (SELECT category, available, material, color, units FROM facet_cell WHERE units <> 0) f
                FULL JOIN (SELECT c AS category, a AS available, m AS material, k AS color, count(*) AS counted
                           FROM listing, unnest(0 || path) c, unnest(ARRAY[0, material]) m, unnest(ARRAY[0, color]) k,
                                unnest(CASE WHEN available THEN ARRAY[false, true] ELSE ARRAY[false] END) a
                           GROUP BY 1, 2, 3, 4) l USING (category, available, material, color)
                WHERE units IS DISTINCT FROM counted
                LIMIT 100)
               UNION ALL
               (SELECT 'value', concat_ws(' ', category, available, term)
                FROM (SELECT category, available, term, units FROM facet_value WHERE units <> 0) f
                FULL JOIN (SELECT c AS category, a AS available, p AS term, count(*) AS counted
                           FROM listing, unnest(0 || path) c, unnest(props) p,
                                unnest(CASE WHEN available THEN ARRAY[false, true] ELSE ARRAY[false] END) a
                           GROUP BY 1, 2, 3) l USING (category, available, term)
                WHERE units IS DISTINCT FROM counted
                LIMIT 100)
               UNION ALL
               (SELECT 'word', lexeme
                FROM (SELECT lexeme, units FROM search_word WHERE units <> 0) f
                FULL JOIN (SELECT lexeme, count(*) AS counted
                           FROM listing_text, unnest(tsvector_to_array(search)) lexeme GROUP BY 1) t USING (lexeme)
                WHERE units IS DISTINCT FROM counted
                LIMIT 100)
               UNION ALL
               (SELECT 'chunk', concat_ws(' ', lexeme, chunk)
                FROM (SELECT lexeme, chunk, units FROM search_chunk WHERE bit_count(units) > 0) s
                FULL JOIN (SELECT lexeme, (serial / 2000)::integer AS chunk, bit_or(search_bit(serial)) AS counted
                           FROM listing_text, unnest(chunk_lexemes(search, places, step)) lexeme GROUP BY 1, 2) t
                    USING (lexeme, chunk)
                WHERE units IS DISTINCT FROM counted
                LIMIT 100)
               UNION ALL
               (SELECT 'card', c.product_id::text
                FROM product_cards(ARRAY(SELECT id FROM product)) c
                LEFT JOIN product_availability a ON a.product_id = c.product_id
                WHERE a.card IS DISTINCT FROM c.card
                  AND NOT EXISTS (SELECT FROM stale_card q WHERE q.product_id = c.product_id)
                LIMIT 100)
               UNION ALL
               (SELECT 'variants', key FROM media WHERE variants IS DISTINCT FROM variants_of(key) LIMIT 100)
               UNION ALL
               (SELECT 'number', product_id::text
                FROM ((SELECT product_id, property, category, value FROM listing_number
                       EXCEPT
                       SELECT l.product_id, v.property, l.category, v.value
                       FROM listing l, unnest(l.number_props, l.number_values) v (property, value))
                      UNION ALL
                      (SELECT l.product_id, v.property, l.category, v.value
                       FROM listing l, unnest(l.number_props, l.number_values) v (property, value)
                       EXCEPT
                       SELECT product_id, property, category, value FROM listing_number)) x
                LIMIT 100)"#,
        )
        .fetch_all(&mut *tx)
        .await
    })
    .await
}
