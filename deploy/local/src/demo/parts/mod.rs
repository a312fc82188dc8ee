//! Components, and the bill of materials that follows from a unit's construction (CAT-2, CAT-3).

mod assembly;
mod case;
mod hardware;
mod rest;

use serde_json::Value;

use super::build::{BOARD, Build, Size};
use super::terms::{Finish, Words};

/// A component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub sku: String,
    pub kind: &'static str,
    pub name_ru: String,
    pub name_en: String,
    pub color: Option<&'static str>,
    pub material: Option<&'static str>,
    pub size: Size,
    /// Kopecks for a piece; `None` while it is not known (CAT-10), and of an assembly.
    pub cost: Option<i64>,
    pub weight_g: i64,
    /// Values of its kind's properties.
    pub properties: Vec<(&'static str, Value)>,
    /// What an assembly is put together from; none for a plain component.
    pub lines: Vec<Line>,
}

/// A component in a unit or in an assembly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub part: Part,
    pub quantity: i32,
    pub required: bool,
    /// What may take its place, the most welcome first.
    pub substitutes: Vec<Part>,
}

impl Line {
    fn new(quantity: i32, part: Part, required: bool) -> Self {
        Self {
            substitutes: hardware::substitutes(&part.sku),
            part,
            quantity,
            required,
        }
    }
}

/// What a unit is made of, each component once.
#[derive(Debug, Default)]
pub(super) struct Bill {
    pub lines: Vec<Line>,
}

impl Bill {
    fn need(&mut self, quantity: i32, part: Part) {
        self.add(quantity, part, true);
    }

    /// An extra that a unit can do without.
    fn may(&mut self, quantity: i32, part: Part) {
        self.add(quantity, part, false);
    }

    fn add(&mut self, quantity: i32, part: Part, required: bool) {
        if quantity < 1 {
            return;
        }
        match self.lines.iter_mut().find(|line| line.part.sku == part.sku) {
            Some(line) => line.quantity += quantity,
            None => self.lines.push(Line::new(quantity, part, required)),
        }
    }

    /// Weight of what is always in it.
    pub fn weight_g(&self) -> i64 {
        weight_g(&self.lines)
    }
}

fn weight_g(lines: &[Line]) -> i64 {
    let required = lines.iter().filter(|line| line.required);
    required
        .map(|line| line.part.weight_g * i64::from(line.quantity))
        .sum()
}

/// The bill of a unit in a finish.
pub(super) fn bill(build: &Build, size: Size, finish: Finish) -> Bill {
    match build {
        Build::Case(case) => case::bill(case, size, finish),
        Build::Table(table) => rest::table(*table, size, finish),
        Build::Chair(chair) => rest::chair(*chair, size, finish),
        Build::Bed(bed) => rest::bed(*bed, size, finish),
        Build::Sofa(sofa) => rest::sofa(*sofa, size, finish),
    }
}

/// What a board is used for: code in article numbers, name, kind, and its cost in hundredths of plain board.
struct Role(&'static str, Words, &'static str, i64);

const SIDE: Role = Role("SID", ("Боковина", "Side panel"), "panel", 100);
const DIVIDER: Role = Role("DIV", ("Перегородка", "Divider"), "panel", 100);
const DECK: Role = Role("DCK", ("Крышка-дно", "Top or bottom panel"), "panel", 100);
const SHELF: Role = Role("SHF", ("Полка", "Shelf"), "panel", 100);
const PLINTH: Role = Role("PLN", ("Цоколь", "Plinth"), "panel", 100);
const DOOR: Role = Role("DOR", ("Дверь", "Door"), "front", 150);
const DRAWER_FRONT: Role = Role("DRF", ("Фасад ящика", "Drawer front"), "front", 150);
const TOP: Role = Role("TOP", ("Столешница", "Table top"), "worktop", 130);
const LEAF: Role = Role("LEF", ("Вставка столешницы", "Extension leaf"), "worktop", 130);
const APRON: Role = Role("APR", ("Царга", "Rail"), "panel", 110);
const LEG: Role = Role("LEG", ("Ножка", "Leg"), "leg", 420);
const HEADBOARD: Role = Role("HDB", ("Изголовье", "Headboard"), "headboard", 140);
const SEAT: Role = Role("SEA", ("Сиденье", "Seat"), "seat", 240);
const SLAT: Role = Role("SLT", ("Рейка спинки", "Back slat"), "back", 260);

/// A board of `h`×`w`×`t` millimetres in a finish.
fn board(role: &Role, h: i32, w: i32, t: i32, finish: Finish) -> Part {
    let Role(code, name, kind, factor) = role;
    let (color, material) = (finish.color(), finish.material());
    let square_mm = i64::from(h) * i64::from(w);
    let cost = square_mm * material.rate / 1_000_000 * i64::from(t) / i64::from(BOARD) * factor / 100;
    Part {
        sku: format!("{code}-{h}-{w}-{t}-{}-{}", color.sku, material.sku),
        kind,
        name_ru: format!(
            "{} {h}×{w}×{t}, {}, {}",
            name.0,
            lower(color.name.0),
            lower_material(material.name.0)
        ),
        name_en: format!(
            "{} {h}×{w}×{t}, {}, {}",
            name.1,
            lower(color.name.1),
            lower(material.name.1)
        ),
        color: Some(color.code),
        material: Some(material.code),
        size: Size { h, w, d: t },
        // Cut, edged and drilled besides the board itself.
        cost: (material.code != "stone").then_some(cost + 90_00),
        weight_g: (square_mm * i64::from(t) * material.density / 1_000_000).max(1),
        properties: Vec::new(),
        lines: Vec::new(),
    }
}

/// The sewn cover of a unit, from this many metres of stuff.
fn cover(metres: i64, size: Size, finish: Finish) -> Part {
    let (color, material) = (finish.color(), finish.material());
    let Size { h, w, d } = size;
    Part {
        sku: format!("CVR-{h}-{w}-{d}-{}-{}", color.sku, material.sku),
        kind: "upholstery",
        name_ru: format!(
            "Чехол пошитый {h}×{w}×{d}, {}, {}",
            lower(color.name.0),
            lower(material.name.0)
        ),
        name_en: format!(
            "Sewn cover {h}×{w}×{d}, {}, {}",
            lower(color.name.1),
            lower(material.name.1)
        ),
        color: Some(color.code),
        material: Some(material.code),
        size,
        cost: Some(metres * (material.rate + 260_00)),
        weight_g: metres * material.density,
        properties: Vec::new(),
        lines: Vec::new(),
    }
}

/// Another shape of the same finish with a price of its own: frames, cushions, cases.
fn made(code: &str, kind: &'static str, name: Words, size: Size, cost: i64, weight_g: i64) -> Part {
    Part {
        sku: format!("{code}-{}-{}-{}", size.h, size.w, size.d),
        kind,
        name_ru: format!("{} {}×{}×{}", name.0, size.h, size.w, size.d),
        name_en: format!("{} {}×{}×{}", name.1, size.h, size.w, size.d),
        color: None,
        material: None,
        size,
        cost: Some(cost),
        weight_g,
        properties: Vec::new(),
        lines: Vec::new(),
    }
}

pub(super) fn lower(name: &str) -> String {
    name.to_lowercase()
}

/// Lower case, but for the abbreviations that materials are known by.
fn lower_material(name: &str) -> String {
    if name.starts_with("ЛДСП") || name.starts_with("МДФ") {
        name.to_owned()
    } else {
        name.to_lowercase()
    }
}
