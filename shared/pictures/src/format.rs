/// What a picture is, told by its first bytes, whatever it was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    Webp,
}

impl Format {
    /// How many bytes are enough to tell.
    pub const HEAD: usize = 12;

    /// The format of a content that begins so; `None` for everything else.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        match head {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    pub(crate) const fn of_image(self) -> image::ImageFormat {
        match self {
            Self::Png => image::ImageFormat::Png,
            Self::Jpeg => image::ImageFormat::Jpeg,
            Self::Webp => image::ImageFormat::WebP,
        }
    }
}

/// Whether a WebP keeps every pixel as it was (a chunk `VP8L`).
pub(crate) fn is_lossless_webp(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(Format::HEAD..).unwrap_or_default();
    while let Some((head, body)) = rest.split_at_checked(8) {
        if head.starts_with(b"VP8L") {
            return true;
        }
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let padded = usize::try_from(size)
            .unwrap_or(usize::MAX)
            .saturating_add((size & 1) as usize);
        rest = body.get(padded..).unwrap_or_default();
    }
    false
}

/// Whether a JPEG has an end (`FFD9`) behind its first scan. The decoder makes grey of what is missing.
pub(crate) fn is_whole_jpeg(bytes: &[u8]) -> bool {
    const SCAN: u8 = 0xda;
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let [0xff, marker, high, low, ..] = *rest {
        if marker == SCAN {
            // Within a scan the byte FF is followed by 0 or by a marker.
            return rest.windows(2).any(|pair| pair == [0xff, 0xd9]);
        }
        // Markers may be filled up.
        let skipped = if marker == 0xff {
            1
        } else {
            2 + usize::from(u16::from_be_bytes([high, low]))
        };
        rest = rest.get(skipped..).unwrap_or_default();
    }
    false
}
