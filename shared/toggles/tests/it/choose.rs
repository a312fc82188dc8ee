use open_feature::{EvaluationErrorCode, EvaluationReason};
use telemetry::Metrics;
use toggles::{Cohort, Snapshot, Subject, Toggles, TogglesConfig, observed};

pub const SHOP: &str = r#"{
    "$schema": "https://flagd.dev/schema/v0/flags.json",
    "metadata": {"version": "7"},
    "$evaluators": {"of-b": {"==": [{"var": "cohort"}, "b"]}},
    "flags": {
        "new-packing": {
            "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "targeting": {"if": [{"$ref": "of-b"}, "on", null]}
        },
        "tenth": {
            "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "targeting": {"fractional": [["on", 10], ["off", 90]]}
        },
        "named": {
            "state": "ENABLED", "variants": {"x": "by-shelf", "y": "by-order"}, "defaultVariant": "y",
            "targeting": {"if": [
                {"or": [
                    {"in": [{"var": "targetingKey"}, ["sklad.sidorov", "sklad.petrov"]]},
                    {"starts_with": [{"var": "targetingKey"}, "test."]}
                ]}, "x", "y"]}
        },
        "pages": {"state": "ENABLED", "variants": {"few": 10, "many": 30}, "defaultVariant": "many"},
        "share": {"state": "ENABLED", "variants": {"half": 0.5}, "defaultVariant": "half"},
        "colours": {"state": "ENABLED", "variants": {"warm": {"accent": "red"}}, "defaultVariant": "warm"},
        "asleep": {"state": "DISABLED", "variants": {"on": true}, "defaultVariant": "on"},
        "by-truth": {
            "state": "ENABLED", "variants": {"true": 1, "false": 0}, "defaultVariant": "false",
            "targeting": {"==": [{"var": "cohort"}, "b"]}
        }
    }
}"#;

fn variant(snapshot: &Snapshot, key: &str, subject: &Subject) -> String {
    snapshot
        .choose(key, &subject.context())
        .expect("a toggle")
        .variant
}

fn b() -> Cohort {
    Cohort::new("b").unwrap()
}

#[test]
fn rules_choose_by_user_and_cohort() {
    let shop = Snapshot::parse(SHOP).unwrap();
    assert_eq!(shop.version(), "7");
    let nobody = Subject::new();
    assert_eq!(variant(&shop, "new-packing", &nobody), "off");
    assert_eq!(
        variant(&shop, "new-packing", &nobody.clone().cohort(Some(b()))),
        "on"
    );
    for (login, expected) in [
        ("sklad.sidorov", "x"),
        ("test.robot", "x"),
        ("sklad.ivanov", "y"),
        ("a.test.", "y"),
    ] {
        assert_eq!(
            variant(&shop, "named", &Subject::new().key(login)),
            expected,
            "{login}"
        );
    }
    assert_eq!(variant(&shop, "named", &nobody), "y");
    // A rule's truth is the variant of that name.
    assert_eq!(
        variant(&shop, "by-truth", &nobody.clone().cohort(Some(b()))),
        "true"
    );
    assert_eq!(variant(&shop, "by-truth", &nobody), "false");

    let reason = |key, subject: &Subject| shop.choose(key, &subject.context()).map(|choice| choice.reason);
    assert_eq!(reason("new-packing", &nobody), Some(EvaluationReason::Default));
    assert_eq!(reason("pages", &nobody), Some(EvaluationReason::Static));
    assert_eq!(reason("named", &nobody), Some(EvaluationReason::TargetingMatch));
    assert_eq!(reason("asleep", &nobody), None);
    assert_eq!(reason("unknown", &nobody), None);
}

/// Everybody always gets the same, and a tenth gets the one of ten in a hundred.
#[test]
fn percentages_are_stable_and_about_right() {
    let shop = Snapshot::parse(SHOP).unwrap();
    let again = Snapshot::parse(SHOP).unwrap();
    let mut on = 0;
    for n in 0..5_000 {
        let subject = Subject::new().key(format!("employee-{n}"));
        let first = variant(&shop, "tenth", &subject);
        assert_eq!(first, variant(&again, "tenth", &subject));
        on += u32::from(first == "on");
    }
    assert!((400..=600).contains(&on), "{on} of 5000");
    assert_eq!(
        variant(&shop, "tenth", &Subject::new()),
        "off",
        "nobody is dealt to none"
    );
}

