use proptest::prelude::*;
use serde_json::{Value, json};
use toggles::Snapshot;

/// A document with one toggle, changed.
fn with(change: impl FnOnce(&mut Value)) -> Result<(), String> {
    let mut document = json!({
        "$evaluators": {"staff": {"==": [{"var": "cohort"}, "b"]}},
        "flags": {"t": {
            "state": "ENABLED",
            "variants": {"on": true, "off": false},
            "defaultVariant": "off",
            "targeting": {"if": [{"$ref": "staff"}, "on", "off"]},
        }},
    });
    change(&mut document);
    Snapshot::parse(&document.to_string())
        .map(drop)
        .map_err(|error| error.to_string())
}

fn targeting(rule: Value) -> Result<(), String> {
    with(|document| document["flags"]["t"]["targeting"] = rule)
}

#[test]
fn rules_of_flagd_are_taken() {
    for rule in [
        json!({}),
        json!({"if": [true, "on"]}),
        json!({"if": [{">": [{"var": "$flagd.timestamp"}, 1]}, "on", {"if": [false, "off", null]}]}),
        json!({"fractional": [["on", 25], ["off", 75]]}),
        json!({"fractional": [{"cat": [{"var": "$flagd.flagKey"}, {"var": "x"}]}, ["on"], ["off", 0]]}),
        json!({"if": [{"ends_with": [{"var": "x"}, "y"]}, {"fractional": [["on"], ["off"]]}, null]}),
        json!({"if": [{"sem_ver": [{"var": "version"}, ">=", "1.2.3-rc.1"]}, "on", null]}),
        json!({"if": [{"in": [{"var": ["x", "none"]}, ["a", "b"]]}, "on", null]}),
        json!({"if": [{"and": [{"!": [{"var": "x"}]}, {"!!": [{"var": "y"}]}]}, "on", null]}),
        json!({"if": [{"some": [{"var": "roles"}, {"==": [{"var": ""}, "x"]}]}, "on", null]}),
        json!({"if": [{"missing": ["x"]}, "on", {"if": [{"missing_some": [1, ["x", "y"]]}, "on", null]}]}),
        json!({"if": [{"<": [1, {"+": [1, 2]}, 5]}, "on", null]}),
    ] {
        // `{"var": ""}` is the item at hand in JsonLogic, which flagd's schema does not know.
        let expected = if rule.to_string().contains(r#"{"var":""}"#) {
            "asked for"
        } else {
            ""
        };
        let said = targeting(rule.clone()).err().unwrap_or_default();
        assert!(
            said.contains(expected) && said.is_empty() == expected.is_empty(),
            "{rule}: {said}"
        );
    }
}

#[test]
fn other_rules_are_refused_by_name() {
    for (rule, why) in [
        (json!("on"), "a rule is not an object"),
        (json!({"if": [true, "on"], "==": [1, 2]}), "one operator"),
        (
            json!({"matches": [{"var": "x"}, "y"]}),
            "not an operator of flagd",
        ),
        (json!({"if": [true]}), "number of operands"),
        (json!({"==": [1]}), "number of operands"),
        (
            json!({"if": [true, "maybe", null]}),
            "\"maybe\" is not one of the variants",
        ),
        (json!({"if": [true, 7, null]}), "number cannot be a result"),
        (
            json!({"if": [true, true, null]}),
            "\"true\" is not one of the variants",
        ),
        (
            json!({"fractional": [["on", 1], ["maybe", 1]]}),
            "\"maybe\" is not one of the variants",
        ),
        (json!({"fractional": [["on", 1.5], ["off", 1]]}), "weight"),
        (json!({"fractional": [["on", -1], ["off", 1]]}), "weight"),
        (json!({"fractional": [["on", 0], ["off", 0]]}), "add up"),
        (json!({"fractional": ["x", ["on", 1]]}), "first operand"),
        (json!({"fractional": [{"var": "x"}]}), "no buckets"),
        (json!({"sem_ver": [{"var": "x"}, "is", "1.2.3"]}), "comparison"),
        (json!({"sem_ver": [{"var": "x"}, "=", "1.2"]}), "version"),
        (
            json!({"if": [{"starts_with": [{"var": "x"}, 3]}, "on", null]}),
            "strings",
        ),
        (json!({"if": [{"var": "$flagd.user"}, "on", null]}), "asked for"),
        (json!({"$ref": "nobody"}), "no evaluator"),
    ] {
        let said = targeting(rule.clone()).expect_err(&rule.to_string());
        assert!(
            said.contains(why) && said.contains("toggle \"t\""),
            "{rule}: {said}"
        );
    }
    let circle = with(|document| {
        document["$evaluators"] =
            json!({"staff": {"!": [{"$ref": "other"}]}, "other": {"!": [{"$ref": "staff"}]}});
    });
    assert!(circle.unwrap_err().contains("refers to itself"));
}

