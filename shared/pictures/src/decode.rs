use std::io::Cursor;

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};

use crate::format::is_whole_jpeg;
use crate::{Format, colors};

/// The shortest side of a picture (CAT-9).
pub const MIN_SIDE: u32 = 500;
/// The most pixels: twice what good cameras take. More is a mistake or meant to fill the memory.
pub const MAX_PIXELS: u64 = 60_000_000;
/// The most memory for decoding: every pixel with four channels of two bytes, and some for the decoder itself.
const MAX_MEMORY: u64 = MAX_PIXELS * 8 + 64 * 1024 * 1024;

/// Why a picture is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is no PNG, JPEG or WebP.
    #[error("not a PNG, JPEG or WebP")]
    NotAPicture,
    /// A side is shorter than [`MIN_SIDE`].
    #[error("{width}×{height} pixels are too few")]
    TooSmall {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// It has more than [`MAX_PIXELS`].
    #[error("{width}×{height} pixels are too many")]
    TooLarge {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// It cannot be read to its end.
    #[error("damaged: {0}")]
    Damaged(String),
}

/// Reads a picture: upright, in sRGB, eight bits a channel, RGB or RGBA. How large it is says its head, before memory is
/// taken for it.
pub(crate) fn decode(bytes: &[u8]) -> Result<(Format, DynamicImage), Refusal> {
    let format = Format::sniff(bytes).ok_or(Refusal::NotAPicture)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format.of_image());
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(damaged)?;
    let (width, height) = decoder.dimensions();
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err(Refusal::TooSmall { width, height });
    }
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Refusal::TooLarge { width, height });
    }
    if format == Format::Jpeg && !is_whole_jpeg(bytes) {
        return Err(Refusal::Damaged("cut short".to_owned()));
    }
    // What cannot be read of these is left out: both only say how to show the pixels.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let pixels = DynamicImage::from_decoder(decoder).map_err(damaged)?;
    let mut pixels = eight_bits(pixels);
    if let Some(profile) = profile {
        colors::to_srgb(&mut pixels, &profile);
    }
    pixels.apply_orientation(orientation);
    Ok((format, pixels))
}

/// RGB, or RGBA where something shines through.
fn eight_bits(decoded: DynamicImage) -> DynamicImage {
    if decoded.color().has_alpha() {
        let pixels = decoded.into_rgba8();
        if pixels.pixels().any(|pixel| pixel.0[3] != u8::MAX) {
            return pixels.into();
        }
        return DynamicImage::from(pixels).into_rgb8().into();
    }
    decoded.into_rgb8().into()
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err gives it")]
fn damaged(error: image::ImageError) -> Refusal {
    Refusal::Damaged(error.to_string())
}
