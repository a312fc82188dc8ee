use std::fmt;

use serde_json::{Map, Value};

use crate::rule;

/// The largest snapshot that is read.
const MAX_BYTES: usize = 512 * 1_024;
/// The most toggles of a snapshot: each is a label of metrics.
const MAX_FLAGS: usize = 500;
/// The longest key of a toggle or name of a variant.
const MAX_NAME: usize = 100;

/// Why a snapshot is refused. The text names the toggle and the rule that is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadSnapshot {
    toggle: Option<String>,
    why: String,
}

impl BadSnapshot {
    pub(crate) fn new(why: impl Into<String>) -> Self {
        Self {
            toggle: None,
            why: why.into(),
        }
    }

    /// The same, said of a part.
    pub(crate) fn of(self, part: &str) -> Self {
        Self {
            why: format!("{part}: {}", self.why),
            ..self
        }
    }

    /// The same, said of a toggle.
    pub(crate) fn of_toggle(self, key: &str) -> Self {
        Self {
            toggle: Some(key.to_owned()),
            ..self
        }
    }

    /// Key of the toggle that is wrong, where it is one.
    pub fn toggle(&self) -> Option<&str> {
        self.toggle.as_deref()
    }

    /// What is wrong with it, or with the whole.
    pub fn why(&self) -> &str {
        &self.why
    }
}

impl fmt::Display for BadSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.toggle {
            Some(key) => write!(f, "toggle {key:?}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl std::error::Error for BadSnapshot {}

/// Checks a whole document by flagd's schema (<https://flagd.dev/schema/v0/flags.json>), and what the schema cannot say:
/// variants and evaluators that rules name must be there.
///
/// Stricter than the schema in one thing: a toggle has a `defaultVariant`, since evaluation needs one.
pub(crate) fn document(text: &str) -> Result<Value, BadSnapshot> {
    if text.len() > MAX_BYTES {
        return Err(BadSnapshot::new(format!("larger than {MAX_BYTES} bytes")));
    }
    let document: Value =
        serde_json::from_str(text).map_err(|error| BadSnapshot::new(format!("not JSON: {error}")))?;
    let root = object(&document, "the document")?;
    for key in root.keys() {
        if !matches!(key.as_str(), "$schema" | "flags" | "$evaluators" | "metadata") {
            return Err(BadSnapshot::new(format!("unknown property {key:?}")));
        }
    }
    if let Some(metadata) = root.get("metadata") {
        check_metadata(metadata)?;
    }
    let none = Map::new();
    let evaluators = match root.get("$evaluators") {
        Some(evaluators) => object(evaluators, "$evaluators")?,
        None => &none,
    };
    for (name, evaluator) in evaluators {
        let checked = rule::check(
            evaluator,
            &rule::Names {
                evaluators,
                variants: None,
            },
        );
        checked.map_err(|error| error.of(&format!("$evaluators.{name}")))?;
    }
    let flags = root
        .get("flags")
        .ok_or_else(|| BadSnapshot::new("flags is missing"))?;
    let flags = object(flags, "flags")?;
    if flags.len() > MAX_FLAGS {
        return Err(BadSnapshot::new(format!("more than {MAX_FLAGS} toggles")));
    }
    for (key, flag) in flags {
        check_flag(key, flag, evaluators).map_err(|error| error.of_toggle(key))?;
    }
    Ok(document)
}

fn check_flag(key: &str, flag: &Value, evaluators: &Map<String, Value>) -> Result<(), BadSnapshot> {
    name(key)?;
    let flag = object(flag, "it")?;
    for property in flag.keys() {
        if !matches!(
            property.as_str(),
            "state" | "variants" | "defaultVariant" | "targeting" | "metadata"
        ) {
            return Err(BadSnapshot::new(format!("unknown property {property:?}")));
        }
    }
    if !matches!(
        flag.get("state").and_then(Value::as_str),
        Some("ENABLED" | "DISABLED")
    ) {
        return Err(BadSnapshot::new("state is neither \"ENABLED\" nor \"DISABLED\""));
    }
    let variants = flag
        .get("variants")
        .ok_or_else(|| BadSnapshot::new("variants is missing"))?;
    let variants = object(variants, "variants")?;
    if variants.is_empty() {
        return Err(BadSnapshot::new("variants is empty"));
    }
    let mut kinds = variants.values().map(kind);
    let first = kinds.next().flatten();
    if first.is_none() || !kinds.all(|kind| kind == first) {
        return Err(BadSnapshot::new(
            "variants are not all booleans, all numbers, all strings or all objects",
        ));
    }
    for variant in variants.keys() {
        name(variant)?;
    }
    let default = flag.get("defaultVariant").and_then(Value::as_str);
    if default.is_none_or(|default| !variants.contains_key(default)) {
        return Err(BadSnapshot::new("defaultVariant is not one of the variants"));
    }
    if let Some(metadata) = flag.get("metadata") {
        check_metadata(metadata)?;
    }
    match flag.get("targeting") {
        None => Ok(()),
        Some(targeting) => {
            let names = rule::Names {
                evaluators,
                variants: Some(variants),
            };
            rule::check(targeting, &names).map_err(|error| error.of("targeting"))
        }
    }
}

/// Values of one type make a toggle of that type.
fn kind(value: &Value) -> Option<&'static str> {
    match value {
        Value::Bool(_) => Some("boolean"),
        Value::Number(_) => Some("number"),
        Value::String(_) => Some("string"),
        Value::Object(_) => Some("object"),
        Value::Null | Value::Array(_) => None,
    }
}

/// Names are labels of metrics and stand in logs.
fn name(name: &str) -> Result<(), BadSnapshot> {
    let sane = (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic());
    if sane {
        Ok(())
    } else {
        Err(BadSnapshot::new(format!(
            "{name:?} is not 1 to {MAX_NAME} visible ASCII characters"
        )))
    }
}

fn check_metadata(metadata: &Value) -> Result<(), BadSnapshot> {
    let metadata = object(metadata, "metadata")?;
    let plain = |value: &Value| value.is_string() || value.is_number() || value.is_boolean();
    if !metadata.values().all(plain) {
        return Err(BadSnapshot::new(
            "metadata holds more than strings, numbers and booleans",
        ));
    }
    if metadata
        .get("version")
        .is_some_and(|version| !version.is_string())
    {
        return Err(BadSnapshot::new("metadata.version is not a string"));
    }
    Ok(())
}

pub(crate) fn object<'a>(value: &'a Value, what: &str) -> Result<&'a Map<String, Value>, BadSnapshot> {
    value
        .as_object()
        .ok_or_else(|| BadSnapshot::new(format!("{what} is not an object")))
}
