use contracts::catalog::CategoryContent;

use super::{Use, uses};
use crate::demo::terms::{Words, text};

/// A category with those below it, in the order of the menu.
struct Category {
    code: &'static str,
    name: Words,
    /// Besides those inherited from above.
    properties: &'static [Use],
    below: &'static [Self],
}

const TREE: &[Category] = &[
    room(
        "storage",
        ("Хранение", "Storage"),
        &[
            ("style", true),
            ("load_kg", true),
            ("doors", true),
            ("drawers", true),
            ("shelves", false),
        ],
        &[
            leaf(
                "wardrobes",
                ("Шкафы", "Wardrobes"),
                &[("door_kind", true), ("mirror", true)],
            ),
            leaf("dressers", ("Комоды и тумбы", "Dressers and stands"), &[]),
            leaf("shelving", ("Стеллажи", "Shelving"), &[("glazed", true)]),
        ],
    ),
    room(
        "dining",
        ("Кухня и столовая", "Kitchen and dining"),
        &[("style", true), ("load_kg", true)],
        &[
            leaf(
                "kitchen",
                ("Кухонные шкафы", "Kitchen cabinets"),
                &[
                    ("mounting", true),
                    ("doors", true),
                    ("drawers", true),
                    ("shelves", false),
                    ("glazed", false),
                ],
            ),
            leaf(
                "tables",
                ("Столы", "Tables"),
                &[("shape", true), ("extendable", true), ("seats", false)],
            ),
            leaf(
                "chairs",
                ("Стулья", "Chairs"),
                &[
                    ("seat_height_mm", true),
                    ("armrests", true),
                    ("upholstery", false),
                ],
            ),
        ],
    ),
    room(
        "sleeping",
        ("Спальня", "Sleeping"),
        &[("style", true), ("load_kg", true)],
        &[
            leaf(
                "beds",
                ("Кровати", "Beds"),
                &[
                    ("mattress_size", true),
                    ("bed_storage", true),
                    ("upholstery", false),
                ],
            ),
            leaf(
                "nightstands",
                ("Прикроватные тумбы", "Nightstands"),
                &[("drawers", true)],
            ),
        ],
    ),
    room(
        "living",
        ("Мягкая мебель", "Upholstered furniture"),
        &[
            ("style", true),
            ("seats", true),
            ("upholstery", true),
            ("removable_cover", true),
        ],
        &[
            leaf("sofas", ("Диваны", "Sofas"), &[("corner", true)]),
            leaf("armchairs", ("Кресла", "Armchairs"), &[]),
        ],
    ),
    room(
        "office",
        ("Рабочее место", "Home office"),
        &[("style", true), ("load_kg", true)],
        &[leaf(
            "desks",
            ("Письменные столы", "Desks"),
            &[("drawers", true), ("cable_opening", true)],
        )],
    ),
];

const fn room(
    code: &'static str,
    name: Words,
    properties: &'static [Use],
    below: &'static [Category],
) -> Category {
    Category {
        code,
        name,
        properties,
        below,
    }
}

const fn leaf(code: &'static str, name: Words, properties: &'static [Use]) -> Category {
    room(code, name, properties, &[])
}

/// All categories, each after the one above it.
pub(in super::super) fn categories() -> Vec<CategoryContent> {
    let content = |category: &Category, parent: Option<&Category>, position| CategoryContent {
        code: category.code.to_owned(),
        parent: parent.map(|parent| parent.code.to_owned()),
        name: text(category.name),
        position,
        properties: uses(category.properties),
    };
    let mut all = Vec::new();
    for (position, room) in (1..).zip(TREE) {
        all.push(content(room, None, position));
        let below = (1..).zip(room.below);
        all.extend(below.map(|(position, leaf)| content(leaf, Some(room), position)));
    }
    all
}

/// Whether units of the leaf have the property.
pub(in super::super) fn has(category: &str, property: &str) -> bool {
    TREE.iter().any(|room| {
        let leaf = room.below.iter().find(|leaf| leaf.code == category);
        leaf.is_some_and(|leaf| {
            let all = room.properties.iter().chain(leaf.properties);
            all.map(|(code, _)| code).any(|code| *code == property)
        })
    })
}
