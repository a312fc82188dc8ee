use std::collections::BTreeSet;

use catalog_domain::{Kind, MAX_TEXT, Number, NumberError, PropertyError, Schema, ValueError, Vocabulary};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn codes(codes: &[&str]) -> BTreeSet<String> {
    codes.iter().map(|&code| code.to_owned()).collect()
}

pub(crate) fn vocabulary() -> Vocabulary {
    let kinds = [
        ("note", Kind::Text),
        ("load", Kind::Number(Some("kg".to_owned()))),
        ("thickness", Kind::Number(Some("mm".to_owned()))),
        ("style", Kind::Choice(codes(&["loft", "classic"]))),
        ("trend", Kind::Choice(codes(&["loft", "baroque"]))),
        ("edge", Kind::Color),
        ("filling", Kind::Material),
        ("folds", Kind::Flag),
    ];
    Vocabulary {
        properties: kinds.map(|(code, kind)| (code.to_owned(), kind)).into(),
        colors: codes(&["red", "white"]),
        materials: codes(&["oak", "steel"]),
    }
}

fn read(required: &[&str], values: Json) -> Result<Json, Vec<(String, ValueError)>> {
    let all = vocabulary();
    let schema = Schema::new(
        all.properties
            .keys()
            .map(|code| (code.clone(), required.contains(&code.as_str()))),
    );
    let Json::Object(values) = values else {
        unreachable!("an object")
    };
    let plain = |errors: Vec<PropertyError>| {
        errors
            .into_iter()
            .map(|e| (e.code, e.problem))
            .collect::<Vec<_>>()
    };
    let read = schema.read(values, &all).map_err(plain)?;
    Ok(serde_json::to_value(read).expect("plain values"))
}

#[test]
fn every_kind_is_read_and_written_as_it_was() {
    let values = json!({
        "note": "по заказу", "load": 12.5, "thickness": 16, "style": "loft", "edge": "red", "filling": "oak",
        "folds": false,
    });
    assert_eq!(read(&["note"], values.clone()), Ok(values));
}

#[test]
fn each_wrong_value_says_what_is_wrong() {
    let wrong = [
        ("note", json!(5), ValueError::NotText),
        ("note", json!("  "), ValueError::Empty),
        ("note", json!("ж".repeat(MAX_TEXT + 1)), ValueError::TooLong),
        ("load", json!("5"), ValueError::NotNumber),
        ("load", json!(0.0005), ValueError::Number(NumberError::TooPrecise)),
        ("load", json!(1e15), ValueError::Number(NumberError::TooLarge)),
        ("style", json!("baroque"), ValueError::NotChoice),
        ("edge", json!("oak"), ValueError::NotColor),
        ("filling", json!(null), ValueError::NotMaterial),
        ("folds", json!("true"), ValueError::NotFlag),
        ("other", json!(1), ValueError::Unknown),
    ];
    for (code, value, problem) in wrong {
        assert_eq!(
            read(&[], json!({ code: value })),
            Err(vec![(code.to_owned(), problem)])
        );
    }
    assert!(read(&[], json!({ "note": "ж".repeat(MAX_TEXT) })).is_ok());
}

#[test]
fn all_errors_are_answered_missing_ones_too() {
    let errors = read(&["note", "load"], json!({ "load": "x", "other": 1 })).expect_err("wrong");
    let expected = [
        ("load", ValueError::NotNumber),
        ("other", ValueError::Unknown),
        ("note", ValueError::Missing),
    ];
    assert_eq!(errors, expected.map(|(code, problem)| (code.to_owned(), problem)));
}

#[test]
fn a_property_given_twice_is_refused() {
    let schema = Schema::new([("folds".to_owned(), false)]);
    let twice = [true, false].map(|flag| ("folds".to_owned(), json!(flag)));
    let errors = schema.read(twice, &vocabulary()).expect_err("twice");
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].problem, ValueError::Twice);
}

#[test]
fn what_one_category_of_the_lineage_requires_is_required() {
    let schema =
        Schema::new([("a", false), ("b", false), ("a", true), ("a", false)].map(|(c, r)| (c.to_owned(), r)));
    assert_eq!(schema.iter().collect::<Vec<_>>(), [("a", true), ("b", false)]);
}

proptest! {
    /// Written as JSON and read again it is the same number, digit by digit.
    #[test]
    fn numbers_survive_json(thousandths in -999_999_999_999_999_i64..=999_999_999_999_999) {
        let number = Number::from_thousandths(thousandths).expect("in range");
        let text = serde_json::to_string(&number).expect("a number");
        prop_assert_eq!(&text, &number.to_string());
        prop_assert_eq!(serde_json::from_str::<Number>(&text).expect("reads"), number);
    }

    /// Any decimal as people write it, with zeros at the end, is what it says, or refused when it has more places.
    #[test]
    fn decimals_are_exact(whole in 0_i64..1_000_000_000, fraction in "[0-9]{1,6}", negative: bool) {
        let text = format!("{}{whole}.{fraction}", if negative { "-" } else { "" });
        let needed = fraction.trim_end_matches('0');
        match serde_json::from_str::<Number>(&text) {
            Ok(number) => {
                let thousandths: i64 = format!("{whole}{needed:0<3}").parse().expect("digits");
                prop_assert!(needed.len() <= 3);
                prop_assert_eq!(number.thousandths().abs(), thousandths);
                prop_assert!(number.thousandths() == 0 || (number.thousandths() < 0) == negative);
            }
            Err(_) => prop_assert!(needed.len() > 3),
        }
    }

    /// Whatever the JSON, a value that is read is written as it came.
    #[test]
    fn reading_never_changes_a_value(code in 0_usize..8, text in ".{0,12}", number: i32, pick in 0_u8..4) {
        let all = vocabulary();
        let kind = all.properties.values().nth(code).expect("eight");
        let json = match pick {
            0 => json!(text),
            1 => json!(number),
            2 => json!(number > 0),
            _ => json!([text]),
        };
        if let Ok(value) = all.read(kind, &json) {
            prop_assert_eq!(serde_json::to_value(value).expect("plain"), json);
        }
    }
}
