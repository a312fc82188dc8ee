//! Pictures in the sizes and formats that a browser chooses from.

use contracts::catalog::{Image, VariantFormat};

/// How wide a picture is in a list of four columns, two on phones.
pub const CARD: &str = "(max-width: 56rem) 46vw, (max-width: 80rem) 24vw, 18rem";
/// In a list of three columns.
pub const THIRD: &str = "(max-width: 56rem) 46vw, (max-width: 80rem) 32vw, 24rem";
/// In the gallery of a product.
pub const GALLERY: &str = "(max-width: 56rem) 100vw, (max-width: 80rem) 50vw, 38rem";
/// Below the gallery.
pub const THUMB: &str = "5rem";
/// In a line of the cart or of a set.
pub const LINE: &str = "7.5rem";

/// Smaller forms of a picture in one format: a `<source>`.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// Media type.
    pub kind: &'static str,
    /// Addresses with their widths.
    pub srcset: String,
}

/// The address of a file among the pictures.
pub fn url(key: &str) -> String {
    format!("/api/catalog/v1/media/{key}")
}

/// What browsers may show instead of a picture itself, the smallest files first; none while none are made.
pub fn sources(image: &Image) -> Vec<Source> {
    [
        (VariantFormat::Avif, "image/avif"),
        (VariantFormat::Webp, "image/webp"),
    ]
    .into_iter()
    .filter_map(|(format, kind)| {
        let variants = image.variants.iter().filter(|variant| variant.format == format);
        let candidates = variants.map(|variant| format!("{} {}w", url(&variant.key), variant.width));
        let srcset = candidates.collect::<Vec<_>>().join(", ");
        (!srcset.is_empty()).then_some(Source { kind, srcset })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use contracts::catalog::ImageVariant;

    use super::*;

    #[test]
    fn formats_are_offered_smallest_first_and_only_where_there_are_any() {
        let variant = |format, width, key: &str| ImageVariant {
            format,
            width,
            height: width,
            key: key.to_owned(),
        };
        let mut image = Image {
            key: "a.png".to_owned(),
            width: 900,
            height: 900,
            variants: vec![
                variant(VariantFormat::Webp, 320, "b.webp"),
                variant(VariantFormat::Avif, 320, "c.avif"),
                variant(VariantFormat::Avif, 640, "d.avif"),
            ],
        };
        let srcset = "/api/catalog/v1/media/c.avif 320w, /api/catalog/v1/media/d.avif 640w";
        let want = [
            ("image/avif", srcset),
            ("image/webp", "/api/catalog/v1/media/b.webp 320w"),
        ]
        .map(|(kind, srcset)| Source {
            kind,
            srcset: srcset.to_owned(),
        });
        assert_eq!(sources(&image), want);
        image.variants.clear();
        assert_eq!(sources(&image), []);
    }
}
