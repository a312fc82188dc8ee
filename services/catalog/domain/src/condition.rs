use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::check::Checked;
use crate::facts::kind_of;
use crate::{Check, Kind, Number, Side, Value, ValueError, Vocabulary};

/// What a compatibility rule asks (CAT-4), as it is written down: `{"check": "equal", "unit": "color", "component":
/// "color"}`. Properties are named by their codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "check", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// The component's property has the value of the unit's.
    Equal {
        /// The unit's property.
        unit: String,
        /// The component's property.
        component: String,
    },
    /// The component's property has one of these values.
    OneOf {
        /// The component's property.
        component: String,
        /// The values, at least one.
        values: Vec<Json>,
        /// Asked of some units only.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        when: Option<When>,
    },
    /// The component's number lies in a range. With a unit's number, the bounds are counted from it.
    Range {
        /// The component's property.
        component: String,
        /// The unit's property that the bounds are counted from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
        /// The least that will do; this or `max` must be given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        min: Option<Number>,
        /// The most that will do.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<Number>,
    },
}

/// Units whose property has one of these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The unit's property.
    pub unit: String,
    /// The values, at least one.
    pub values: Vec<Json>,
}

/// Why a condition makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// There is no such property.
    #[error("there is no property {code}")]
    Unknown {
        /// Whose property it should be.
        side: Side,
        /// Its code.
        code: String,
    },
    /// Values of these two can never be equal.
    #[error("{unit} and {component} cannot be compared")]
    Incomparable {
        /// The unit's property.
        unit: String,
        /// The component's property.
        component: String,
    },
    /// A range of something that is no number.
    #[error("{code} is not a number")]
    NotNumber {
        /// Whose property it is.
        side: Side,
        /// Its code.
        code: String,
    },
    /// A value is none of the property's.
    #[error("value {index} of {code} {problem}")]
    Value {
        /// The property.
        code: String,
        /// Which of the values, from 0.
        index: usize,
        /// What is wrong with it.
        problem: ValueError,
    },
    /// A list without values.
    #[error("{code} has no values to choose from")]
    NoValues {
        /// The property.
        code: String,
    },
    /// A range without bounds, or with the upper one below the lower one.
    #[error("the range is empty or has no bounds")]
    Bounds,
}

impl Condition {
    /// Checks that the condition makes sense with the properties there are.
    pub fn check(&self, vocabulary: &Vocabulary) -> Result<Check, ConditionError> {
        let kind = |side, code: &String| {
            let unknown = || ConditionError::Unknown {
                side,
                code: code.clone(),
            };
            kind_of(code, side, vocabulary).ok_or_else(unknown)
        };
        let number = |side, code: &String| match kind(side, code)? {
            Kind::Number(unit) => Ok(unit),
            _ => Err(ConditionError::NotNumber {
                side,
                code: code.clone(),
            }),
        };
        let list = |side, code: &String, values: &[Json]| {
            let kind = kind(side, code)?;
            if values.is_empty() {
                return Err(ConditionError::NoValues { code: code.clone() });
            }
            let read = values.iter().enumerate().map(|(index, json)| {
                vocabulary
                    .read(&kind, json)
                    .map_err(|problem| ConditionError::Value {
                        code: code.clone(),
                        index,
                        problem,
                    })
            });
            read.collect::<Result<Vec<Value>, _>>()
        };
        let incomparable = |unit: &String, component: &String| ConditionError::Incomparable {
            unit: unit.clone(),
            component: component.clone(),
        };
        Ok(Check(match self.clone() {
            Self::Equal { unit, component } => {
                let of_component = kind(Side::Component, &component)?;
                if !kind(Side::Unit, &unit)?.compares_with(&of_component) {
                    return Err(incomparable(&unit, &component));
                }
                Checked::Equal { unit, component }
            }
            Self::OneOf {
                component,
                values,
                when,
            } => Checked::OneOf {
                values: list(Side::Component, &component, &values)?,
                component,
                when: when
                    .map(|when| Ok((when.unit.clone(), list(Side::Unit, &when.unit, &when.values)?)))
                    .transpose()?,
            },
            Self::Range {
                component,
                unit,
                min,
                max,
            } => {
                let measured_in = number(Side::Component, &component)?;
                if let Some(unit) = &unit
                    && number(Side::Unit, unit)? != measured_in
                {
                    return Err(incomparable(unit, &component));
                }
                let sound = match (min, max) {
                    (None, None) => false,
                    (Some(min), Some(max)) => min <= max,
                    _ => true,
                };
                if !sound {
                    return Err(ConditionError::Bounds);
                }
                Checked::Range {
                    component,
                    unit,
                    min,
                    max,
                }
            }
        }))
    }
}
