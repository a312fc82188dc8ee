//! How a release reaches a stand.
//!
//! The customer's matrix (DEP-3) says how each kind of change is rolled out; [`strategy`] is that matrix, [`overlay`]
//! writes what kustomize is to add to a stand, [`deploy`] says which commands bring it there and [`window`] when they
//! may run. [`gate`] answers the questions that Flagger asks meanwhile. All of them are pure but the gate's client of
//! the Kubernetes API.

pub mod deploy;
pub mod gate;
pub mod overlay;
pub mod release;
pub mod stand;
pub mod strategy;
pub mod window;

pub use release::{Change, Digest, Release};
pub use stand::{Site, Stand};
pub use strategy::{Contour, Strategy};
pub use window::Window;
