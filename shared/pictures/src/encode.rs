use image::codecs::avif::AvifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder as _};
use webp::Encoder;

/// High enough that nobody sees that a photograph was written once more.
const ORIGINAL_JPEG: u8 = 92;
const ORIGINAL_WEBP: f32 = 92.0;
const SMALLER_WEBP: f32 = 78.0;
/// Of 100, but on another scale than the two above; about what they look like.
const SMALLER_AVIF: u8 = 62;
/// Of 1 to 10. Faster ones make files that are larger than WebP's.
const AVIF_SPEED: u8 = 9;

/// A picture cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("the picture cannot be written as {what}: {why}")]
pub struct EncodeError {
    what: &'static str,
    why: String,
}

pub(crate) fn jpeg(pixels: &DynamicImage) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, ORIGINAL_JPEG);
    // JPEG has no transparency, so there was none in it.
    done("JPEG", pixels.to_rgb8().write_with_encoder(encoder))?;
    Ok(bytes)
}

pub(crate) fn png(pixels: &DynamicImage) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, FilterType::Adaptive);
    done("PNG", pixels.write_with_encoder(encoder))?;
    Ok(bytes)
}

pub(crate) fn webp(pixels: &DynamicImage, lossless: bool, small: bool) -> Result<Vec<u8>, EncodeError> {
    let quality = if small { SMALLER_WEBP } else { ORIGINAL_WEBP };
    let encoder = match pixels {
        DynamicImage::ImageRgba8(image) => Encoder::from_rgba(image, image.width(), image.height()),
        DynamicImage::ImageRgb8(image) => Encoder::from_rgb(image, image.width(), image.height()),
        other => return webp(&other.to_rgba8().into(), lossless, small),
    };
    let written = encoder.encode_simple(lossless, quality);
    done("WebP", written.map_err(|error| format!("{error:?}"))).map(|bytes| bytes.to_vec())
}

pub(crate) fn avif(pixels: &DynamicImage) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = Vec::new();
    let encoder =
        AvifEncoder::new_with_speed_quality(&mut bytes, AVIF_SPEED, SMALLER_AVIF).with_num_threads(Some(1));
    let written = encoder.write_image(
        pixels.as_bytes(),
        pixels.width(),
        pixels.height(),
        pixels.color().into(),
    );
    done("AVIF", written)?;
    Ok(bytes)
}

fn done<T, E: ToString>(what: &'static str, result: Result<T, E>) -> Result<T, EncodeError> {
    result.map_err(|error| EncodeError {
        what,
        why: error.to_string(),
    })
}
