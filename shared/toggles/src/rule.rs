//! Targeting rules by flagd's schema (<https://flagd.dev/schema/v0/targeting.json>).

use serde_json::{Map, Value};

use crate::BadSnapshot;
use crate::check::object;

/// What a rule may name.
#[derive(Clone, Copy)]
pub(crate) struct Names<'a> {
    pub evaluators: &'a Map<String, Value>,
    /// The toggle's; unknown for an evaluator, which several toggles may use.
    pub variants: Option<&'a Map<String, Value>>,
}

/// Checks a rule whose result is a variant.
pub(crate) fn check(rule: &Value, names: &Names<'_>) -> Result<(), BadSnapshot> {
    let rule = object(rule, "a rule")?;
    if rule.is_empty() {
        return Ok(());
    }
    operation(rule, names, true, &mut Vec::new())
}

/// An operand or a result. A literal result must be a variant, or null for the default.
fn argument<'a>(
    value: &'a Value,
    names: &Names<'a>,
    result: bool,
    inside: &mut Vec<&'a str>,
) -> Result<(), BadSnapshot> {
    match value {
        Value::Object(rule) => operation(rule, names, result, inside),
        Value::String(literal) if result => variant(literal, names),
        Value::Bool(literal) if result => variant(if *literal { "true" } else { "false" }, names),
        Value::Number(_) if result => Err(wrong("a number cannot be a result")),
        Value::Array(_) if result => Err(wrong("an array cannot be a result")),
        Value::Array(items) => items
            .iter()
            .try_for_each(|item| argument(item, names, false, inside)),
        _ => Ok(()),
    }
}

fn variant(name: &str, names: &Names<'_>) -> Result<(), BadSnapshot> {
    match names.variants {
        Some(variants) if !variants.contains_key(name) => {
            Err(wrong(format!("the result {name:?} is not one of the variants")))
        }
        _ => Ok(()),
    }
}

fn operation<'a>(
    rule: &'a Map<String, Value>,
    names: &Names<'a>,
    result: bool,
    inside: &mut Vec<&'a str>,
) -> Result<(), BadSnapshot> {
    let mut entries = rule.iter();
    let (Some((operator, value)), None) = (entries.next(), entries.next()) else {
        return Err(wrong("an operation is an object with one operator"));
    };
    let operands = value.as_array().map(Vec::as_slice);
    let count = operands.map(<[Value]>::len);
    let checked = match (operator.as_str(), count) {
        ("$ref", _) => reference(value, names, result, inside),
        ("var", _) => variable(value),
        ("missing", Some(_)) => texts(operands),
        ("missing_some", Some(2)) => match operands {
            Some([Value::Number(_), Value::Array(keys)]) => texts(Some(keys)),
            _ => Err(wrong("wants a number and an array")),
        },
        ("if", Some(2 | 3)) => branches(operands.unwrap_or_default(), names, result, inside),
        ("fractional", Some(1..)) => fractional(operands.unwrap_or_default(), names, result, inside),
        ("sem_ver", Some(3)) => versions(operands.unwrap_or_default(), names, inside),
        ("starts_with" | "ends_with", Some(2)) => strings(operands.unwrap_or_default(), names, inside),
        ("or" | "and", Some(1..)) => all(operands, names, result, inside),
        (
            "==" | "===" | "!=" | "!==" | ">" | ">=" | "%" | "/" | "map" | "filter" | "all" | "none" | "some"
            | "in",
            Some(2),
        )
        | ("substr" | "reduce" | "<" | "<=", Some(2 | 3))
        | ("+" | "*", Some(2..))
        | ("!" | "!!", Some(1))
        | ("-" | "merge" | "cat" | "max" | "min", Some(1..)) => all(operands, names, false, inside),
        (known, _) if KNOWN.contains(&known) => Err(wrong("has the wrong number of operands")),
        _ => Err(wrong("is not an operator of flagd")),
    };
    checked.map_err(|error| error.of(operator))
}

const KNOWN: [&str; 36] = [
    "missing",
    "missing_some",
    "if",
    "fractional",
    "sem_ver",
    "starts_with",
    "ends_with",
    "or",
    "and",
    "==",
    "===",
    "!=",
    "!==",
    ">",
    ">=",
    "%",
    "/",
    "map",
    "filter",
    "all",
    "none",
    "some",
    "in",
    "substr",
    "reduce",
    "<",
    "<=",
    "+",
    "*",
    "!",
    "!!",
    "-",
    "merge",
    "cat",
    "max",
    "min",
];

fn all<'a>(
    operands: Option<&'a [Value]>,
    names: &Names<'a>,
    result: bool,
    inside: &mut Vec<&'a str>,
) -> Result<(), BadSnapshot> {
    let mut operands = operands.unwrap_or_default().iter();
    operands.try_for_each(|operand| argument(operand, names, result, inside))
}

