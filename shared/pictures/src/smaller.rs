use image::DynamicImage;
use image::imageops::FilterType;

use crate::decode::{Refusal, decode};
use crate::{EncodeError, encode};

/// A picture of which smaller ones are made.
#[derive(Debug)]
pub struct Original(DynamicImage);

/// A smaller picture, not written yet.
#[derive(Debug)]
pub struct Smaller(DynamicImage);

impl Original {
    /// Reads a picture.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        Ok(Self(decode(bytes)?.1))
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.0.width()
    }

    /// The same picture `width` pixels wide; not wider than it is.
    pub fn to_width(&self, width: u32) -> Smaller {
        let width = width.clamp(1, self.0.width());
        let height = (u64::from(self.0.height()) * u64::from(width)).div_ceil(u64::from(self.0.width()));
        let height = u32::try_from(height).unwrap_or(u32::MAX).max(1);
        Smaller(self.0.resize_exact(width, height, FilterType::CatmullRom))
    }
}

impl Smaller {
    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.0.height()
    }

    /// As WebP.
    pub fn webp(&self) -> Result<Vec<u8>, EncodeError> {
        encode::webp(&self.0, false, true)
    }

    /// As AVIF. Takes long.
    pub fn avif(&self) -> Result<Vec<u8>, EncodeError> {
        encode::avif(&self.0)
    }
}
