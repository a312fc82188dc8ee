use contracts::catalog::{Color, ImageVariant, ProductCard, Term};
use kernel::{Dimensions, Text};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::words::{ListingWords, Word};
use crate::rows::{image, money};

/// A card but for the names of its words.
struct Card {
    id: Uuid,
    slug: String,
    name_ru: String,
    name_en: String,
    category: String,
    color: String,
    material: String,
    height_mm: i32,
    width_mm: i32,
    depth_mm: i32,
    price_amount: Option<i64>,
    price_currency: Option<String>,
    available: i64,
    image_key: Option<String>,
    image_width: Option<i32>,
    image_height: Option<i32>,
    image_variants: Option<Json<Vec<ImageVariant>>>,
}

/// The cards of these units, in this order; deleted ones are left out. One statement, none for no units: the names of
/// categories, colours and materials are in memory already. Two where a word is newer than what is in memory.
pub(crate) async fn cards(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    units: &[Uuid],
) -> Result<Vec<ProductCard>, sqlx::Error> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query_as!(
        Card,
        r#"SELECT p.id, p.slug, p.name_ru, p.name_en, p.category, p.color, p.material, p.height_mm, p.width_mm,
                  p.depth_mm, p.price_amount, p.price_currency, coalesce(a.available, 0) AS "available!",
                  m.key AS "image_key?", m.width AS "image_width?", m.height AS "image_height?",
                  m.variants AS "image_variants?: Json<Vec<ImageVariant>>"
           FROM unnest($1::uuid[]) WITH ORDINALITY u (id, nth)
           JOIN product p ON p.id = u.id
           LEFT JOIN product_availability a ON a.product_id = p.id
           LEFT JOIN product_image i ON i.product_id = p.id AND i.position = 0
           LEFT JOIN media m ON m.key = i.media_key
           WHERE p.deleted_at IS NULL
           ORDER BY u.nth"#,
        units,
    )
    .fetch_all(&mut *conn)
    .await?;
    let sold: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut cards = Vec::with_capacity(rows.len());
    for row in rows {
        match row.into_card(vocabulary)? {
            Some(card) => cards.push(card),
            None => return with_new_words(conn, &sold).await,
        }
    }
    Ok(cards)
}

async fn with_new_words(conn: &mut PgConnection, units: &[Uuid]) -> Result<Vec<ProductCard>, sqlx::Error> {
    let mut cards = crate::cards::cards(conn, units).await?;
    Ok(units.iter().filter_map(|id| cards.remove(id)).collect())
}

impl Card {
    /// `None` when one of its words is not known yet.
    fn into_card(self, vocabulary: &ListingWords) -> Result<Option<ProductCard>, sqlx::Error> {
        let (Some(category), Some(color), Some(material)) = (
            vocabulary
                .category(&self.category)
                .and_then(|key| vocabulary.categories.get(&key)),
            vocabulary
                .color(&self.color)
                .and_then(|key| vocabulary.colors.get(&key)),
            vocabulary
                .material(&self.material)
                .and_then(|key| vocabulary.materials.get(&key)),
        ) else {
            return Ok(None);
        };
        let term = |word: &Word| Term {
            code: word.code.clone(),
            name: word.name.clone(),
        };
        Ok(Some(ProductCard {
            id: self.id.into(),
            slug: self.slug,
            name: Text::new(self.name_ru, self.name_en),
            category: term(category),
            color: Color {
                code: color.code.clone(),
                name: color.name.clone(),
                hex: color.hex.clone().unwrap_or_default(),
            },
            material: term(material),
            dimensions: Dimensions {
                height_mm: self.height_mm,
                width_mm: self.width_mm,
                depth_mm: self.depth_mm,
            },
            price: money(self.price_amount, self.price_currency.as_deref())?,
            available: self.available,
            image: image(
                self.image_key,
                self.image_width,
                self.image_height,
                self.image_variants,
            ),
        }))
    }
}
