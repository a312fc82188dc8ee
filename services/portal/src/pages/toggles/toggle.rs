//! A toggle between definitions, page and form.

use serde_json::{Map, Value, json};
use toggles::Cohort;
use web::Form;

use super::rule::Rule;
use crate::frame::Frame;

/// A toggle as the page shows it.
#[derive(Debug, Clone)]
pub struct Toggle {
    /// Its key.
    pub key: String,
    /// Whether it counts; else the code decides.
    pub enabled: bool,
    /// Its variants.
    pub variants: Vec<Variant>,
    /// The variant of whom no rule names.
    pub default: String,
    /// Its rule; `None` when a form cannot show it.
    pub rule: Option<Rule>,
}

/// A variant of a toggle.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its place, by which a form names it.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// Its value as text.
    pub value: String,
}

/// All toggles of the definitions, by key.
pub fn all(definitions: &Value) -> Vec<Toggle> {
    let flags = definitions["flags"].as_object();
    let mut all: Vec<Toggle> = flags
        .into_iter()
        .flatten()
        .map(|(key, flag)| Toggle {
            key: key.clone(),
            enabled: flag["state"] == "ENABLED",
            variants: names(flag.get("variants"))
                .into_iter()
                .enumerate()
                .map(|(index, name)| Variant {
                    index,
                    value: flag["variants"][&name].to_string(),
                    name,
                })
                .collect(),
            default: flag["defaultVariant"].as_str().unwrap_or_default().to_owned(),
            rule: Rule::parse(flag.get("targeting")),
        })
        .collect();
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all
}

/// Names of variants, in the order in which a form numbers them.
fn names(variants: Option<&Value>) -> Vec<String> {
    let variants = variants.and_then(Value::as_object);
    let mut names: Vec<String> = variants.into_iter().flat_map(Map::keys).cloned().collect();
    names.sort();
    names
}

/// The toggle with this key; what is wrong is noted in the form.
pub fn find<'a>(
    frame: &Frame,
    definitions: &'a mut Value,
    form: &mut Form,
) -> Option<&'a mut Map<String, Value>> {
    let key = form.value("key").to_owned();
    let flag = definitions["flags"].get_mut(&key).and_then(Value::as_object_mut);
    if flag.is_none() {
        form.fail("", frame.t("toggles-unknown"));
    }
    flag
}

/// Makes a toggle what the form says. What the form does not show stays.
pub fn set(frame: &Frame, flag: &mut Map<String, Value>, form: &mut Form) {
    let state = if form.value("state") == "on" {
        "ENABLED"
    } else {
        "DISABLED"
    };
    flag.insert("state".to_owned(), state.into());
    flag.insert("defaultVariant".to_owned(), form.value("default").into());
    if Rule::parse(flag.get("targeting")).is_none() {
        return;
    }
    let variants = names(flag.get("variants"));
    let rule = rule(frame, &variants, form);
    match rule.targeting() {
        Some(targeting) => flag.insert("targeting".to_owned(), targeting),
        None => flag.remove("targeting"),
    };
}

fn rule(frame: &Frame, variants: &[String], form: &mut Form) -> Rule {
    let mut rule = Rule::default();
    let mut total = 0;
    for (index, variant) in variants.iter().enumerate() {
        let field = format!("cohorts-{index}");
        let typed = form.value(&field).to_lowercase();
        for cohort in typed.split([',', ' ', ';']).filter(|cohort| !cohort.is_empty()) {
            if Cohort::new(cohort).is_err() {
                form.fail(&field, frame.t1("toggles-bad-cohort", "cohort", cohort));
            } else if rule.cohorts.iter().any(|(known, _)| known == cohort) {
                form.fail(&field, frame.t1("toggles-cohort-twice", "cohort", cohort));
            } else {
                rule.cohorts.push((cohort.to_owned(), variant.clone()));
            }
        }
        let field = format!("share-{index}");
        match form.value(&field).trim_end_matches([' ', '%']) {
            "" => {}
            share => match share.parse() {
                Ok(share @ 0..=100) => {
                    total += share;
                    rule.shares.push((variant.clone(), share));
                }
                _ => form.fail(&field, frame.t("toggles-bad-share")),
            },
        }
    }
    if !rule.shares.is_empty() && total != 100 && form.is_ok() {
        form.fail("share-0", frame.t1("toggles-shares-total", "total", total));
    }
    rule
}

/// A new toggle that is on or off, off for everybody.
pub fn add(frame: &Frame, definitions: &mut Value, form: &mut Form) {
    let key = form.value("key").to_owned();
    let sane = (1..=100).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
    if !sane {
        form.fail("new-key", frame.t("toggles-bad-key"));
    } else if definitions["flags"].get(&key).is_some() {
        form.fail("new-key", frame.t("toggles-key-taken"));
    } else {
        definitions["flags"][&key] = json!({
            "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
        });
    }
}