#[test]
fn other_documents_are_refused_by_name() {
    let flag =
        |property: &'static str, value: Value| with(move |document| document["flags"]["t"][property] = value);
    for (said, why) in [
        (
            with(|document| *document = json!([])),
            "the document is not an object",
        ),
        (with(|document| *document = json!({})), "flags is missing"),
        (
            with(|document| document["flags"] = json!([])),
            "flags is not an object",
        ),
        (
            with(|document| document["flag"] = json!({})),
            "unknown property \"flag\"",
        ),
        (
            with(|document| document["metadata"] = json!({"x": []})),
            "metadata",
        ),
        (
            with(|document| document["metadata"] = json!({"version": 1})),
            "version is not a string",
        ),
        (
            with(|document| document["flags"][""] = json!({})),
            "visible ASCII",
        ),
        (flag("state", json!("on")), "state"),
        (flag("variants", json!({})), "variants is empty"),
        (flag("variants", json!({"on": true, "off": "no"})), "not all"),
        (flag("variants", json!({"on": [1], "off": [2]})), "not all"),
        (flag("defaultVariant", json!("maybe")), "defaultVariant"),
        (flag("defaultVariant", Value::Null), "defaultVariant"),
        (flag("target", json!({})), "unknown property \"target\""),
        (flag("metadata", json!({"owner": {}})), "metadata"),
    ] {
        let said = said.expect_err(why);
        assert!(said.contains(why), "{why}: {said}");
    }
    assert!(Snapshot::parse("{").unwrap_err().to_string().contains("not JSON"));
    let large = format!(
        "{{\"flags\": {{}}, \"metadata\": {{\"x\": \"{}\"}}}}",
        "x".repeat(600_000)
    );
    assert!(
        Snapshot::parse(&large)
            .unwrap_err()
            .to_string()
            .contains("larger")
    );
    let deep = format!("{{\"flags\": {}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(Snapshot::parse(&deep).is_err());
}

/// Any JSON at all, a few levels deep, with words that mean something.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("if".to_owned()),
        Just("fractional".to_owned()),
        Just("var".to_owned()),
        Just("==".to_owned()),
        Just("on".to_owned()),
        Just("$ref".to_owned()),
        Just("sem_ver".to_owned()),
        "[a-z$]{0,4}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(word.clone(), inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    /// Whatever is offered is taken or refused; and what is taken can be asked, whoever asks.
    #[test]
    fn nothing_that_is_offered_breaks_anything(rule in any_json(), key in "[a-z]{0,8}") {
        let document = json!({"flags": {"t": {
            "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off", "targeting": rule,
        }}});
        if let Ok(snapshot) = Snapshot::parse(&document.to_string()) {
            let context = toggles::Subject::new().key(key).context();
            let choice = snapshot.choose("t", &context).expect("the toggle is there");
            prop_assert!(choice.variant == "on" || choice.variant == "off");
        }
        let _ = Snapshot::parse(&rule.to_string());
    }
}
