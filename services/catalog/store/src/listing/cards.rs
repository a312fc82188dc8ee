use std::borrow::Cow;
use std::collections::HashMap;

use contracts::catalog::{Color, ProductCard, Term};
use kernel::{Dimensions, Money, ProductId};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use sqlx::PgConnection;
use uuid::Uuid;

use super::words::{ListingWords, Word};
use crate::rows::money;

/// [`ProductCard`]s in JSON, an array. Most of a card is passed on as it was written (a picture with PostgreSQL's spaces), and
/// its words are in JSON already: making strings of it all, and JSON of these again, was a sixth of the processor time of a
/// list.
pub(crate) type Cards = Box<RawValue>;

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

/// A [`ProductCard`].
#[derive(Serialize)]
#[serde(untagged)]
enum Card<'a> {
    Whole(Whole<'a>),
    Gathered(Box<ProductCard>),
}

/// A [`ProductCard`], made of what is written and of the words' names.
#[derive(Serialize)]
struct Whole<'a> {
    id: ProductId,
    slug: &'a RawValue,
    name: Name<'a>,
    category: &'a RawValue,
    color: &'a RawValue,
    material: &'a RawValue,
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

/// Words in JSON as cards show them, by code.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    categories: HashMap<String, Box<RawValue>>,
    colors: HashMap<String, Box<RawValue>>,
    materials: HashMap<String, Box<RawValue>>,
}

/// Cards as statements answer them, in one row, which is read several times faster than one a card.
#[derive(Default)]
pub(crate) struct Columns {
    /// How many there are of each unit.
    pub available: Option<Vec<Option<i64>>>,
    /// What is written of each, `null` where nothing is, with commas between.
    pub written: Option<String>,
}

impl Columns {
    /// The cards of these units, which are those they were read for, or the first of them. One that is not written yet, or
    /// has a word that is newer than what is in memory, is gathered from the assortment, and left out where it is deleted.
    /// One statement, none where all are written.
    pub(crate) async fn cards(
        self,
        conn: &mut PgConnection,
        vocabulary: &ListingWords,
        units: &[Uuid],
    ) -> Result<Cards, sqlx::Error> {
        let text = format!("[{}]", self.written.unwrap_or_default());
        let written: Vec<Option<Written<'_>>> = serde_json::from_str(&text).map_err(undecoded)?;
        let available = self.available.unwrap_or_default();
        if written.len() != available.len() || written.len() < units.len() {
            return Err(sqlx::Error::Decode(
                "cards of other units than were asked for".into(),
            ));
        }
        let mut cards = Vec::with_capacity(units.len());
        let mut missing = Vec::new();
        for ((&id, available), written) in units.iter().zip(available).zip(&written) {
            let whole = match (available, written) {
                (Some(available), Some(written)) => written.to_card(id, available, vocabulary)?,
                _ => None,
            };
            if whole.is_none() {
                missing.push(id);
            }
            cards.push(whole.map(Card::Whole));
        }
        if !missing.is_empty() {
            let mut gathered = crate::cards::cards_on_sale(conn, &missing).await?;
            for (id, card) in units.iter().zip(&mut cards) {
                if card.is_none() {
                    *card = gathered.remove(id).map(|card| Card::Gathered(Box::new(card)));
                }
            }
        }
        let cards: Vec<Card<'_>> = cards.into_iter().flatten().collect();
        to_raw_value(&cards).map_err(undecoded)
    }
}

/// The cards of these units, in this order; deleted ones are left out. One statement, none for no units: the names of
/// categories, colours and materials are in memory already. One more where cards have to be gathered.
pub(crate) async fn cards(
    conn: &mut PgConnection,
    vocabulary: &ListingWords,
    units: &[Uuid],
) -> Result<Cards, sqlx::Error> {
    if units.is_empty() {
        return Columns::default().cards(conn, vocabulary, units).await;
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
    columns.cards(conn, vocabulary, units).await
}

/// Cards for who looks into them.
pub(crate) fn parsed(cards: &Cards) -> Result<Vec<ProductCard>, sqlx::Error> {
    serde_json::from_str(cards.get()).map_err(undecoded)
}

fn undecoded(error: serde_json::Error) -> sqlx::Error {
    sqlx::Error::Decode(error.into())
}

impl<'a> Written<'a> {
    /// `None` when one of its words is not known yet.
    fn to_card(
        &self,
        id: Uuid,
        available: i64,
        vocabulary: &'a ListingWords,
    ) -> Result<Option<Whole<'a>>, sqlx::Error> {
        let shown = &vocabulary.shown;
        let (Some(category), Some(color), Some(material)) = (
            shown.categories.get(&*self.category),
            shown.colors.get(&*self.color),
            shown.materials.get(&*self.material),
        ) else {
            return Ok(None);
        };
        Ok(Some(Whole {
            id: id.into(),
            slug: self.slug,
            name: Name {
                ru: self.name.0,
                en: self.name.1,
            },
            category,
            color,
            material,
            dimensions: Dimensions {
                height_mm: self.height_mm,
                width_mm: self.width_mm,
                depth_mm: self.depth_mm,
            },
            price: money(self.price_amount, self.price_currency.as_deref())?,
            available,
            image: self.image,
        }))
    }
}

impl Shown {
    /// The words of a vocabulary.
    pub(super) fn of(vocabulary: &ListingWords) -> Result<Self, sqlx::Error> {
        let term = |word: &Word| {
            let (code, name) = (word.code.clone(), word.name.clone());
            to_raw_value(&Term { code, name })
        };
        let color = |word: &Word| {
            let (code, name) = (word.code.clone(), word.name.clone());
            let hex = word.hex.clone().unwrap_or_default();
            to_raw_value(&Color { code, name, hex })
        };
        Ok(Self {
            categories: by_code(&vocabulary.categories, term)?,
            colors: by_code(&vocabulary.colors, color)?,
            materials: by_code(&vocabulary.materials, term)?,
        })
    }
}

fn by_code(
    words: &HashMap<i32, Word>,
    json: impl Fn(&Word) -> serde_json::Result<Box<RawValue>>,
) -> Result<HashMap<String, Box<RawValue>>, sqlx::Error> {
    let shown = words.values().map(|word| Ok((word.code.clone(), json(word)?)));
    shown.collect::<Result<_, _>>().map_err(undecoded)
}
