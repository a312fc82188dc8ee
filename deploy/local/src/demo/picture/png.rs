//! From SVG to PNG.

use resvg::{tiny_skia, usvg};

/// Pixels on a side of every picture (CAT-9 asks for 500 and more).
pub(in crate::demo) const SIDE: u32 = 900;

/// Why a picture could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum DrawError {
    /// The drawing is not an SVG document that can be rendered.
    #[error("cannot read the drawing")]
    Svg(#[from] usvg::Error),
    /// There is no memory for the picture.
    #[error("no memory for a picture")]
    Memory,
    /// The picture could not be encoded.
    #[error("cannot encode the picture")]
    Png(#[from] ::png::EncodingError),
}

/// Draws an SVG document on an opaque canvas of [`SIDE`] pixels.
pub(in crate::demo) fn render(svg: &str) -> Result<Vec<u8>, DrawError> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default())?;
    let mut canvas = tiny_skia::Pixmap::new(SIDE, SIDE).ok_or(DrawError::Memory)?;
    canvas.fill(tiny_skia::Color::WHITE);
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut canvas.as_mut());
    // Everything is opaque, so the alpha channel would only be weight.
    let rgb: Vec<u8> = canvas
        .data()
        .chunks_exact(4)
        .flat_map(|pixel| [pixel[0], pixel[1], pixel[2]])
        .collect();
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.set_compression(::png::Compression::Fast);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(file)
}
