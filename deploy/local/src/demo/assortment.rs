//! The assortment: every family in each of its finishes, and all components that they need.

use std::collections::BTreeMap;

use super::build::{Build, Size};
use super::families::{self, Family};
use super::parts::{self, Bill, Part, lower};
use super::terms::Finish;

/// A furniture unit.
pub(super) struct Unit {
    pub slug: String,
    pub name_ru: String,
    pub name_en: String,
    pub about_ru: String,
    pub about_en: String,
    pub category: &'static str,
    pub finish: Finish,
    pub size: Size,
    pub build: &'static Build,
    pub bill: Bill,
}

impl Unit {
    fn new(family: &'static Family, finish: Finish) -> Self {
        let (color, material) = (finish.color(), finish.material());
        Self {
            slug: format!("{}-{}", family.code, finish.color),
            name_ru: format!("{}, {}", family.name.0, lower(color.name.0)),
            name_en: format!("{}, {}", family.name.1, lower(color.name.1)),
            about_ru: format!("{} {}", family.about.0, material.about.0),
            about_en: format!("{} {}", family.about.1, material.about.1),
            category: family.category,
            finish,
            size: family.size,
            build: &family.build,
            bill: parts::bill(&family.build, family.size, finish),
        }
    }
}

/// All units in the order of the menu.
pub(super) fn units() -> Vec<Unit> {
    families::all()
        .flat_map(|family| {
            family
                .finishes
                .iter()
                .map(move |&finish| Unit::new(family, finish))
        })
        .collect()
}

/// A component and the units that cannot be built without it.
pub(super) struct Component<'a> {
    pub part: &'a Part,
    /// Slug of the unit and pieces in it.
    pub required_by: Vec<(&'a str, i64)>,
}

/// All components by article number.
pub(super) fn components(units: &[Unit]) -> BTreeMap<&str, Component<'_>> {
    let mut components = BTreeMap::new();
    for unit in units {
        for line in &unit.bill.lines {
            let component = components.entry(line.part.sku.as_str()).or_insert(Component {
                part: &line.part,
                required_by: Vec::new(),
            });
            if line.required {
                component
                    .required_by
                    .push((unit.slug.as_str(), i64::from(line.quantity)));
            }
        }
    }
    components
}
