//! The assortment: every family in each of its finishes, and all components that they need.

use std::collections::BTreeMap;

use serde_json::Value;

use super::build::{Build, Size};
use super::facts;
use super::families::{self, Family};
use super::parts::{self, Bill, Line, Part, lower};
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
    /// Values of its category's properties.
    pub properties: BTreeMap<String, Value>,
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
            properties: facts::of(family, finish),
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
    /// Slug of the unit and pieces in it, over all levels.
    pub required_by: BTreeMap<&'a str, i64>,
    /// Whether another may take its place somewhere.
    pub replaceable: bool,
}

/// Components by article number.
pub(super) type Components<'a> = BTreeMap<&'a str, Component<'a>>;

/// All components: those of the units, of assemblies among them, and their substitutes.
pub(super) fn components(units: &[Unit]) -> Components<'_> {
    let mut components = Components::new();
    for unit in units {
        for line in &unit.bill.lines {
            collect(&mut components, line, &unit.slug, 1);
        }
    }
    components
}

/// `times`: how many of the assembly that the line is of; 0 when it may be left out.
fn collect<'a>(components: &mut Components<'a>, line: &'a Line, unit: &'a str, times: i64) {
    let pieces = if line.required {
        times * i64::from(line.quantity)
    } else {
        0
    };
    let component = entry(components, &line.part);
    component.replaceable |= !line.substitutes.is_empty();
    if pieces > 0 {
        *component.required_by.entry(unit).or_default() += pieces;
    }
    for substitute in &line.substitutes {
        entry(components, substitute);
    }
    for line in &line.part.lines {
        collect(components, line, unit, pieces);
    }
}

fn entry<'c, 'a>(components: &'c mut Components<'a>, part: &'a Part) -> &'c mut Component<'a> {
    components.entry(&part.sku).or_insert(Component {
        part,
        required_by: BTreeMap::new(),
        replaceable: false,
    })
}
