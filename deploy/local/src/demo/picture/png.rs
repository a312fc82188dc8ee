//! From SVG to PNG.

use std::sync::LazyLock;

use resvg::{tiny_skia, usvg};
use sha2::{Digest as _, Sha256};

use super::stage::wall;

/// Pixels on a side of every picture (CAT-9 asks for 500 and more).
pub(in crate::demo) const SIDE: u32 = 900;

/// Why a picture could not be drawn.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DrawError {
    /// The drawing is not an SVG document that can be rendered.
    #[error("cannot read the drawing: {0}")]
    Svg(String),
    /// There is no memory for the picture.
    #[error("no memory for a picture")]
    Memory,
    /// The picture could not be encoded.
    #[error("cannot encode the picture: {0}")]
    Png(String),
}

/// What is behind a drawing. Filling the whole canvas is most of the work, so it is done once for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) enum Backdrop {
    Wall,
    Paper,
}

/// A picture before it is drawn.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) struct Drawing {
    pub backdrop: Backdrop,
    pub svg: String,
}

impl Drawing {
    /// Stands for all that decides what the picture looks like.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        match self.backdrop {
            Backdrop::Wall => hash.update(wall()),
            Backdrop::Paper => hash.update(PAPER),
        }
        hash.update([0]);
        hash.update(&self.svg);
        hash.finalize().into()
    }
}

/// Red, green, blue of the paper that measures are drawn on.
const PAPER: [u8; 3] = [253, 251, 247];

/// Draws on an opaque canvas of [`SIDE`] pixels.
pub(in crate::demo) fn render(drawing: &Drawing) -> Result<Vec<u8>, DrawError> {
    static WALL: LazyLock<Result<tiny_skia::Pixmap, DrawError>> = LazyLock::new(|| {
        let mut canvas = blank()?;
        draw(&wall(), &mut canvas)?;
        Ok(canvas)
    });
    let mut canvas = match drawing.backdrop {
        Backdrop::Wall => WALL.clone()?,
        Backdrop::Paper => {
            let mut canvas = blank()?;
            let [red, green, blue] = PAPER;
            canvas.fill(tiny_skia::Color::from_rgba8(red, green, blue, 255));
            canvas
        }
    };
    draw(&drawing.svg, &mut canvas)?;
    encode(&canvas).map_err(|error| DrawError::Png(error.to_string()))
}

fn blank() -> Result<tiny_skia::Pixmap, DrawError> {
    tiny_skia::Pixmap::new(SIDE, SIDE).ok_or(DrawError::Memory)
}

fn draw(svg: &str, canvas: &mut tiny_skia::Pixmap) -> Result<(), DrawError> {
    let tree = usvg::Tree::from_str(svg, &usvg::Options::default())
        .map_err(|error| DrawError::Svg(error.to_string()))?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut canvas.as_mut());
    Ok(())
}

fn encode(canvas: &tiny_skia::Pixmap) -> Result<Vec<u8>, ::png::EncodingError> {
    // Everything is opaque, so the alpha channel would only be weight.
    let mut rgb = Vec::with_capacity(canvas.data().len() / 4 * 3);
    for pixel in canvas.data().as_chunks::<4>().0 {
        rgb.extend_from_slice(&pixel[..3]);
    }
    let mut file = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut file, SIDE, SIDE);
    encoder.set_color(::png::ColorType::Rgb);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.set_compression(::png::Compression::Fast);
    encoder.write_header()?.write_image_data(&rgb)?;
    Ok(file)
}
