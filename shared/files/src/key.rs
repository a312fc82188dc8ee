use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

/// What a file is, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// `png`
    Png,
    /// `jpg`
    Jpeg,
    /// `webp`
    Webp,
    /// `avif`
    Avif,
    /// `pdf`
    Pdf,
}

impl Format {
    const ALL: [Self; 5] = [Self::Png, Self::Jpeg, Self::Webp, Self::Avif, Self::Pdf];

    /// The end of a key.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Pdf => "pdf",
        }
    }

    /// The value of `Content-Type`.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Pdf => "application/pdf",
        }
    }

    /// Whether it is a picture.
    pub const fn is_image(self) -> bool {
        !matches!(self, Self::Pdf)
    }
}

/// Names a file by its content: SHA-256 in lower-case hexadecimal, a dot, the format's extension.
///
/// Parsed strictly, so that a key has one spelling and cannot hold a path: `[0-9a-f]{64}\.(png|jpg|webp|avif|pdf)`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    digest: [u8; 32],
    format: Format,
}

/// The text is not a key. It is not repeated: it may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key is 64 lower-case hexadecimal digits and .png, .jpg, .webp, .avif or .pdf")]
pub struct BadKey;

impl Key {
    /// The key of a content.
    pub fn of(content: &[u8], format: Format) -> Self {
        Self {
            digest: Sha256::digest(content).into(),
            format,
        }
    }

    /// What the file is.
    pub const fn format(self) -> Format {
        self.format
    }

    /// Whether `content` is what the key promises.
    pub fn names(self, content: &[u8]) -> bool {
        self == Self::of(content, self.format)
    }

    /// The digest in hexadecimal: a strong entity tag, once in quotes.
    pub fn digest(self) -> String {
        use fmt::Write as _;

        self.digest
            .iter()
            .fold(String::with_capacity(64), |mut text, byte| {
                // A string takes whatever is written.
                let _ = write!(text, "{byte:02x}");
                text
            })
    }

    /// The directory the file is in: 256 of them keep each one small.
    pub(crate) fn shard(self) -> String {
        format!("{:02x}", self.digest[0])
    }
}

/// Makes the key of a content that comes piece by piece.
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn new() -> Self {
        Self(Sha256::new())
    }

    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    pub(crate) fn key(self, format: Format) -> Key {
        Key {
            digest: self.0.finalize().into(),
            format,
        }
    }
}

impl FromStr for Key {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Self, BadKey> {
        let (digits, extension) = text.split_once('.').ok_or(BadKey)?;
        let format = Format::ALL
            .into_iter()
            .find(|format| format.extension() == extension)
            .ok_or(BadKey)?;
        let digits: &[u8; 64] = digits.as_bytes().try_into().map_err(|_| BadKey)?;
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(digits.as_chunks::<2>().0) {
            *byte = (value(pair[0])? << 4) | value(pair[1])?;
        }
        Ok(Self { digest, format })
    }
}

const fn value(digit: u8) -> Result<u8, BadKey> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(BadKey),
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.digest(), self.format.extension())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key({self})")
    }
}
