//! The families of the assortment: one design, in several finishes each.

mod beds;
mod desks;
mod dressers;
mod kitchen;
mod seating;
mod shelving;
mod sofas;
mod tables;
mod wardrobes;

use super::build::{Build, Size};
use super::terms::{Finish, Words};

/// A design and the finishes it comes in.
pub(super) struct Family {
    /// Begins the slug of its units.
    pub code: &'static str,
    pub category: &'static str,
    /// A choice of the property `style`.
    pub style: &'static str,
    /// What it carries: a shelf, a drawer, a seat, whichever matters; not said of sofas.
    pub load_kg: Option<i32>,
    pub name: Words,
    pub about: Words,
    pub size: Size,
    pub build: Build,
    pub finishes: &'static [Finish],
}

/// All families in the order of the menu.
pub(super) fn all() -> impl Iterator<Item = &'static Family> {
    [
        wardrobes::FAMILIES,
        kitchen::FAMILIES,
        tables::FAMILIES,
        desks::FAMILIES,
        seating::FAMILIES,
        beds::FAMILIES,
        sofas::FAMILIES,
        shelving::FAMILIES,
        dressers::FAMILIES,
    ]
    .into_iter()
    .flatten()
}
