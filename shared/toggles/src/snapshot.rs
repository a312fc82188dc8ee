use std::collections::HashMap;
use std::fmt::{self, Write as _};

use flagd_evaluation_engine::{FeatureFlag, FlagParser, Operator};
use open_feature::{EvaluationContext, EvaluationReason};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{BadSnapshot, check};

/// All toggles at one moment, checked.
pub struct Snapshot {
    version: String,
    flags: HashMap<String, FeatureFlag>,
    operator: Operator,
}

/// What a toggle is for somebody.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The variant's value.
    pub value: Value,
    /// The variant's name.
    pub variant: String,
    /// Why this one.
    pub reason: EvaluationReason,
}

impl Snapshot {
    /// No toggles: each is what the code says.
    pub(crate) fn empty() -> Self {
        Self {
            version: "none".to_owned(),
            flags: HashMap::new(),
            operator: Operator::new(),
        }
    }

    /// Reads definitions in flagd's JSON format. Fails, naming the toggle and what is wrong, when anything is.
    pub fn parse(text: &str) -> Result<Self, BadSnapshot> {
        let document = check::document(text)?;
        let parsed = FlagParser::parse_string(text).map_err(|error| BadSnapshot::new(error.to_string()))?;
        let snapshot = Self {
            version: version(&document, text),
            flags: parsed.flags,
            operator: Operator::new(),
        };
        // The evaluator has the last word on whether a rule can be evaluated.
        let nobody = EvaluationContext::default();
        for (key, flag) in &snapshot.flags {
            snapshot
                .operator
                .apply(key, &flag.get_targeting(), &nobody)
                .map_err(|error| BadSnapshot::new(error.to_string()).of_toggle(key))?;
        }
        Ok(snapshot)
    }

    /// The version that the definitions state (`metadata.version`), else the beginning of their hash.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Keys of all toggles, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.flags.keys().map(String::as_str)
    }

    /// What a toggle is for whom `context` describes. None when there is no such toggle or it is disabled: then the code
    /// decides.
    pub fn choose(&self, key: &str, context: &EvaluationContext) -> Option<Choice> {
        let flag = self.flags.get(key).filter(|flag| flag.state == "ENABLED")?;
        let targeted = match &flag.targeting {
            Some(rule) if rule.as_object().is_some_and(|rule| !rule.is_empty()) => {
                // A rule that cannot be evaluated for somebody is no rule for them.
                let result = self.operator.apply(key, &flag.get_targeting(), context);
                let result = result.unwrap_or_else(|error| {
                    tracing::debug!(toggle = key, %error, "a rule could not be evaluated");
                    None
                });
                result.filter(|variant| flag.variants.contains_key(variant))
            }
            _ => {
                return chosen(flag, &flag.default_variant, EvaluationReason::Static);
            }
        };
        match targeted {
            Some(variant) => chosen(flag, &variant, EvaluationReason::TargetingMatch),
            None => chosen(flag, &flag.default_variant, EvaluationReason::Default),
        }
    }
}

fn chosen(flag: &FeatureFlag, name: &str, reason: EvaluationReason) -> Option<Choice> {
    flag.variants.get(name).map(|value| Choice {
        value: value.clone(),
        variant: name.to_owned(),
        reason,
    })
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("version", &self.version)
            .field("flags", &self.flags.len())
            .finish_non_exhaustive()
    }
}

fn version(document: &Value, text: &str) -> String {
    let stated = document["metadata"]["version"].as_str().map(str::to_owned);
    stated.unwrap_or_else(|| {
        let hash = Sha256::digest(text.as_bytes());
        let mut text = String::new();
        for byte in &hash[..6] {
            let _ = write!(text, "{byte:02x}");
        }
        text
    })
}
