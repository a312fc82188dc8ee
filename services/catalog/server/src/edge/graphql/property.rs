use async_graphql::{Context, Enum, InputObject, Object, SimpleObject, Union};
use catalog_store::{ProductProperty, PropertyFault, PropertyValue};
use contracts::catalog::{PropertyFacet, PropertyKind};
use kernel::Text;
use problem::Problem;

use super::errors::bad_argument;
use super::list::FacetEntry;
use super::values::{ColorValue, Language, TermValue, say};

/// Filters by properties in one query.
const MOST: usize = 20;
/// Bytes of a code or a value.
const LONGEST: usize = 100;

/// A property of a unit.
pub struct PropertyEntry(pub ProductProperty);

/// A property of a unit: what employees have defined, with its value.
#[Object(name = "Property")]
impl PropertyEntry {
    /// Stable code, used in filters.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.name, lang)
    }

    /// Its value.
    async fn value(&self) -> Value {
        match self.0.value.clone() {
            PropertyValue::Text(text) => Value::Text(PropertyText { text }),
            PropertyValue::Number(number) => Value::Number(PropertyNumber {
                number,
                unit: self.0.unit.clone(),
            }),
            PropertyValue::Flag(on) => Value::Flag(PropertyFlag { on }),
            PropertyValue::Term(term) => Value::Term(TermValue(term)),
            PropertyValue::Color(color) => Value::Color(ColorValue(color)),
        }
    }
}

/// What a property may be: a text, a number, yes or no, one of a list or a material, a colour.
#[derive(Union)]
#[graphql(name = "PropertyValue")]
enum Value {
    Text(PropertyText),
    Number(PropertyNumber),
    Flag(PropertyFlag),
    Term(TermValue),
    Color(ColorValue),
}

/// A text.
#[derive(SimpleObject)]
struct PropertyText {
    /// The text, in whatever language it was written.
    text: String,
}

/// A number.
#[derive(SimpleObject)]
struct PropertyNumber {
    /// The number, of up to three places.
    number: f64,
    /// Its unit, such as `mm`; null when it has none.
    unit: Option<String>,
}

/// Yes or no.
#[derive(SimpleObject)]
struct PropertyFlag {
    /// Whether it is so.
    on: bool,
}

/// What the values of a property are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(name = "PropertyKind", remote = "PropertyKind")]
enum KindValue {
    /// A number, perhaps with a unit.
    Number,
    /// One of a list.
    Choice,
    /// A colour of the assortment.
    Color,
    /// A material of the assortment.
    Material,
    /// Yes or no.
    Flag,
}

/// A property that a list can be narrowed by.
pub struct FacetOfProperty(pub PropertyFacet);

/// A property of the chosen category that the list can be narrowed by.
#[Object(name = "PropertyFacet")]
impl FacetOfProperty {
    /// Code to filter by.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// Name.
    async fn name(&self, ctx: &Context<'_>, lang: Option<Language>) -> String {
        say(ctx, &self.0.name, lang)
    }

    /// What its values are.
    async fn kind(&self) -> KindValue {
        self.0.kind.into()
    }

    /// Unit of a number, such as `mm`; else null.
    async fn unit(&self) -> Option<&str> {
        self.0.unit.as_deref()
    }

    /// Values that products have, but for numbers.
    #[graphql(complexity = "child_complexity * 5 + 1")]
    async fn values(&self) -> Vec<FacetEntry> {
        self.0.values.iter().cloned().map(FacetEntry).collect()
    }

    /// Numbers only: the lowest in the category, whatever else is chosen.
    async fn min(&self) -> Option<f64> {
        self.0.min
    }

    /// Numbers only: the highest in the category, whatever else is chosen.
    async fn max(&self) -> Option<f64> {
        self.0.max
    }

    /// Whether the counts are the last word; otherwise they are upper bounds.
    async fn exact(&self) -> bool {
        self.0.exact
    }
}

/// Narrows a list by a property: a value, or of numbers a range, one end of which may be open.
#[derive(Debug, InputObject)]
#[graphql(name = "PropertyFilter")]
pub struct PropertyInput {
    /// Code of the property.
    pub code: String,
    /// A choice's, colour's or material's code, or `true` or `false`.
    value: Option<String>,
    /// Lowest value of a number.
    min: Option<f64>,
    /// Highest value of a number.
    max: Option<f64>,
}

/// The filters as the store takes them, each with its place in the query.
pub fn check_properties(properties: Vec<PropertyInput>) -> Result<Vec<(String, String)>, Problem> {
    if properties.len() > MOST {
        let message = Text::new(format!("не более {MOST}"), format!("must be at most {MOST}"));
        return Err(bad_argument("filter.properties", "length", message));
    }
    let mut found: Vec<(String, String)> = Vec::new();
    let mut codes: Vec<String> = Vec::new();
    for (at, property) in properties.into_iter().enumerate() {
        let refuse = |field: &str, code, ru: &str, en: &str| {
            Err(bad_argument(
                &format!("filter.properties[{at}].{field}"),
                code,
                Text::new(ru, en),
            ))
        };
        let PropertyInput {
            code,
            value,
            min,
            max,
        } = property;
        if code.is_empty() || code.len() > LONGEST || code.contains(['.', '\0']) {
            return refuse(
                "code",
                "pattern",
                "нужен код свойства",
                "must be the code of a property",
            );
        }
        if codes.contains(&code) {
            return refuse("code", "duplicate", "указано дважды", "is given twice");
        }
        match (value, min, max) {
            (Some(value), None, None) => {
                if value.len() > LONGEST || value.contains('\0') {
                    return refuse(
                        "value",
                        "invalid",
                        "неверное значение",
                        "is no value of a property",
                    );
                }
                found.push((code.clone(), value));
            }
            (None, None, None) | (Some(_), ..) => {
                return refuse(
                    "value",
                    "choice",
                    "укажите либо значение, либо границы",
                    "give either a value or a range",
                );
            }
            (None, min, max) => {
                let ends = [("min", min), ("max", max)];
                let given = ends.into_iter().filter_map(|(end, number)| Some((end, number?)));
                found.extend(given.map(|(end, number)| (format!("{code}.{end}"), number.to_string())));
            }
        }
        codes.push(code);
    }
    Ok(found)
}

/// What a filter that the store refused is called in the query.
pub fn place_of(codes: &[String], name: &str, reason: PropertyFault) -> String {
    let (code, end) = name.split_once('.').unwrap_or((name, "value"));
    let end = if reason == PropertyFault::Unknown {
        "code"
    } else {
        end
    };
    match codes.iter().position(|known| known == code) {
        Some(at) => format!("filter.properties[{at}].{end}"),
        None => "filter.properties".to_owned(),
    }
}
