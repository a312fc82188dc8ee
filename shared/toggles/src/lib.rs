//! Feature toggles (DEP-2, DEP-3, CFG-1): a snapshot of definitions in flagd's JSON format, evaluated in this process by
//! user, cohort and percentage, and asked through `OpenFeature`.
//!
//! [`Toggles`] holds the snapshot in force. A new one is checked as a whole and refused if anything about it is wrong;
//! the last good one stays, also over restarts. New ones come from backoffice's settings ([`Toggles::follow`]), over its
//! internal face ([`remote`]) or through a service's own database, or from a file. [`Cohort`] is what a rollout's A/B routing and the toggles share: the
//! header that Flagger matches on is the cohort that rules ask for.

mod check;
mod cohort;
mod config;
mod follow;
mod hold;
mod layer;
mod provider;
mod rule;
mod snapshot;
mod subject;

pub use check::BadSnapshot;
pub use cohort::{BadCohort, COOKIE, Cohort, CohortConfig, Cohorts, HEADER};
pub use config::TogglesConfig;
pub use follow::{FetchError, remote};
pub use hold::Toggles;
pub use layer::observe;
pub use provider::{Provider, observed};
pub use snapshot::{Choice, Snapshot};
pub use subject::Subject;
