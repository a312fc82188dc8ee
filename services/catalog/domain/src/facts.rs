use crate::{Kind, Number, Properties, Value, Vocabulary};

/// Properties that everything has without their being defined. No property that is defined may be called so.
pub const BUILT_IN: [&str; 6] = [
    "color",
    "material",
    "height_mm",
    "width_mm",
    "depth_mm",
    "weight_g",
];

/// What rules look at: the values of a unit or a component, built-in ones among them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    values: Properties,
}

impl Facts {
    /// The facts of something with these defined properties.
    pub const fn new(properties: Properties) -> Self {
        Self { values: properties }
    }

    /// Says the colour, when there is one.
    #[must_use]
    pub fn color(self, code: Option<String>) -> Self {
        self.with("color", code.map(Value::Color))
    }

    /// Says the material, when there is one.
    #[must_use]
    pub fn material(self, code: Option<String>) -> Self {
        self.with("material", code.map(Value::Material))
    }

    /// Says height, width and depth.
    #[must_use]
    pub fn size(self, height_mm: i32, width_mm: i32, depth_mm: i32) -> Self {
        let number = |number| Some(Value::Number(Number::whole(number)));
        self.with("height_mm", number(height_mm))
            .with("width_mm", number(width_mm))
            .with("depth_mm", number(depth_mm))
    }

    /// Says the weight, of units. What is too heavy for a number has none.
    #[must_use]
    pub fn weight(self, weight_g: i64) -> Self {
        let thousandths = weight_g.checked_mul(1_000);
        let number = thousandths.and_then(|t| Number::from_thousandths(t).ok());
        self.with("weight_g", number.map(Value::Number))
    }

    fn with(mut self, code: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.values.insert(code.to_owned(), value),
            None => self.values.remove(code),
        };
        self
    }

    /// A value, when it is known.
    pub fn get(&self, code: &str) -> Option<&Value> {
        self.values.get(code)
    }
}

/// Whose property it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The unit's.
    Unit,
    /// The component's.
    Component,
}

/// The kind of a property, defined or built in; `None` when there is none of this code.
pub(crate) fn kind_of(code: &str, side: Side, vocabulary: &Vocabulary) -> Option<Kind> {
    match code {
        "color" => Some(Kind::Color),
        "material" => Some(Kind::Material),
        "height_mm" | "width_mm" | "depth_mm" => Some(Kind::Number(Some("mm".to_owned()))),
        "weight_g" => (side == Side::Unit).then(|| Kind::Number(Some("g".to_owned()))),
        defined => vocabulary.properties.get(defined).cloned(),
    }
}
