use crate::decode::{Refusal, decode};
use crate::format::is_lossless_webp;
use crate::{Format, encode};

/// A picture of which everything is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub format: Format,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// Writes a picture anew, in its own format, from its pixels alone: where it was taken, with which camera, what was
/// changed and what somebody has hidden behind its end are not in it any more. It stands upright and its colours are sRGB.
/// The same picture gives the same file.
pub fn clean(bytes: &[u8]) -> Result<Picture, Refusal> {
    let (format, pixels) = decode(bytes)?;
    let written = match format {
        Format::Png => encode::png(&pixels),
        Format::Jpeg => encode::jpeg(&pixels),
        Format::Webp => encode::webp(&pixels, is_lossless_webp(bytes), false),
    };
    Ok(Picture {
        // A side longer than its format allows, which no decoder gives us.
        bytes: written.map_err(|error| Refusal::Damaged(error.to_string()))?,
        format,
        width: pixels.width(),
        height: pixels.height(),
    })
}
