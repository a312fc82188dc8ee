use contracts::catalog::{MarginContent, RuleContent};
use serde_json::{Value, json};

use crate::demo::terms::{Words, text};

/// Whether components go into units (CAT-4).
pub(in super::super) fn rules() -> Vec<RuleContent> {
    let same = |property: &str| json!({ "check": "equal", "unit": property, "component": property });
    vec![
        rule(
            "cover-colour",
            ("чехол другого цвета", "the cover has another colour"),
            (None, "upholstery"),
            same("color"),
        ),
        rule(
            "cover-material",
            ("чехол из другой ткани", "the cover is of another stuff"),
            (None, "upholstery"),
            same("material"),
        ),
        rule(
            "front-colour",
            ("фасад другого цвета", "the front has another colour"),
            (Some("storage"), "front"),
            same("color"),
        ),
        rule(
            "front-width",
            ("фасад шире предмета", "the front is wider than the unit"),
            (None, "front"),
            json!({ "check": "range", "component": "width_mm", "unit": "width_mm", "max": 0 }),
        ),
        rule(
            "slide-length",
            (
                "направляющие не помещаются в глубину",
                "the slides are longer than the unit is deep",
            ),
            (None, "slide"),
            json!({ "check": "range", "component": "slide_length_mm", "unit": "depth_mm", "max": -10 }),
        ),
        rule(
            "mattress-size",
            ("матрас другого размера", "the mattress has another size"),
            (Some("beds"), "mattress"),
            same("mattress_size"),
        ),
        rule(
            "base-size",
            ("основание другого размера", "the base has another size"),
            (Some("beds"), "base"),
            same("mattress_size"),
        ),
        rule(
            "wardrobe-hinges",
            ("петли без доводчика", "the hinges do not close softly"),
            (Some("wardrobes"), "hinge"),
            json!({ "check": "one_of", "component": "soft_close", "values": [true] }),
        ),
        rule(
            "kitchen-legs",
            ("ножки не регулируются", "the legs cannot be adjusted"),
            (Some("kitchen"), "leg"),
            json!({
                "check": "one_of", "component": "adjustable", "values": [true],
                "when": { "unit": "mounting", "values": ["floor"] },
            }),
        ),
    ]
}

fn rule(
    code: &str,
    says: Words,
    (category, component_type): (Option<&str>, &str),
    condition: Value,
) -> RuleContent {
    RuleContent {
        code: code.to_owned(),
        name: text(says),
        category: category.map(str::to_owned),
        component_type: Some(component_type.to_owned()),
        condition,
    }
}

/// What is added to the costs (CAT-5): 60 %, less for kitchens, which are bought by the dozen, more for what is sewn.
pub(in super::super) fn margins() -> Vec<MarginContent> {
    let margins = [(None, 6_000), (Some("kitchen"), 5_500), (Some("living"), 6_500)];
    let contents = margins.map(|(category, margin_bp)| MarginContent {
        category: category.map(str::to_owned),
        margin_bp,
        // Whole tens of roubles.
        step: 1_000,
    });
    contents.into()
}
