use image::DynamicImage;
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Brings colours into sRGB, which pictures without a profile are taken for. A profile that cannot be used is ignored, as
/// browsers do.
pub(crate) fn to_srgb(pixels: &mut DynamicImage, profile: &[u8]) {
    let Ok(profile) = ColorProfile::new_from_slice(profile) else {
        return;
    };
    if profile.color_space != DataColorSpace::Rgb {
        return;
    }
    let srgb = ColorProfile::new_srgb();
    let (layout, row) = match &pixels {
        DynamicImage::ImageRgba8(image) => (Layout::Rgba, row_length(image.width(), 4)),
        DynamicImage::ImageRgb8(image) => (Layout::Rgb, row_length(image.width(), 3)),
        _ => return,
    };
    let Ok(transform) = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default())
    else {
        return;
    };
    let bytes: &mut [u8] = match pixels {
        DynamicImage::ImageRgba8(image) => image,
        DynamicImage::ImageRgb8(image) => image,
        _ => return,
    };
    let mut from = vec![0; row];
    for row in bytes.chunks_exact_mut(row) {
        from.copy_from_slice(row);
        if transform.transform(&from, row).is_err() {
            return;
        }
    }
}

fn row_length(width: u32, channels: usize) -> usize {
    usize::try_from(width)
        .unwrap_or(usize::MAX)
        .saturating_mul(channels)
}
