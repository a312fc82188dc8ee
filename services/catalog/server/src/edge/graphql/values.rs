//! Values that several types share.

use async_graphql::{
    Context, Enum, ID, InputValueError, InputValueResult, Object, Scalar, ScalarType, SimpleObject, Value,
};
use contracts::catalog::{Color, Document, DocumentKind, Image, ImageVariant, Term, VariantFormat};
use kernel::{Dimensions, Lang, Money, Text};
use problem::Problem;

use super::errors::bad_argument;

/// A language of the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "Language")]
pub enum Language {
    /// Russian.
    Ru,
    /// English.
    En,
}

/// The text in the language asked for, else in the caller's (`Accept-Language`, else Russian).
pub fn say(ctx: &Context<'_>, text: &Text, lang: Option<Language>) -> String {
    let lang = match lang {
        Some(Language::Ru) => Lang::Ru,
        Some(Language::En) => Lang::En,
        None => ctx.data_opt().copied().unwrap_or_default(),
    };
    text.get(lang).to_owned()
}

/// A number that may be larger than GraphQL's `Int`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Long(pub i64);

/// A whole number of up to 64 bits, such as an amount in minor units.
#[Scalar(name = "Long")]
impl ScalarType for Long {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number
                .as_i64()
                .map(Self)
                .ok_or_else(|| InputValueError::custom("not a whole number of 64 bits")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::from(self.0)
    }
}

/// Reads an id; `name` is the argument it was given as.
pub fn parse_id<T: std::str::FromStr>(name: &str, id: &ID) -> Result<T, Problem> {
    id.parse().map_err(|_| {
        bad_argument(
            name,
            "malformed",
            Text::new("не является идентификатором", "is not an id"),
        )
    })
}

/// Checks how long a list may become; `name` is the argument that says so.
pub fn parse_count(name: &str, count: i32, max: i32) -> Result<u16, Problem> {
    u16::try_from(count)
        .ok()
        .filter(|_| (1..=max).contains(&count))
        .ok_or_else(|| {
            bad_argument(
                name,
                "range",
                Text::new(format!("от 1 до {max}"), format!("must be 1 to {max}")),
            )
        })
}

/// What a list costs whose entries cost `each`.
pub fn list_cost(count: i32, max: i32, each: usize) -> usize {
    usize::try_from(count.clamp(1, max))
        .unwrap_or(1)
        .saturating_mul(each)
        .saturating_add(1)
}

/// An amount of money.
#[derive(Debug, SimpleObject)]
#[graphql(name = "Money")]
pub struct MoneyValue {
    /// Minor units: 199900 is 1 999 roubles.
    amount: Long,
    /// ISO 4217 code, such as `RUB`.
    currency: &'static str,
}

impl From<Money> for MoneyValue {
    fn from(money: Money) -> Self {
        Self {
            amount: Long(money.amount),
            currency: money.currency.code(),
        }
    }
}

/// Outer dimensions.
#[derive(Debug, SimpleObject)]
#[graphql(name = "Dimensions")]
#[expect(clippy::struct_field_names, reason = "the names are the schema's")]
pub struct DimensionsValue {
    /// Height in millimetres.
    height_mm: i32,
    /// Width in millimetres.
    width_mm: i32,
    /// Depth in millimetres.
    depth_mm: i32,
}

impl From<Dimensions> for DimensionsValue {
    fn from(size: Dimensions) -> Self {
        Self {
            height_mm: size.height_mm,
            width_mm: size.width_mm,
            depth_mm: size.depth_mm,
        }
    }
}

/// A picture.
pub struct ImageValue(pub Image);

/// A picture.
#[Object(name = "Image")]
impl ImageValue {
    /// Key by content: the same key always means the same bytes.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// Address on this site.
    async fn url(&self) -> String {
        format!("/api/catalog/v1/media/{}", self.0.key)
    }

    /// Width in pixels.
    async fn width(&self) -> i32 {
        self.0.width
    }

    /// Height in pixels.
    async fn height(&self) -> i32 {
        self.0.height
    }

    /// The same picture smaller, the narrowest of each format first; none until they are made.
    #[graphql(complexity = "child_complexity * 10 + 1")]
    async fn variants(&self) -> Vec<VariantValue> {
        self.0.variants.iter().map(VariantValue::from).collect()
    }
}

/// What a smaller picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "ImageFormat", remote = "VariantFormat")]
enum FormatValue {
    /// The smallest files; not every browser shows it.
    Avif,
    /// Shown by nearly every browser.
    Webp,
}

/// A smaller form of a picture.
#[derive(Debug, SimpleObject)]
#[graphql(name = "ImageVariant")]
struct VariantValue {
    /// What it is written as.
    format: FormatValue,
    /// Key by content.
    key: String,
    /// Address on this site.
    url: String,
    /// Width in pixels.
    width: i32,
    /// Height in pixels.
    height: i32,
}

impl From<&ImageVariant> for VariantValue {
    fn from(variant: &ImageVariant) -> Self {
        Self {
            format: variant.format.into(),
            key: variant.key.clone(),
            url: format!("/api/catalog/v1/media/{}", variant.key),
            width: variant.width,
            height: variant.height,
        }
    }
}

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "DocumentKind", remote = "DocumentKind")]
enum DocumentKindValue {
    /// A drawing with dimensions.
    Drawing,
    /// How the unit is put together.
    Instruction,
}

/// A document of a unit.
pub struct DocumentValue(pub Document);

/// A document of a unit, a PDF file.
#[Object(name = "Document")]
impl DocumentValue {
    /// What it is for.
    async fn kind(&self) -> DocumentKindValue {
        self.0.kind.into()
    }

    /// Title.
    async fn title(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.title, lang)
    }

    /// Key by content.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// Address on this site.
    async fn url(&self) -> String {
        format!("/api/catalog/v1/documents/{}", self.0.key)
    }

    /// Size in bytes.
    async fn bytes(&self) -> Long {
        Long(self.0.bytes)
    }
}

/// A value from a list that the assortment defines.
pub struct TermValue(pub Term);

/// A value from a list that the assortment defines (a category, a material).
#[Object(name = "Term")]
impl TermValue {
    /// Stable code, used in filters.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.name, lang)
    }
}

/// A colour.
pub struct ColorValue(pub Color);

/// A colour: a term that can be painted.
#[Object(name = "Color")]
impl ColorValue {
    /// Stable code, used in filters.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.name, lang)
    }

    /// sRGB value for swatches, `#rrggbb`.
    async fn hex(&self) -> &str {
        &self.0.hex
    }
}