fn branches<'a>(
    operands: &'a [Value],
    names: &Names<'a>,
    result: bool,
    inside: &mut Vec<&'a str>,
) -> Result<(), BadSnapshot> {
    let (condition, branches) = operands.split_first().ok_or_else(|| wrong("is empty"))?;
    argument(condition, names, false, inside)?;
    branches
        .iter()
        .try_for_each(|branch| argument(branch, names, result, inside))
}

/// A shared evaluator; not one that leads back to itself.
fn reference<'a>(
    value: &'a Value,
    names: &Names<'a>,
    result: bool,
    inside: &mut Vec<&'a str>,
) -> Result<(), BadSnapshot> {
    let name = value
        .as_str()
        .ok_or_else(|| wrong("is not the name of an evaluator"))?;
    let evaluator = names.evaluators.get(name);
    let evaluator = evaluator.ok_or_else(|| wrong(format!("there is no evaluator {name:?}")))?;
    if inside.contains(&name) {
        return Err(wrong(format!("the evaluator {name:?} refers to itself")));
    }
    inside.push(name);
    let checked = argument(evaluator, names, result, inside);
    inside.pop();
    checked
}

fn variable(value: &Value) -> Result<(), BadSnapshot> {
    let name = match value {
        Value::String(name) => name,
        Value::Array(items) => match items.as_slice() {
            [Value::String(name)] => name,
            [Value::String(name), default] if !default.is_object() && !default.is_array() => name,
            _ => return Err(wrong("is not a name, with or without a default")),
        },
        _ => return Err(wrong("is not a name, with or without a default")),
    };
    let injected = name.strip_prefix("$flagd.");
    if name.is_empty() || injected.is_some_and(|rest| !matches!(rest, "timestamp" | "flagKey")) {
        return Err(wrong(format!("{name:?} is nothing that can be asked for")));
    }
    Ok(())
}

fn fractional<'a>(
    operands: &'a [Value],
    names: &Names<'a>,
    result: bool,
    inside: &mut Vec<&'a str>,
) -> Result<(), BadSnapshot> {
    // The first may say by what to deal; by default the subject's key.
    let buckets = match operands.split_first() {
        Some((by, buckets)) if !by.is_array() => {
            if !by.is_object() {
                return Err(wrong("the first operand is neither an operation nor a bucket"));
            }
            argument(by, names, false, inside)?;
            buckets
        }
        _ => operands,
    };
    if buckets.is_empty() {
        return Err(wrong("has no buckets"));
    }
    let mut total: u64 = 0;
    for bucket in buckets {
        let (name, weight) = match bucket.as_array().map(Vec::as_slice) {
            Some([name]) => (name, 1),
            Some([name, weight]) => {
                let weight = weight.as_u64().filter(|weight| *weight <= MAX_WEIGHT);
                (
                    name,
                    weight.ok_or_else(|| wrong("a weight is not a whole number from 0"))?,
                )
            }
            _ => return Err(wrong("a bucket is not a variant with or without a weight")),
        };
        argument(name, names, result, inside)?;
        total += weight;
    }
    if total == 0 || total > MAX_WEIGHT {
        return Err(wrong("the weights add up to 0 or to too much"));
    }
    Ok(())
}

/// What flagd's implementations can add up.
const MAX_WEIGHT: u64 = i32::MAX.unsigned_abs() as u64;

fn versions<'a>(
    operands: &'a [Value],
    names: &Names<'a>,
    inside: &mut Vec<&'a str>,
) -> Result<(), BadSnapshot> {
    let [left, comparison, right] = operands else {
        return Err(wrong("wants three operands"));
    };
    let known = ["=", "!=", ">", "<", ">=", "<=", "~", "^"];
    if comparison
        .as_str()
        .is_none_or(|comparison| !known.contains(&comparison))
    {
        return Err(wrong("the second operand is no comparison of versions"));
    }
    for side in [left, right] {
        match side {
            Value::String(version) if is_version(version) => {}
            Value::Object(rule) => operation(rule, names, false, inside)?,
            _ => return Err(wrong("is neither a version nor an operation")),
        }
    }
    Ok(())
}

/// MAJOR.MINOR.PATCH with what may follow (Semantic Versioning 2.0.0).
fn is_version(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let numbers: Vec<&str> = core.split('.').collect();
    numbers.len() == 3
        && numbers.iter().all(|number| {
            !number.is_empty()
                && number.bytes().all(|b| b.is_ascii_digit())
                && (number.len() == 1 || !number.starts_with('0'))
        })
}

fn strings<'a>(
    operands: &'a [Value],
    names: &Names<'a>,
    inside: &mut Vec<&'a str>,
) -> Result<(), BadSnapshot> {
    operands.iter().try_for_each(|operand| match operand {
        Value::String(_) => Ok(()),
        Value::Object(rule) => operation(rule, names, false, inside),
        _ => Err(wrong("wants strings")),
    })
}

fn texts(values: Option<&[Value]>) -> Result<(), BadSnapshot> {
    if values.unwrap_or_default().iter().all(Value::is_string) {
        Ok(())
    } else {
        Err(wrong("wants names"))
    }
}

fn wrong(why: impl Into<String>) -> BadSnapshot {
    BadSnapshot::new(why)
}
