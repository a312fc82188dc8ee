//! Pictures and documents of units.

use garde::Validate;
use kernel::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a smaller picture is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariantFormat {
    /// The smallest files; not every browser shows it.
    Avif,
    /// Shown by nearly every browser.
    Webp,
}

impl VariantFormat {
    /// The format's name, as it is written everywhere.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Avif => "avif",
            Self::Webp => "webp",
        }
    }
}

/// A smaller form of a picture. Its address is `/api/catalog/v1/media/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImageVariant {
    /// What it is written as.
    pub format: VariantFormat,
    /// Width in pixels.
    pub width: i32,
    /// Height in pixels.
    pub height: i32,
    /// Key by content.
    pub key: String,
}

/// A picture of a product. Its address is `/api/catalog/v1/media/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Image {
    /// Key by content: the same key always means the same bytes.
    pub key: String,
    /// Width in pixels, at least 500 (CAT-9).
    pub width: i32,
    /// Height in pixels, at least 500 (CAT-9).
    pub height: i32,
    /// The same picture smaller, the narrowest of each format first; empty until they are made.
    #[serde(default)]
    pub variants: Vec<ImageVariant>,
}

/// How far the smaller forms of a picture are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariantState {
    /// They will be made.
    Pending,
    /// They are there.
    Made,
    /// They cannot be made; customers see the picture itself.
    Failed,
}

/// A picture in the file storage, as employees see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoredImage {
    /// The picture.
    #[serde(flatten)]
    pub image: Image,
    /// Size in bytes.
    pub bytes: i64,
    /// How far its smaller forms are.
    pub state: VariantState,
    /// Why the last attempt to make them failed; null when none did.
    pub error: Option<String>,
}

/// The pictures of a unit, the first of which lists show. `PUT /api/staff/v1/catalog/units/{id}/images`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProductImages {
    /// Keys of pictures in their order, each once; at most 20.
    #[garde(length(max = 20), inner(length(min = 1, max = 80)))]
    pub keys: Vec<String>,
}

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// A drawing with dimensions.
    Drawing,
    /// How the unit is put together.
    Instruction,
}

impl DocumentKind {
    /// The kind's name, as it is written everywhere.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Drawing => "drawing",
            Self::Instruction => "instruction",
        }
    }
}

/// A document of a unit. Its address is `/api/catalog/v1/documents/{key}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Document {
    /// What it is for.
    pub kind: DocumentKind,
    /// Title in both languages.
    pub title: Text,
    /// Key by content.
    pub key: String,
    /// Size in bytes.
    pub bytes: i64,
}

/// A document in the file storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StoredDocument {
    /// Key by content.
    pub key: String,
    /// Size in bytes.
    pub bytes: i64,
}

/// A document given to a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct GivenDocument {
    /// What it is for.
    #[garde(skip)]
    pub kind: DocumentKind,
    /// Title in both languages, at most 200 characters each.
    #[garde(custom(named))]
    pub title: Text,
    /// Key of a document that was uploaded.
    #[garde(length(min = 1, max = 80))]
    pub key: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as garde calls it")]
fn named(title: &Text, (): &()) -> garde::Result {
    let fits = |text: &str| !text.trim().is_empty() && text.chars().count() <= 200;
    if fits(&title.ru) && fits(&title.en) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "от 1 до 200 символов на обоих языках | 1 to 200 characters in both languages",
        ))
    }
}

/// The documents of a unit. `PUT /api/staff/v1/catalog/units/{id}/documents`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ProductDocuments {
    /// Documents in their order; at most 20.
    #[garde(length(max = 20), dive)]
    pub documents: Vec<GivenDocument>,
}
