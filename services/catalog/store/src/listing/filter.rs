use super::packed::Row;
use super::words::{Kind, ListingWords};
use super::{ListError, ProductFilter};

/// Finds nothing: stands for a code that nobody knows.
const NOTHING: i32 = -1;

/// A number's range; either end may be open.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Range {
    pub property: i32,
    pub low: f64,
    pub high: f64,
}

/// A filter in the keys that rows of lists have.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Wanted {
    pub category: Option<i32>,
    pub color: Option<i32>,
    pub material: Option<i32>,
    pub available: bool,
    pub min_price: Option<i64>,
    pub max_price: Option<i64>,
    /// `(property << 20) | value`.
    pub props: Vec<i64>,
    pub numbers: Vec<Range>,
}

/// What a facet is about: the one filter that is left out when its values are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Group {
    Category,
    Color,
    Material,
    Available,
    Price,
    /// By the property's key.
    Property(i32),
}

/// Which filters a row does not meet, by what they are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmet {
    Nothing,
    /// It counts for this facet, whose own filter is left out.
    One(Group),
    More,
}

pub(crate) const fn property_of(term: i64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "a property's key has twenty bits")]
    {
        (term >> 20) as i32
    }
}

pub(crate) const fn value_of(term: i64) -> i32 {
    (term & 0xf_ffff) as i32
}

impl Wanted {
    /// Looks the filter's codes up. A category, colour or material that nobody knows finds nothing; a property that
    /// nobody knows, or a value that is none of its, is refused: it would be mistaken for a filter that works.
    pub(crate) fn resolve(vocabulary: &ListingWords, filter: &ProductFilter) -> Result<Self, ListError> {
        let mut wanted = Self {
            category: filter
                .category
                .as_deref()
                .map(|code| vocabulary.category(code).unwrap_or(NOTHING)),
            color: filter
                .color
                .as_deref()
                .map(|code| vocabulary.color(code).unwrap_or(NOTHING)),
            material: filter
                .material
                .as_deref()
                .map(|code| vocabulary.material(code).unwrap_or(NOTHING)),
            available: filter.available,
            min_price: filter.min_price,
            max_price: filter.max_price,
            ..Self::default()
        };
        for (name, value) in &filter.properties {
            wanted.narrow(vocabulary, name, value)?;
        }
        Ok(wanted)
    }

