//! The customer's matrix (DEP-3).

use std::fmt;

use serde::Deserialize;

use crate::{Change, Stand, stand::Deployment};

/// Who is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Contour {
    /// Customers and couriers: servers 1 and 2.
    Customers,
    /// Employees: server 3.
    Employees,
}

impl fmt::Display for Contour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Customers => "customers",
            Self::Employees => "employees",
        })
    }
}

/// How a new version takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strategy {
    /// Step by step, by share of traffic.
    Canary,
    /// For the pilot cohort, with feature toggles.
    Ab,
    /// The old goes, then the new comes.
    Recreate,
}

impl fmt::Display for Strategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Canary => "canary",
            Self::Ab => "ab",
            Self::Recreate => "recreate",
        })
    }
}

impl Strategy {
    /// The customer's matrix (DEP-3).
    pub const fn prescribed(change: Change, contour: Contour) -> Self {
        match (change, contour) {
            (Change::NewTechnology | Change::Minor, Contour::Customers) => Self::Canary,
            (Change::NewTechnology, Contour::Employees) => Self::Recreate,
            (Change::Minor, Contour::Employees) | (Change::Major, _) => Self::Ab,
        }
    }

    /// How `change` is rolled out on `stand`: by the matrix where it deploys as production does, else by recreating
    /// (STD-1 … STD-5).
    pub fn on(stand: &Stand, change: Change, contour: Contour) -> Self {
        match stand.deployment {
            Deployment::Recreate => Self::Recreate,
            Deployment::Production => Self::prescribed(change, contour),
        }
    }
}
