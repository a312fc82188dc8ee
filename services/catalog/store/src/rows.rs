//! Shapes that several queries share.

use contracts::catalog::{Color, Image, ImageVariant, ProductCard, ReservationStatus, Term};
use kernel::{Currency, Dimensions, Money, Text};
use sqlx::types::Json;
use uuid::Uuid;

/// A column holds what no version of this code writes.
pub(crate) fn unexpected(column: &str, value: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("{column} holds {value:?}").into())
}

/// An amount that may be missing.
pub(crate) fn money(amount: Option<i64>, currency: Option<&str>) -> Result<Option<Money>, sqlx::Error> {
    match (amount, currency) {
        (Some(amount), Some(code)) => Currency::from_code(code)
            .map(|currency| Some(Money::new(amount, currency)))
            .ok_or_else(|| unexpected("a currency", code)),
        _ => Ok(None),
    }
}

/// A picture with its variants, when its media row was joined.
pub(crate) fn image(
    key: Option<String>,
    width: Option<i32>,
    height: Option<i32>,
    variants: Option<Json<Vec<ImageVariant>>>,
) -> Option<Image> {
    Some(Image {
        key: key?,
        width: width?,
        height: height?,
        variants: variants.map_or_else(Vec::new, |Json(variants)| variants),
    })
}

pub(crate) fn status(text: &str) -> Result<ReservationStatus, sqlx::Error> {
    match text {
        "reserved" => Ok(ReservationStatus::Reserved),
        "confirmed" => Ok(ReservationStatus::Confirmed),
        "released" => Ok(ReservationStatus::Released),
        "expired" => Ok(ReservationStatus::Expired),
        other => Err(unexpected("reservation.status", other)),
    }
}

pub(crate) const fn status_code(status: ReservationStatus) -> &'static str {
    match status {
        ReservationStatus::Reserved => "reserved",
        ReservationStatus::Confirmed => "confirmed",
        ReservationStatus::Released => "released",
        ReservationStatus::Expired => "expired",
    }
}

/// What a card is made of; the columns of every query that shows products.
#[derive(Debug)]
pub(crate) struct CardRow {
    pub id: Uuid,
    pub slug: String,
    pub name_ru: String,
    pub name_en: String,
    pub category: String,
    pub category_ru: String,
    pub category_en: String,
    pub color: String,
    pub color_ru: String,
    pub color_en: String,
    pub color_hex: String,
    pub material: String,
    pub material_ru: String,
    pub material_en: String,
    pub height_mm: i32,
    pub width_mm: i32,
    pub depth_mm: i32,
    pub price_amount: Option<i64>,
    pub price_currency: Option<String>,
    pub available: i64,
    pub image_key: Option<String>,
    pub image_width: Option<i32>,
    pub image_height: Option<i32>,
    pub image_variants: Option<Json<Vec<ImageVariant>>>,
}

impl CardRow {
    pub(crate) fn into_card(self) -> Result<ProductCard, sqlx::Error> {
        Ok(ProductCard {
            id: self.id.into(),
            slug: self.slug,
            name: Text::new(self.name_ru, self.name_en),
            category: Term {
                code: self.category,
                name: Text::new(self.category_ru, self.category_en),
            },
            color: Color {
                code: self.color,
                name: Text::new(self.color_ru, self.color_en),
                hex: self.color_hex,
            },
            material: Term {
                code: self.material,
                name: Text::new(self.material_ru, self.material_en),
            },
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
        })
    }
}
