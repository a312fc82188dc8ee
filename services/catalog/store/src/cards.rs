use std::collections::HashMap;

use contracts::catalog::{ImageVariant, ProductCard};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::rows::CardRow;

/// Products as lists show them, by their ids. Those that are deleted are still shown, without a price and out of
/// stock; unknown ids are left out. One statement.
pub(crate) async fn cards(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, ProductCard>, sqlx::Error> {
    find(conn, ids, false).await
}

/// The same, but those that are deleted are left out as well.
pub(crate) async fn cards_on_sale(
    conn: &mut PgConnection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, ProductCard>, sqlx::Error> {
    find(conn, ids, true).await
}

async fn find(
    conn: &mut PgConnection,
    ids: &[Uuid],
    on_sale: bool,
) -> Result<HashMap<Uuid, ProductCard>, sqlx::Error> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"SELECT p.id AS "id!", p.slug AS "slug!", p.name_ru AS "name_ru!", p.name_en AS "name_en!",
                  p.category AS "category!", c.name_ru AS "category_ru!", c.name_en AS "category_en!",
                  p.color AS "color!", k.name_ru AS "color_ru!", k.name_en AS "color_en!", k.hex AS "color_hex!",
                  p.material AS "material!", t.name_ru AS "material_ru!", t.name_en AS "material_en!",
                  p.height_mm AS "height_mm!", p.width_mm AS "width_mm!", p.depth_mm AS "depth_mm!",
                  CASE WHEN p.deleted_at IS NULL THEN p.price_amount END AS price_amount, p.price_currency,
                  CASE WHEN p.deleted_at IS NULL THEN coalesce(a.available, 0) ELSE 0 END AS "available!",
                  m.key AS "image_key?", m.width AS "image_width?", m.height AS "image_height?",
                  m.variants AS "image_variants?: Json<Vec<ImageVariant>>"
           FROM product p
           JOIN category c ON c.code = p.category
           JOIN color k ON k.code = p.color
           JOIN material t ON t.code = p.material
           LEFT JOIN product_availability a ON a.product_id = p.id
           LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
           LEFT JOIN media m ON m.key = i.media_key
           WHERE p.id = ANY($1) AND NOT ($2 AND p.deleted_at IS NOT NULL)"#,
        ids,
        on_sale,
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.id, row.into_card()?)))
        .collect()
}
