//! The rule of a toggle as a form can show it: which cohorts get which variant, and how the others are dealt.

use serde_json::{Value, json};

/// Cohorts by variant, and shares in percent. What is in neither gets the default variant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// A cohort and its variant.
    pub cohorts: Vec<(String, String)>,
    /// A variant and its share of all others, in percent; none, or 100 in all.
    pub shares: Vec<(String, u64)>,
}

impl Rule {
    /// Reads flagd's targeting; `None` when it says more than a form can show.
    pub fn parse(targeting: Option<&Value>) -> Option<Self> {
        let mut rule = Self::default();
        let mut rest = targeting.unwrap_or(&Value::Null);
        loop {
            let (operator, operands) = match rest {
                Value::Null => return Some(rule),
                Value::Object(operation) => match operation.iter().next() {
                    None => return Some(rule),
                    Some(pair) if operation.len() == 1 => pair,
                    Some(_) => return None,
                },
                _ => return None,
            };
            let operands = operands.as_array()?;
            match (operator.as_str(), operands.as_slice()) {
                ("fractional", buckets) => {
                    for bucket in buckets {
                        let [Value::String(variant), weight] = bucket.as_array()?.as_slice() else {
                            return None;
                        };
                        rule.shares.push((variant.clone(), weight.as_u64()?));
                    }
                    let all: u64 = rule.shares.iter().map(|(_, share)| share).sum();
                    return (all == 100).then_some(rule);
                }
                ("if", [condition, Value::String(variant), otherwise @ ..]) if otherwise.len() <= 1 => {
                    for cohort in cohorts(condition)? {
                        rule.cohorts.push((cohort, variant.clone()));
                    }
                    rest = otherwise.first().unwrap_or(&Value::Null);
                }
                _ => return None,
            }
        }
    }

    /// As flagd's targeting; `None` when everybody gets the default variant.
    pub fn targeting(&self) -> Option<Value> {
        let dealt = self.shares.iter().map(|(variant, share)| json!([variant, share]));
        let dealt: Vec<Value> = dealt.collect();
        let mut rule = (!dealt.is_empty()).then(|| json!({"fractional": dealt}));
        let mut variants: Vec<&str> = Vec::new();
        for (_, variant) in &self.cohorts {
            if !variants.contains(&variant.as_str()) {
                variants.push(variant);
            }
        }
        // From the inside out: the first variant is asked for first.
        for variant in variants.into_iter().rev() {
            let cohorts: Vec<&str> = self.of(variant).collect();
            let cohort = json!({"var": "cohort"});
            let condition = match cohorts.as_slice() {
                [one] => json!({"==": [cohort, one]}),
                several => json!({"in": [cohort, several]}),
            };
            rule = Some(json!({"if": [condition, variant, rule]}));
        }
        rule
    }

    /// Cohorts that get a variant.
    pub fn of<'a>(&'a self, variant: &'a str) -> impl Iterator<Item = &'a str> {
        self.cohorts
            .iter()
            .filter(move |(_, of)| of == variant)
            .map(|(cohort, _)| cohort.as_str())
    }

    /// The share of a variant.
    pub fn share(&self, variant: &str) -> Option<u64> {
        let found = self.shares.iter().find(|(of, _)| of == variant);
        found.map(|(_, share)| *share)
    }
}

/// The cohorts that a condition names; `None` when it asks for something else.
fn cohorts(condition: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let operation = condition.as_object().filter(|operation| operation.len() == 1)?;
    let (operator, operands) = operation.iter().next()?;
    let [asked, wanted] = operands.as_array()?.as_slice() else {
        return None;
    };
    if *asked != json!({"var": "cohort"}) {
        return None;
    }
    match (operator.as_str(), wanted) {
        ("==", Value::String(cohort)) => Some(vec![cohort.clone()]),
        ("in", Value::Array(several)) => several.iter().map(text).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_form_can_show_comes_back_the_same() {
        for targeting in [
            json!({"if": [{"==": [{"var": "cohort"}, "pilot"]}, "on", null]}),
            json!({"if": [{"in": [{"var": "cohort"}, ["a", "b"]]}, "on", {"fractional": [["on", 10], ["off", 90]]}]}),
            json!({"if": [{"==": [{"var": "cohort"}, "a"]}, "x", {"if": [{"==": [{"var": "cohort"}, "b"]}, "y", null]}]}),
            json!({"fractional": [["on", 100]]}),
        ] {
            let rule = Rule::parse(Some(&targeting)).expect("it can be shown");
            assert_eq!(rule.targeting(), Some(targeting));
        }
        for nothing in [None, Some(json!({})), Some(Value::Null)] {
            let rule = Rule::parse(nothing.as_ref()).expect("it is none");
            assert_eq!((rule.targeting(), rule), (None, Rule::default()));
        }
    }

    #[test]
    fn what_says_more_is_left_alone() {
        for targeting in [
            json!({"if": [{"$ref": "of-b"}, "on", null]}),
            json!({"if": [{"==": [{"var": "targetingKey"}, "x"]}, "on", null]}),
            json!({"fractional": [["on", 1], ["off", 1]]}),
            json!({"fractional": [{"var": "email"}, ["on", 100]]}),
            json!({"if": [{"==": [{"var": "cohort"}, "a"]}, "on", "off"]}),
            json!({"and": [true]}),
        ] {
            assert_eq!(Rule::parse(Some(&targeting)), None, "{targeting}");
        }
    }
}
