use std::collections::HashMap;

use contracts::catalog::ProductCard;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::rows::CardRow;

/// The cards of these units, in this order. One statement; none for none.
pub(crate) async fn cards(conn: &mut PgConnection, units: &[Uuid]) -> Result<Vec<ProductCard>, sqlx::Error> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_as!(
        CardRow,
        r#"SELECT p.id AS "id!", p.slug AS "slug!", p.name_ru AS "name_ru!", p.name_en AS "name_en!",
                  p.category AS "category!", c.name_ru AS "category_ru!", c.name_en AS "category_en!",
                  p.color AS "color!", k.name_ru AS "color_ru!", k.name_en AS "color_en!", k.hex AS "color_hex!",
                  p.material AS "material!", t.name_ru AS "material_ru!", t.name_en AS "material_en!",
                  p.height_mm AS "height_mm!", p.width_mm AS "width_mm!", p.depth_mm AS "depth_mm!",
                  coalesce(p.override_amount, p.price_amount) AS price_amount,
                  coalesce(p.override_currency, p.price_currency) AS price_currency,
                  coalesce(a.available, 0) AS "available!",
                  m.key AS "image_key?", m.width AS "image_width?", m.height AS "image_height?"
           FROM product p
           JOIN category c ON c.code = p.category
           JOIN color k ON k.code = p.color
           JOIN material t ON t.code = p.material
           LEFT JOIN product_availability a ON a.product_id = p.id
           LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
           LEFT JOIN media m ON m.key = i.media_key
           WHERE p.id = ANY($1)"#,
        units,
    )
    .fetch_all(conn)
    .await?;
    let mut rows: HashMap<Uuid, CardRow> = rows.into_iter().map(|row| (row.id, row)).collect();
    let in_order = units.iter().filter_map(|id| rows.remove(id));
    in_order.map(CardRow::into_card).collect()
}
