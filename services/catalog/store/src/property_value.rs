use contracts::catalog::{Color, Term};
use kernel::Text;
use serde::Deserialize;
use serde_json::Value as Json;

/// A property of a unit, with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct ProductProperty {
    /// Stable code.
    pub code: String,
    /// Name in both languages.
    pub name: Text,
    /// Of a number, its unit, such as `mm`.
    pub unit: Option<String>,
    /// The value.
    pub value: PropertyValue,
}

/// The value of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum PropertyValue {
    /// In whatever language it was written.
    Text(String),
    /// Of up to three places.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// One of a list, or a material.
    Term(Term),
    /// A colour.
    Color(Color),
}

/// A property as a query puts it together: the value as it is stored, and what its code stands for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct StoredProperty {
    code: String,
    name: Text,
    unit: Option<String>,
    value: Json,
    term: Option<Term>,
    hex: Option<String>,
}

impl StoredProperty {
    /// `None` for what is no value of a property.
    pub(crate) fn read(self) -> Option<ProductProperty> {
        let value = match (self.value, self.term, self.hex) {
            (_, Some(Term { code, name }), Some(hex)) => PropertyValue::Color(Color { code, name, hex }),
            (_, Some(term), None) => PropertyValue::Term(term),
            (Json::Bool(on), ..) => PropertyValue::Flag(on),
            (Json::Number(number), ..) => PropertyValue::Number(number.as_f64()?),
            (Json::String(text), ..) => PropertyValue::Text(text),
            _ => return None,
        };
        Some(ProductProperty {
            code: self.code,
            name: self.name,
            unit: self.unit,
            value,
        })
    }
}
