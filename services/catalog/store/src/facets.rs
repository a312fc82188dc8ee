use contracts::catalog::{FacetValue, Facets};
use kernel::Text;
use sqlx::PgConnection;

use crate::ProductFilter;

/// Counts what the list can be narrowed by: each value with all filters applied but the one of its own kind.
/// One statement that reads the products once.
pub(crate) async fn facets(conn: &mut PgConnection, filter: &ProductFilter) -> Result<Facets, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH base AS MATERIALIZED (
               SELECT p.category, p.color, p.material, p.price_amount,
                      coalesce(a.available, 0) > 0 AS is_available,
                      ($2::text IS NULL OR p.category = $2) AS in_category,
                      ($3::text IS NULL OR p.color = $3) AS in_color,
                      ($4::text IS NULL OR p.material = $4) AS in_material,
                      (NOT $5::boolean OR coalesce(a.available, 0) > 0) AS in_stock,
                      ($6::bigint IS NULL OR coalesce(p.price_amount >= $6, false))
                      AND ($7::bigint IS NULL OR coalesce(p.price_amount <= $7, false)) AS in_price
               FROM product p
               LEFT JOIN product_availability a ON a.product_id = p.id
               WHERE ($1::text IS NULL OR p.search @@
                        (websearch_to_tsquery('russian', $1) || websearch_to_tsquery('english', $1)))
           )
           SELECT 'category' AS "kind!", c.code AS "code!", c.name_ru AS "name_ru!", c.name_en AS "name_en!",
                  NULL::text AS hex, f.count AS "count!",
                  NULL::bigint AS min_price, NULL::bigint AS max_price, c.position AS "position!"
           FROM (SELECT category, count(*) AS count FROM base
                 WHERE in_color AND in_material AND in_stock AND in_price GROUP BY category) f
           JOIN category c ON c.code = f.category
           UNION ALL
           SELECT 'color', k.code, k.name_ru, k.name_en, k.hex, f.count, NULL, NULL, k.position
           FROM (SELECT color, count(*) AS count FROM base
                 WHERE in_category AND in_material AND in_stock AND in_price GROUP BY color) f
           JOIN color k ON k.code = f.color
           UNION ALL
           SELECT 'material', t.code, t.name_ru, t.name_en, NULL, f.count, NULL, NULL, t.position
           FROM (SELECT material, count(*) AS count FROM base
                 WHERE in_category AND in_color AND in_stock AND in_price GROUP BY material) f
           JOIN material t ON t.code = f.material
           UNION ALL
           SELECT 'available', '', '', '', NULL, count(*) FILTER (WHERE in_price AND is_available),
                  min(price_amount) FILTER (WHERE in_stock), max(price_amount) FILTER (WHERE in_stock), 0
           FROM base WHERE in_category AND in_color AND in_material
           UNION ALL
           SELECT 'total', '', '', '', NULL, count(*), NULL, NULL, 0
           FROM base WHERE in_category AND in_color AND in_material AND in_stock AND in_price
           ORDER BY 9, 2"#,
        filter.q,
        filter.category,
        filter.color,
        filter.material,
        filter.available,
        filter.min_price,
        filter.max_price,
    )
    .fetch_all(conn)
    .await?;

    let mut facets = Facets {
        categories: Vec::new(),
        colors: Vec::new(),
        materials: Vec::new(),
        available: 0,
        total: 0,
        min_price: None,
        max_price: None,
    };
    for row in rows {
        let values = match row.kind.as_str() {
            "category" => &mut facets.categories,
            "color" => &mut facets.colors,
            "material" => &mut facets.materials,
            "available" => {
                facets.available = row.count;
                facets.min_price = row.min_price;
                facets.max_price = row.max_price;
                continue;
            }
            _ => {
                facets.total = row.count;
                continue;
            }
        };
        values.push(FacetValue {
            code: row.code,
            name: Text::new(row.name_ru, row.name_en),
            hex: row.hex,
            count: row.count,
        });
    }
    Ok(facets)
}
