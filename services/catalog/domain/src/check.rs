use crate::{Facts, Number, Side, Value};

/// A condition that makes sense, with its values read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check(pub(crate) Checked);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Checked {
    Equal {
        unit: String,
        component: String,
    },
    OneOf {
        component: String,
        values: Vec<Value>,
        when: Option<(String, Vec<Value>)>,
    },
    Range {
        component: String,
        unit: Option<String>,
        min: Option<Number>,
        max: Option<Number>,
    },
}

/// Why a component does not go into a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The component's value is another than the unit's.
    Differs {
        /// The unit's property.
        unit_property: String,
        /// Its value.
        unit: Value,
        /// The component's value.
        component: Value,
    },
    /// The component's value is none of those that are allowed.
    NotAmong {
        /// The component's value.
        component: Value,
        /// What is allowed.
        allowed: Vec<Value>,
        /// The unit's property and value for which this is asked, when it is not asked of all.
        when: Option<(String, Value)>,
    },
    /// The component's number is not in the range.
    OutOfRange {
        /// The component's number.
        component: Number,
        /// The least that would do.
        min: Option<Number>,
        /// The most that would do.
        max: Option<Number>,
        /// The unit's property and number that the bounds were counted from.
        from: Option<(String, Number)>,
    },
    /// A value is not known, so nobody can say whether it fits.
    Missing {
        /// Whose value it is.
        side: Side,
        /// The property that has none.
        property: String,
    },
}

impl Check {
    /// The component's property that is looked at.
    pub fn property(&self) -> &str {
        let (Checked::Equal { component, .. }
        | Checked::OneOf { component, .. }
        | Checked::Range { component, .. }) = &self.0;
        component
    }

    /// Whether a component goes into a unit; what speaks against it else.
    pub fn judge(&self, unit: &Facts, component: &Facts) -> Result<(), Reason> {
        let value = |side, code: &String| {
            let facts = if side == Side::Unit { unit } else { component };
            facts.get(code).ok_or_else(|| Reason::Missing {
                side,
                property: code.clone(),
            })
        };
        match &self.0 {
            Checked::Equal { unit, component } => {
                let (wanted, found) = (value(Side::Unit, unit)?, value(Side::Component, component)?);
                if wanted == found {
                    return Ok(());
                }
                Err(Reason::Differs {
                    unit_property: unit.clone(),
                    unit: wanted.clone(),
                    component: found.clone(),
                })
            }
            Checked::OneOf {
                component,
                values,
                when,
            } => {
                let mut asked = None;
                if let Some((property, of)) = when {
                    let found = value(Side::Unit, property)?;
                    if !of.contains(found) {
                        return Ok(());
                    }
                    asked = Some((property.clone(), found.clone()));
                }
                let found = value(Side::Component, component)?;
                if values.contains(found) {
                    return Ok(());
                }
                Err(Reason::NotAmong {
                    component: found.clone(),
                    allowed: values.clone(),
                    when: asked,
                })
            }
            Checked::Range {
                component,
                unit,
                min,
                max,
            } => {
                let number = |side, code: &String| match value(side, code)? {
                    Value::Number(number) => Ok(*number),
                    // Read by an older definition of the property: not known in this one.
                    _ => Err(Reason::Missing {
                        side,
                        property: code.clone(),
                    }),
                };
                let from = match unit {
                    Some(unit) => Some((unit.clone(), number(Side::Unit, unit)?)),
                    None => None,
                };
                let origin = from.as_ref().map_or(Number::default(), |&(_, number)| number);
                let (min, max) = (min.map(|n| origin.plus(n)), max.map(|n| origin.plus(n)));
                let found = number(Side::Component, component)?;
                if min.is_none_or(|min| min <= found) && max.is_none_or(|max| found <= max) {
                    return Ok(());
                }
                Err(Reason::OutOfRange {
                    component: found,
                    min,
                    max,
                    from,
                })
            }
        }
    }
}