    fn narrow(&mut self, vocabulary: &ListingWords, name: &str, value: &str) -> Result<(), ListError> {
        let (code, end) = match name.split_once('.') {
            Some((code, end)) => (code, Some(end)),
            None => (name, None),
        };
        let refuse = |reason| {
            Err(ListError::Property {
                name: name.to_owned(),
                reason,
            })
        };
        let Some(property) = vocabulary.properties.get(code) else {
            return refuse(PropertyFault::Unknown);
        };
        match (property.kind, end) {
            (Kind::Number, Some("min" | "max")) => {
                let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) else {
                    return refuse(PropertyFault::NotANumber);
                };
                let known = self
                    .numbers
                    .iter()
                    .position(|range| range.property == property.key);
                let at = known.unwrap_or_else(|| {
                    self.numbers.push(Range {
                        property: property.key,
                        low: f64::NEG_INFINITY,
                        high: f64::INFINITY,
                    });
                    self.numbers.len() - 1
                });
                if end == Some("min") {
                    self.numbers[at].low = number;
                } else {
                    self.numbers[at].high = number;
                }
                Ok(())
            }
            (Kind::Number, None) => refuse(PropertyFault::NeedsRange),
            (_, Some(_)) => refuse(PropertyFault::Unknown),
            (_, None) => match vocabulary.value_key(property, value) {
                Some(key) => {
                    self.props.push(i64::from(property.key) << 20 | i64::from(key));
                    Ok(())
                }
                None => refuse(PropertyFault::NoSuchValue),
            },
        }
    }

    /// What of the filter the index of words knows, as it has it.
    pub(crate) fn places(&self) -> Vec<String> {
        let key = |kind: char, key: Option<i32>| key.map(|key| format!("#{kind}{key}"));
        let named = [
            key('c', self.category),
            key('k', self.color),
            key('m', self.material),
        ];
        let values = self.props.iter().map(|term| format!("#v{term}"));
        named.into_iter().flatten().chain(values).collect()
    }

    /// Bits that a unit has if it has all values wanted, and others seldom have (`listing_marks` and `value_mark` of the
    /// migrations); `None` when no value is wanted.
    pub(crate) fn marks(&self) -> Option<i64> {
        let bits = self.props.iter().map(|&term| {
            let bit = (i64::from(property_of(term)) * 17 + i64::from(value_of(term))) % 63;
            1 << bit
        });
        bits.reduce(|some, other| some | other)
    }

    /// Whether the filters that counts are kept for are all there are.
    pub(crate) fn is_counted(&self) -> bool {
        self.min_price.is_none() && self.max_price.is_none() && self.is_of_cell()
    }

    /// The same, whatever price is wanted.
    pub(crate) const fn is_of_cell(&self) -> bool {
        self.props.is_empty() && self.numbers.is_empty()
    }

    /// Whether a row matches.
    pub(crate) fn meets(&self, row: &Row) -> bool {
        self.unmet(row) == Unmet::Nothing
    }

    /// Which of the filters a row does not meet.
    pub(crate) fn unmet(&self, row: &Row) -> Unmet {
        let one_of = |wanted: Option<i32>, has: i32| wanted.is_none_or(|key| key == has);
        let below = |wanted: Option<i32>| wanted.is_none_or(|key| row.path().any(|above| above == key));
        let within = |range: &Range| {
            row.number(range.property)
                .is_some_and(|value| value >= range.low && value <= range.high)
        };
        let places = [
            (Group::Category, below(self.category)),
            (Group::Color, one_of(self.color, row.color)),
            (Group::Material, one_of(self.material, row.material)),
            (Group::Available, !self.available || row.available),
            (Group::Price, self.meets_price(row)),
        ];
        let props = self.props.iter().map(|&term| {
            (
                Group::Property(property_of(term)),
                row.props().any(|has| has == term),
            )
        });
        let numbers = self
            .numbers
            .iter()
            .map(|range| (Group::Property(range.property), within(range)));
        let filters = places.into_iter().chain(props).chain(numbers);
        let mut unmet = filters.filter(|(_, met)| !met).map(|(group, _)| group);
        match unmet.next() {
            None => Unmet::Nothing,
            // Two values of one property are one group.
            Some(group) if unmet.all(|other| other == group) => Unmet::One(group),
            Some(_) => Unmet::More,
        }
    }

    fn meets_price(&self, row: &Row) -> bool {
        let min = self
            .min_price
            .is_none_or(|min| row.price.is_some_and(|price| price >= min));
        min && self
            .max_price
            .is_none_or(|max| row.price.is_some_and(|price| price <= max))
    }

    /// The range of prices; `None` when all are wanted, and none.
    pub(crate) fn prices(&self) -> Option<(i64, i64)> {
        self.min_price.or(self.max_price)?;
        Some((self.min_price.unwrap_or(0), self.max_price.unwrap_or(i64::MAX)))
    }

    /// The facets whose own filter is set.
    pub(crate) fn groups(&self) -> Vec<Group> {
        let mut groups = Vec::new();
        groups.extend(self.category.map(|_| Group::Category));
        groups.extend(self.color.map(|_| Group::Color));
        groups.extend(self.material.map(|_| Group::Material));
        if self.available {
            groups.push(Group::Available);
        }
        if self.min_price.or(self.max_price).is_some() {
            groups.push(Group::Price);
        }
        groups.extend(self.props.iter().map(|&term| Group::Property(property_of(term))));
        groups.extend(self.numbers.iter().map(|range| Group::Property(range.property)));
        groups
    }

    /// The numbers' ranges as columns of a query: properties, lowest, highest; `None` when there are none.
    pub(crate) fn ranges(&self) -> Option<(Vec<i32>, Vec<f64>, Vec<f64>)> {
        let ranges = self.numbers.iter();
        (!self.numbers.is_empty())
            .then(|| {
                ranges
                    .map(|range| (range.property, (range.low, range.high)))
                    .unzip()
            })
            .map(|(properties, ends): (_, Vec<_>)| {
                let (lows, highs) = ends.into_iter().unzip();
                (properties, lows, highs)
            })
    }
}

/// What is wrong with a filter by a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PropertyFault {
    /// There is no such property, or lists cannot be narrowed by it.
    Unknown,
    /// The property has no such value.
    NoSuchValue,
    /// The end of a range is no number.
    NotANumber,
    /// Numbers are narrowed with `.min` and `.max`.
    NeedsRange,
}
