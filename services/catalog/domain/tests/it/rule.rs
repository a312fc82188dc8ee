use std::collections::BTreeMap;

use catalog_domain::{
    Candidate, Check, Condition, ConditionError, Facts, Number, Properties, Reason, Refusal, Rule, Schema,
    Side, Tree, UnknownComponent, Value, ValueError, candidates, refusals,
};
use serde_json::{Value as Json, json};

use crate::component;
use crate::property::vocabulary;

fn condition(json: &Json) -> Condition {
    serde_json::from_value(json.clone()).expect("a condition")
}

fn check(json: &Json) -> Result<Check, ConditionError> {
    condition(json).check(&vocabulary())
}

fn properties(values: Json) -> Properties {
    let all = vocabulary();
    let Json::Object(values) = values else {
        unreachable!("an object")
    };
    let schema = Schema::new(all.properties.keys().map(|code| (code.clone(), false)));
    schema.read(values, &all).expect("sound")
}

fn table() -> Facts {
    Facts::new(properties(json!({ "load": 40, "style": "loft" })))
        .color(Some("white".to_owned()))
        .material(Some("oak".to_owned()))
        .size(750, 1_200, 600)
        .weight(24_000)
}

fn leg(color: Option<&str>, height_mm: i32, values: Json) -> Facts {
    Facts::new(properties(values))
        .color(color.map(str::to_owned))
        .size(height_mm, 40, 40)
}

#[test]
fn conditions_are_written_as_they_are_read_and_nothing_else_is_let_in() {
    for json in [
        json!({ "check": "equal", "unit": "color", "component": "edge" }),
        json!({ "check": "one_of", "component": "style", "values": ["loft"] }),
        json!({ "check": "one_of", "component": "style", "values": ["loft"],
                "when": { "unit": "material", "values": ["oak"] } }),
        json!({ "check": "range", "component": "height_mm", "unit": "height_mm", "min": -60.5, "max": -10 }),
    ] {
        assert_eq!(serde_json::to_value(condition(&json)).expect("plain"), json);
        assert!(check(&json).is_ok(), "{json}");
    }
    for json in [
        json!({ "check": "equal", "unit": "color", "component": "color", "values": [] }),
        json!({ "check": "equal", "unit": "color" }),
        json!({ "check": "near", "unit": "color", "component": "color" }),
        json!({ "check": "range", "component": "height_mm", "max": "5" }),
        json!({ "check": "one_of", "component": "style", "values": ["loft"], "when": { "unit": "color" } }),
    ] {
        assert!(
            serde_json::from_value::<Condition>(json.clone()).is_err(),
            "{json}"
        );
    }
}

#[test]
fn conditions_that_make_no_sense_say_why() {
    let unknown = |side, code: &str| ConditionError::Unknown {
        side,
        code: code.to_owned(),
    };
    let apart = |unit: &str, component: &str| ConditionError::Incomparable {
        unit: unit.to_owned(),
        component: component.to_owned(),
    };
    let cases = [
        (
            json!({ "check": "equal", "unit": "none", "component": "color" }),
            unknown(Side::Unit, "none"),
        ),
        (
            json!({ "check": "range", "component": "weight_g", "max": 1 }),
            unknown(Side::Component, "weight_g"),
        ),
        (
            json!({ "check": "equal", "unit": "color", "component": "material" }),
            apart("color", "material"),
        ),
        (
            json!({ "check": "equal", "unit": "load", "component": "height_mm" }),
            apart("load", "height_mm"),
        ),
        (
            json!({ "check": "range", "component": "load", "unit": "weight_g", "max": 1 }),
            apart("weight_g", "load"),
        ),
        (
            json!({ "check": "range", "component": "color", "max": 1 }),
            ConditionError::NotNumber {
                side: Side::Component,
                code: "color".to_owned(),
            },
        ),
        (
            json!({ "check": "one_of", "component": "style", "values": ["loft", "baroque"] }),
            ConditionError::Value {
                code: "style".to_owned(),
                index: 1,
                problem: ValueError::NotChoice,
            },
        ),
        (
            json!({ "check": "one_of", "component": "style", "values": [] }),
            ConditionError::NoValues {
                code: "style".to_owned(),
            },
        ),
        (
            json!({ "check": "range", "component": "load" }),
            ConditionError::Bounds,
        ),
        (
            json!({ "check": "range", "component": "load", "min": 2, "max": 1.999 }),
            ConditionError::Bounds,
        ),
    ];
    for (json, error) in cases {
        assert_eq!(check(&json), Err(error), "{json}");
    }
    // Choices of two properties, and a defined property with a built-in one of the same unit.
    assert!(check(&json!({ "check": "equal", "unit": "style", "component": "trend" })).is_ok());
    assert!(
        check(&json!({ "check": "range", "unit": "depth_mm", "component": "thickness", "max": 0 })).is_ok()
    );
}

fn judge(json: &Json, component: &Facts) -> Result<(), Reason> {
    check(json).expect("sound").judge(&table(), component)
}

