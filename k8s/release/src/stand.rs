//! A stand, as far as deploying to it is concerned.

use serde::Deserialize;

use crate::{Contour, Window};

/// How a stand takes releases: `stand.toml` in its folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stand {
    /// By recreating, or as production does.
    pub deployment: Deployment,
    /// Its sites, in the order in which they are deployed.
    pub sites: Vec<Site>,
    /// Whether it has databases of its own.
    pub databases: bool,
    /// When services may be away.
    pub window: Window,
}

/// How a stand deploys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Deployment {
    /// Everything is recreated in the maintenance window (STD-1 … STD-3).
    Recreate,
    /// As the kind of change prescribes (STD-4, STD-5).
    Production,
}

/// A site of a stand: a folder with what is applied together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Site {
    /// Server 1.
    #[serde(rename = "edge-1")]
    Edge1,
    /// Server 2.
    #[serde(rename = "edge-2")]
    Edge2,
    /// Server 3.
    #[serde(rename = "staff")]
    Staff,
}

impl Site {
    /// The name of its folder and the end of its namespace's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Edge1 => "edge-1",
            Self::Edge2 => "edge-2",
            Self::Staff => "staff",
        }
    }

    /// Whom it serves.
    pub const fn contour(self) -> Contour {
        match self {
            Self::Edge1 | Self::Edge2 => Contour::Customers,
            Self::Staff => Contour::Employees,
        }
    }

    /// The services that run there.
    pub const fn services(self) -> &'static [&'static str] {
        match self.contour() {
            Contour::Customers => &["storefront", "catalog", "orders"],
            Contour::Employees => &["portal", "backoffice", "catalog", "orders"],
        }
    }
}

impl Stand {
    /// Reads a `stand.toml`; the error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }
}
