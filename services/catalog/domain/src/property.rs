use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value as Json;

use crate::{Number, NumberError};

/// Characters in a text, at most.
pub const MAX_TEXT: usize = 200;

/// What values a property has (CAT-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Anything written.
    Text,
    /// A number, in a unit such as `mm` when it has one.
    Number(Option<String>),
    /// One of these codes.
    Choice(BTreeSet<String>),
    /// The code of a colour.
    Color,
    /// The code of a material.
    Material,
    /// Yes or no.
    Flag,
}

impl Kind {
    /// Whether a value of one can equal a value of the other.
    pub(crate) fn compares_with(&self, other: &Self) -> bool {
        match (self, other) {
            // Choices of two properties are comparable by their codes.
            (Self::Choice(_), Self::Choice(_)) => true,
            _ => self == other,
        }
    }
}

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Value {
    /// Anything written.
    Text(String),
    /// A number in the property's unit.
    Number(Number),
    /// The code of a choice.
    Choice(String),
    /// The code of a colour.
    Color(String),
    /// The code of a material.
    Material(String),
    /// Yes or no.
    Flag(bool),
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not text.
    #[error("is not text")]
    NotText,
    /// Nothing but blanks.
    #[error("is empty")]
    Empty,
    /// Longer than [`MAX_TEXT`].
    #[error("is longer than {MAX_TEXT} characters")]
    TooLong,
    /// Not a number.
    #[error("is not a number")]
    NotNumber,
    /// A number that cannot be kept exactly.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// None of the property's choices.
    #[error("is not one of the choices")]
    NotChoice,
    /// No colour's code.
    #[error("is not a colour")]
    NotColor,
    /// No material's code.
    #[error("is not a material")]
    NotMaterial,
    /// Neither yes nor no.
    #[error("is neither true nor false")]
    NotFlag,
    /// There is no property of this code.
    #[error("is not a property of this")]
    Unknown,
    /// The value is required and not there.
    #[error("is required")]
    Missing,
    /// The property is named more than once.
    #[error("is given twice")]
    Twice,
}

/// What is wrong with a property of a unit or component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("property {code} {problem}")]
pub struct PropertyError {
    /// The property's code.
    pub code: String,
    /// What is wrong.
    pub problem: ValueError,
}

/// What the assortment defines: its properties, and the codes that values may name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vocabulary {
    /// Kinds by the codes of properties.
    pub properties: BTreeMap<String, Kind>,
    /// Codes of colours.
    pub colors: BTreeSet<String>,
    /// Codes of materials.
    pub materials: BTreeSet<String>,
}

impl Vocabulary {
    /// Reads a value of a kind.
    pub fn read(&self, kind: &Kind, json: &Json) -> Result<Value, ValueError> {
        let code_in = |known: &BTreeSet<String>| {
            let code = json.as_str().filter(|&code| known.contains(code));
            code.map(str::to_owned)
        };
        match kind {
            Kind::Text => {
                let text = json.as_str().ok_or(ValueError::NotText)?;
                if text.trim().is_empty() {
                    Err(ValueError::Empty)
                } else if text.chars().nth(MAX_TEXT).is_some() {
                    Err(ValueError::TooLong)
                } else {
                    Ok(Value::Text(text.to_owned()))
                }
            }
            Kind::Number(_) => match json {
                Json::Number(number) => Ok(Value::Number(Number::from_json(number)?)),
                _ => Err(ValueError::NotNumber),
            },
            Kind::Choice(choices) => code_in(choices).map(Value::Choice).ok_or(ValueError::NotChoice),
            Kind::Color => code_in(&self.colors)
                .map(Value::Color)
                .ok_or(ValueError::NotColor),
            Kind::Material => code_in(&self.materials)
                .map(Value::Material)
                .ok_or(ValueError::NotMaterial),
            Kind::Flag => json.as_bool().map(Value::Flag).ok_or(ValueError::NotFlag),
        }
    }
}

/// Values by the codes of their properties; what is not known has none. Written as a JSON object.
pub type Properties = BTreeMap<String, Value>;

/// Which properties something has, and which of them it must have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    required: BTreeMap<String, bool>,
}

impl Schema {
    /// The schema of `(property, required)`. What several say is required if one says so: a category's properties
    /// come from all of its [lineage](crate::Tree::lineage).
    pub fn new(properties: impl IntoIterator<Item = (String, bool)>) -> Self {
        let mut required = BTreeMap::new();
        for (code, needed) in properties {
            *required.entry(code).or_insert(false) |= needed;
        }
        Self { required }
    }

    /// The properties in the order of their codes, each with whether it is required.
    pub fn iter(&self) -> impl Iterator<Item = (&str, bool)> {
        self.required
            .iter()
            .map(|(code, &required)| (code.as_str(), required))
    }

    /// Reads the values of one unit or component as they came, so that a property that is given twice is noticed.
    /// Answers all that is wrong.
    pub fn read(
        &self,
        values: impl IntoIterator<Item = (String, Json)>,
        vocabulary: &Vocabulary,
    ) -> Result<Properties, Vec<PropertyError>> {
        let (mut read, mut seen, mut errors) = (Properties::new(), BTreeSet::new(), Vec::new());
        for (code, json) in values {
            let value = if !seen.insert(code.clone()) {
                Err(ValueError::Twice)
            } else if !self.required.contains_key(&code) {
                Err(ValueError::Unknown)
            } else {
                let kind = vocabulary.properties.get(&code).ok_or(ValueError::Unknown);
                kind.and_then(|kind| vocabulary.read(kind, &json))
            };
            match value {
                Ok(value) => {
                    read.insert(code, value);
                }
                Err(problem) => errors.push(PropertyError { code, problem }),
            }
        }
        let required = self.required.iter().filter(|&(_, &required)| required);
        errors.extend(
            required
                .filter(|(code, _)| !seen.contains(*code))
                .map(|(code, _)| PropertyError {
                    code: code.clone(),
                    problem: ValueError::Missing,
                }),
        );
        if errors.is_empty() { Ok(read) } else { Err(errors) }
    }
}