#[test]
fn equal_says_both_values() {
    let same = json!({ "check": "equal", "unit": "color", "component": "color" });
    assert_eq!(judge(&same, &leg(Some("white"), 700, json!({}))), Ok(()));
    let differs = Reason::Differs {
        unit_property: "color".to_owned(),
        unit: Value::Color("white".to_owned()),
        component: Value::Color("red".to_owned()),
    };
    assert_eq!(judge(&same, &leg(Some("red"), 700, json!({}))), Err(differs));
    let missing = Reason::Missing {
        side: Side::Component,
        property: "color".to_owned(),
    };
    assert_eq!(judge(&same, &leg(None, 700, json!({}))), Err(missing));
}

#[test]
fn one_of_is_asked_only_of_the_units_it_names() {
    let of = |material: &str| {
        json!({ "check": "one_of", "component": "edge", "values": ["white"],
                "when": { "unit": "material", "values": [material] } })
    };
    let red = leg(None, 700, json!({ "edge": "red" }));
    assert_eq!(judge(&of("steel"), &red), Ok(()));
    let refused = Reason::NotAmong {
        component: Value::Color("red".to_owned()),
        allowed: vec![Value::Color("white".to_owned())],
        when: Some(("material".to_owned(), Value::Material("oak".to_owned()))),
    };
    assert_eq!(judge(&of("oak"), &red), Err(refused));
    let unknown = json!({ "check": "one_of", "component": "edge", "values": ["red"],
                          "when": { "unit": "trend", "values": ["loft"] } });
    let missing = Reason::Missing {
        side: Side::Unit,
        property: "trend".to_owned(),
    };
    assert_eq!(judge(&unknown, &red), Err(missing));
}

#[test]
fn ranges_have_both_ends_in_them_and_count_from_the_unit() {
    let range =
        json!({ "check": "range", "component": "height_mm", "unit": "height_mm", "min": -60, "max": -10 });
    for (height, fits) in [(689, false), (690, true), (740, true), (741, false)] {
        assert_eq!(
            judge(&range, &leg(None, height, json!({}))).is_ok(),
            fits,
            "{height}"
        );
    }
    let refused = Reason::OutOfRange {
        component: Number::whole(500),
        min: Some(Number::whole(690)),
        max: Some(Number::whole(740)),
        from: Some(("height_mm".to_owned(), Number::whole(750))),
    };
    assert_eq!(judge(&range, &leg(None, 500, json!({}))), Err(refused));
    let at_least = json!({ "check": "range", "component": "load", "min": 10.5 });
    assert!(judge(&at_least, &leg(None, 1, json!({ "load": 10.5 }))).is_ok());
    assert!(judge(&at_least, &leg(None, 1, json!({ "load": 10.499 }))).is_err());
}

fn line(n: u8, substitutes: &[u8], required: bool) -> catalog_domain::BillLine {
    catalog_domain::BillLine {
        component: component(n),
        substitutes: substitutes.iter().map(|&n| component(n)).collect(),
        quantity: 1,
        required,
    }
}

#[test]
fn everything_that_may_end_up_in_a_unit_is_a_candidate() {
    let nested = BTreeMap::from([(component(9), vec![line(2, &[3], true), line(4, &[], false)])]);
    let found = candidates(&[line(0, &[1], true), line(9, &[], false)], &nested);
    assert_eq!(
        found.into_iter().collect::<Vec<_>>(),
        [0, 1, 2, 3, 4, 9].map(component)
    );
}

#[test]
fn all_refusals_of_a_bill_are_answered_for_the_rules_that_concern_it() {
    let tree = Tree::new(
        [("home", None), ("tables", Some("home")), ("beds", Some("home"))]
            .map(|(code, parent)| (code.to_owned(), parent.map(str::to_owned))),
    )
    .expect("sound");
    let rule = |code: &str, category: Option<&str>, of: Option<&str>, json: Json| Rule {
        code: code.to_owned(),
        category: category.map(str::to_owned),
        component_type: of.map(str::to_owned),
        check: check(&json).expect("sound"),
    };
    let color = json!({ "check": "equal", "unit": "color", "component": "color" });
    let rules = [
        rule("same-color", Some("home"), Some("leg"), color.clone()),
        rule("beds-only", Some("beds"), None, color.clone()),
        rule("tops-only", None, Some("top"), color),
        rule(
            "short",
            None,
            None,
            json!({ "check": "range", "component": "height_mm", "max": 740 }),
        ),
    ];
    let candidate = |facts| Candidate {
        component_type: "leg".to_owned(),
        facts,
    };
    let known = BTreeMap::from([
        (component(0), candidate(leg(Some("white"), 700, json!({})))),
        (component(1), candidate(leg(Some("red"), 900, json!({})))),
    ]);
    let table = table();
    let ask = |ids: &[u8]| {
        refusals(
            ("tables", &table),
            ids.iter().copied().map(component),
            &known,
            &rules,
            &tree,
        )
    };
    let found: Vec<Refusal> = ask(&[0, 1]).expect("known");
    let named: Vec<_> = found
        .iter()
        .map(|r| (r.rule.as_str(), r.component, r.property.as_str()))
        .collect();
    assert_eq!(
        named,
        [
            ("same-color", component(1), "color"),
            ("short", component(1), "height_mm")
        ]
    );
    assert_eq!(ask(&[0, 7]), Err(UnknownComponent(component(7))));
}
