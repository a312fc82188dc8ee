use contracts::catalog::{SetKindContent, SetRequirement};

use crate::demo::terms::{Words, text};

/// Code, name, whether materials must agree, "up to N %" in hundredths, categories and how many units of each. Colours
/// always agree.
type Row = (&'static str, Words, bool, i32, &'static [(&'static str, i32)]);

#[rustfmt::skip]
const KINDS: &[Row] = &[
    ("bedroom", ("Спальня", "Bedroom"), true, 1_000, &[("beds", 1), ("nightstands", 2), ("wardrobes", 1)]),
    ("kitchen", ("Кухня", "Kitchen"), true, 700, &[("kitchen", 4)]),
    ("dining", ("Столовая", "Dining room"), true, 800, &[("chairs", 4), ("tables", 1)]),
    ("lounge", ("Мягкая группа", "Sofa and armchair"), true, 500, &[("armchairs", 1), ("sofas", 1)]),
    ("living-room", ("Гостиная", "Living room"), true, 700, &[("dressers", 1), ("shelving", 1), ("tables", 1)]),
    ("study", ("Кабинет", "Study"), true, 500, &[("desks", 1), ("shelving", 1)]),
    ("nursery", ("Детская", "Child's room"), false, 1_000, &[("beds", 1), ("desks", 1), ("wardrobes", 1)]),
];

/// All kinds of sets (CAT-8).
pub(in super::super) fn set_kinds() -> Vec<SetKindContent> {
    let numbered = (1..).zip(KINDS);
    numbered
        .map(
            |(position, &(code, name, same_material, max_discount_bp, required))| SetKindContent {
                code: code.to_owned(),
                name: text(name),
                position,
                same_color: true,
                same_material,
                max_discount_bp,
                requirements: required
                    .iter()
                    .map(|&(category, quantity)| SetRequirement {
                        category: category.to_owned(),
                        quantity,
                    })
                    .collect(),
            },
        )
        .collect()
}