/// A larger share keeps those who had it.
#[test]
fn a_growing_share_takes_nobody_out() {
    let shop = Snapshot::parse(SHOP).unwrap();
    let grown =
        Snapshot::parse(&SHOP.replace(r#"["on", 10], ["off", 90]"#, r#"["on", 40], ["off", 60]"#)).unwrap();
    for n in 0..2_000 {
        let subject = Subject::new().key(format!("employee-{n}"));
        if variant(&shop, "tenth", &subject) == "on" {
            assert_eq!(variant(&grown, "tenth", &subject), "on", "{n}");
        }
    }
}

#[tokio::test]
async fn openfeature_gets_each_type_and_says_why_not() {
    let metrics = Metrics::new("test");
    let toggles = Toggles::open(&none(), &metrics);
    let client = toggles.client();
    let nobody = Subject::new().context();
    let missing = client.get_bool_value("new-packing", Some(&nobody), None).await;
    assert_eq!(missing.unwrap_err().code, EvaluationErrorCode::FlagNotFound);

    assert_eq!(toggles.offer(SHOP), Ok(true));
    let of_b = Subject::new().cohort(Some(b())).context();
    assert_eq!(
        client.get_bool_value("new-packing", Some(&of_b), None).await,
        Ok(true)
    );
    assert_eq!(client.get_int_value("pages", Some(&nobody), None).await, Ok(30));
    assert_eq!(
        client.get_float_value("share", Some(&nobody), None).await,
        Ok(0.5)
    );
    let text = client.get_string_value("named", Some(&nobody), None).await;
    assert_eq!(text.as_deref(), Ok("by-order"));
    let details = client
        .get_bool_details("new-packing", Some(&of_b), None)
        .await
        .unwrap();
    assert_eq!((details.value, details.variant.as_deref()), (true, Some("on")));
    let wrong = client.get_int_value("new-packing", Some(&nobody), None).await;
    assert_eq!(wrong.unwrap_err().code, EvaluationErrorCode::TypeMismatch);
    let asleep = client.get_bool_value("asleep", Some(&nobody), None).await;
    assert_eq!(asleep.unwrap_err().code, EvaluationErrorCode::FlagNotFound);

    let counted = metrics.render();
    for line in [
        "toggle_evaluations_total{toggle=\"new-packing\",variant=\"on\"} 2",
        "toggle_evaluations_total{toggle=\"pages\",variant=\"many\"} 1",
        "toggles_snapshot_info{version=\"7\"} 1",
    ] {
        assert!(counted.contains(line), "{line} in {counted}");
    }
}

pub fn none() -> TogglesConfig {
    TogglesConfig {
        file: None,
        last_good: None,
        poll_ms: 10,
    }
}

/// Fields of spans as they are recorded.
#[derive(Clone, Default)]
struct Recorded(std::sync::Arc<std::sync::Mutex<Vec<String>>>);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Recorded {
    fn on_record(
        &self,
        _: &tracing::span::Id,
        values: &tracing::span::Record<'_>,
        _: tracing_subscriber::layer::Context<'_, S>,
    ) {
        self.0.lock().unwrap().push(format!("{values:?}"));
    }
}

/// STA-2: the request's span says which toggles were asked for, and nothing of whom.
#[tokio::test]
async fn a_requests_span_names_its_toggles_and_no_person() {
    use tracing::Instrument as _;
    use tracing_subscriber::layer::SubscriberExt as _;
    let recorded = Recorded::default();
    let _listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(recorded.clone()));
    let toggles = Toggles::open(&none(), &Metrics::new("test"));
    toggles.offer(SHOP).unwrap();
    let client = toggles.client();
    let sidorov = Subject::new().key("sklad.sidorov").cohort(Some(b())).context();
    let span = tracing::info_span!("http_request", toggles = tracing::field::Empty);
    let work = async {
        client
            .get_bool_value("new-packing", Some(&sidorov), None)
            .await
            .unwrap();
        client
            .get_string_value("named", Some(&sidorov), None)
            .await
            .unwrap();
    };
    observed(work).instrument(span).await;
    let recorded = recorded.0.lock().unwrap();
    let last = recorded.last().expect("something was recorded");
    assert!(last.contains("named=x,new-packing=on"), "{last}");
    assert!(!recorded.concat().contains("sidorov"), "{recorded:?}");
}
