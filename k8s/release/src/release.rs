//! A release: what is deployed, and what kind of change it is.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::strategy::{Contour, Strategy};

/// What is deployed and what kind of change it is, as a file in `k8s/releases` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// Its version, as in `1.4.0`.
    pub version: String,
    /// The kind of change.
    pub change: Change,
    /// Where the images are, as in `registry.garnitur.example/garnitur`.
    pub registry: String,
    /// Each image's name with its digest.
    pub images: BTreeMap<String, Digest>,
    /// What the author believes the matrix prescribes. Where it is given, it must be just that.
    #[serde(default)]
    pub strategy: BTreeMap<Contour, Strategy>,
}

/// The rows of the customer's matrix (DEP-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// Trying a new technology.
    NewTechnology,
    /// A change without downtime.
    Minor,
    /// A change after which the database does not suit the version before.
    Major,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NewTechnology, Self::Minor, Self::Major];
}

/// The digest of an image: `sha256:` and 64 hexadecimal digits. Tags can be moved; a digest names one image for ever.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Digest(String);

impl Digest {
    /// The digest with its algorithm.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its first twelve digits, for names.
    pub fn short(&self) -> &str {
        &self.0["sha256:".len()..][..12]
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Digest {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let hex = text.strip_prefix("sha256:").unwrap_or_default();
        let digits = |c: u8| matches!(c, b'0'..=b'9' | b'a'..=b'f');
        if hex.len() == 64 && hex.bytes().all(digits) {
            Ok(Self(text))
        } else {
            Err(format!(
                "{text:?} is not a digest: sha256: and 64 hexadecimal digits"
            ))
        }
    }
}

/// The images of every service, which a release must name, all of them.
pub const IMAGES: [&str; 8] = [
    "storefront",
    "catalog",
    "orders",
    "portal",
    "backoffice",
    "release",
    "sanitise",
    "postgres",
];

impl Release {
    /// Reads a release; the error says what is missing or does not fit.
    pub fn parse(text: &str) -> Result<Self, BadRelease> {
        let release: Self = toml::from_str(text)?;
        if !is_version(&release.version) {
            return Err(BadRelease::Version(release.version));
        }
        for name in IMAGES {
            if !release.images.contains_key(name) {
                return Err(BadRelease::NoImage(name));
            }
        }
        if let Some(name) = release
            .images
            .keys()
            .find(|name| !IMAGES.contains(&name.as_str()))
        {
            return Err(BadRelease::UnknownImage(name.clone()));
        }
        for (&contour, &wanted) in &release.strategy {
            let prescribed = Strategy::prescribed(release.change, contour);
            if wanted != prescribed {
                return Err(BadRelease::NotInMatrix {
                    change: release.change,
                    contour,
                    wanted,
                    prescribed,
                });
            }
        }
        Ok(release)
    }
}

/// `1.4.0` or `1.4.0-rc.1`: it becomes a label's value.
fn is_version(text: &str) -> bool {
    let (numbers, rest) = text.split_once('-').unwrap_or((text, "x"));
    let number = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_digit());
    numbers.split('.').count() == 3
        && numbers.split('.').all(number)
        && !rest.is_empty()
        && rest.len() < 40
        && rest.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'.')
        && rest.ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// Why a file is no release.
#[derive(Debug, thiserror::Error)]
pub enum BadRelease {
    /// It is not the TOML of a release.
    #[error(transparent)]
    Toml(#[from] toml::de::Error),
    /// The version is none.
    #[error("version {0:?} is not three numbers, as in 1.4.0 or 1.4.0-rc.1")]
    Version(String),
    /// An image is not named: a stand must not mix versions by oversight.
    #[error("images.{0} is missing; a release names every image, changed or not")]
    NoImage(&'static str),
    /// An image that nothing runs.
    #[error("images.{0}: there is no such image")]
    UnknownImage(String),
    /// The matrix says otherwise (DEP-3).
    #[error("a {change:?} change is rolled out to {contour} by {prescribed}, not by {wanted} (DEP-3)")]
    NotInMatrix {
        /// The kind of change.
        change: Change,
        /// Who is meant.
        contour: Contour,
        /// What the file asks for.
        wanted: Strategy,
        /// What the matrix says.
        prescribed: Strategy,
    },
}
