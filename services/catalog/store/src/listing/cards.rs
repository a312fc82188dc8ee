use std::borrow::Cow;

use contracts::catalog::ProductCard;
use kernel::{Dimensions, Money, ProductId, Text};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::words::{ListingWords, Word};
use crate::rows::money;

/// A [`ProductCard`] in JSON. Most of a card is passed on as it was written (a picture with PostgreSQL's spaces): making
/// strings of it, and JSON of these again, was a sixth of the processor time of a list.
pub(crate) type Card = Box<RawValue>;

/// What is written of a card, in this order (`product_cards` of the migrations): all but the names of its words and how many
/// there are.
#[derive(Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    slug: &'a RawValue,
    #[serde(borrow)]
    name: (&'a RawValue, &'a RawValue),
    #[serde(borrow)]
    category: Cow<'a, str>,
    #[serde(borrow)]
    color: Cow<'a, str>,
    #[serde(borrow)]
    material: Cow<'a, str>,
    height_mm: i32,
    width_mm: i32,
    depth_mm: i32,
    price_amount: Option<i64>,
    #[serde(borrow)]
    price_currency: Option<Cow<'a, str>>,
    /// `null` where there is none.
    #[serde(borrow)]
    image: &'a RawValue,
}

/// A [`ProductCard`], made of what is written and of the words' names.
#[derive(Serialize)]
struct Whole<'a> {
    id: ProductId,
    slug: &'a RawValue,
    name: Name<'a>,
    category: Named<'a>,
    color: Named<'a>,
    material: Named<'a>,
    dimensions: Dimensions,
    price: Option<Money>,
    available: i64,
    image: &'a RawValue,
}

#[derive(Serialize)]
struct Name<'a> {
    ru: &'a RawValue,
    en: &'a RawValue,
}

#[derive(Serialize)]
struct Named<'a> {
    code: &'a str,
    name: &'a Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    hex: Option<&'a str>,
}

/// Cards as statements answer them, in one row, which is read several times faster than one a card.
pub(crate) struct Columns {
    /// How many there are of each unit.
    pub available: Option<Vec<Option<i64>>>,
    /// What is written of each, `null` where nothing is, with commas between.
    pub written: Option<String>,
}

impl Columns {
    /// The cards of these units, for which they were read; `None` where one is not written yet, or a word is newer than
    /// what is in memory.
    pub(crate) fn read(
        self,
        units: &[Uuid],
        vocabulary: &ListingWords,
    ) -> Result<Vec<Option<Card>>, sqlx::Error> {
        let text = format!("[{}]", self.written.unwrap_or_default());
        let written: Vec<Option<Written<'_>>> = serde_json::from_str(&text).map_err(undecoded)?;
        let available = self.available.unwrap_or_default();
        if [written.len(), available.len()] != [units.len(); 2] {
            return Err(sqlx::Error::Decode(
                "cards of other units than were asked for".into(),
            ));
        }
        units
            .iter()
            .zip(available.into_iter().zip(written))
            .map(|(&id, (available, written))| match (available, written) {
                (Some(available), Some(written)) => written.to_card(id, available, vocabulary),
                _ => Ok(None),
            })
            .collect()
    }
}

/// The cards of these units, in this order; deleted ones are left out. One statement, none for no units: the names of
/// categories, colours and materials are in memory already. One more where cards have to be [`gathered`].
pub(crate) async fn cards(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    units: &[Uuid],
) -> Result<Vec<Card>, sqlx::Error> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let columns = sqlx::query_as!(
        Columns,
        r#"SELECT array_agg(a.available ORDER BY u.nth) AS "available: Vec<Option<i64>>",
                  string_agg(coalesce(a.card, 'null'), ',' ORDER BY u.nth) AS written
           FROM unnest($1::uuid[]) WITH ORDINALITY u (id, nth)
           LEFT JOIN product_availability a ON a.product_id = u.id"#,
        units,
    )
    .fetch_one(&mut *conn)
    .await?;
    let cards = columns.read(units, vocabulary)?;
    gathered(conn, units, cards).await
}

/// The cards of these units, of which some were read; those that were not are gathered from the assortment, and left out
/// where they are deleted. One statement, none where all were read.
pub(crate) async fn gathered(
    conn: &mut PgConnection,
    units: &[Uuid],
    mut cards: Vec<Option<Card>>,
) -> Result<Vec<Card>, sqlx::Error> {
    let missing: Vec<Uuid> = units
        .iter()
        .zip(&cards)
        .filter(|(_, card)| card.is_none())
        .map(|(&id, _)| id)
        .collect();
    if !missing.is_empty() {
        let mut gathered = crate::cards::cards_on_sale(conn, &missing).await?;
        for (id, card) in units.iter().zip(&mut cards) {
            if card.is_none()
                && let Some(gathered) = gathered.remove(id)
            {
                *card = Some(to_raw_value(&gathered).map_err(undecoded)?);
            }
        }
    }
    Ok(cards.into_iter().flatten().collect())
}

/// A card for who looks into it.
pub(crate) fn parsed(card: &Card) -> Result<ProductCard, sqlx::Error> {
    serde_json::from_str(card.get()).map_err(undecoded)
}

fn undecoded(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

impl Written<'_> {
    /// `None` when one of its words is not known yet.
    fn to_card(
        &self,
        id: Uuid,
        available: i64,
        vocabulary: &ListingWords,
    ) -> Result<Option<Card>, sqlx::Error> {
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
        let whole = Whole {
            id: id.into(),
            slug: self.slug,
            name: Name {
                ru: self.name.0,
                en: self.name.1,
            },
            category: Named::of(category),
            color: Named {
                hex: Some(color.hex.as_deref().unwrap_or_default()),
                ..Named::of(color)
            },
            material: Named::of(material),
            dimensions: Dimensions {
                height_mm: self.height_mm,
                width_mm: self.width_mm,
                depth_mm: self.depth_mm,
            },
            price: money(self.price_amount, self.price_currency.as_deref())?,
            available,
            image: self.image,
        };
        to_raw_value(&whole).map(Some).map_err(undecoded)
    }
}

impl<'a> Named<'a> {
    fn of(word: &'a Word) -> Self {
        Self {
            code: &word.code,
            name: &word.name,
            hex: None,
        }
    }
}
