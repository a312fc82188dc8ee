use std::collections::{HashMap, HashSet};

use contracts::catalog::{FacetValue, Facets, PropertyFacet, PropertyKind};
use kernel::Text;

use super::filter::{Group, Unmet, Wanted, property_of, value_of};
use super::packed::Row;
use super::ranges::Ranges;
use super::words::{Kind, ListingWords, Property, Word};

/// What facets say, by the keys of rows.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    categories: HashMap<i32, i64>,
    colors: HashMap<i32, i64>,
    materials: HashMap<i32, i64>,
    available: i64,
    total: i64,
    prices: Option<(i64, i64)>,
    values: HashMap<i64, i64>,
    numbers: HashMap<i32, (f64, f64)>,
    /// Groups whose numbers are upper bounds; the total's is `None`.
    inexact: HashSet<Option<Group>>,
}

impl Tally {
    /// From what was counted beforehand. Filters that counts are not kept for are left out, so the numbers are as large as
    /// they can be.
    pub(crate) fn of_counts(vocabulary: &ListingWords, wanted: &Wanted, ranges: &Ranges) -> Self {
        let counts = &vocabulary.counts;
        let category = wanted.category.unwrap_or(0);
        let (color, material) = (wanted.color.unwrap_or(0), wanted.material.unwrap_or(0));
        let available = wanted.available;
        let mut tally = Self {
            available: counts.cell(category, true, material, color),
            total: counts.cell(category, available, material, color),
            numbers: ranges.clone(),
            ..Self::default()
        };
        for key in vocabulary.offered(wanted.category) {
            tally
                .categories
                .insert(key, counts.cell(key, available, material, color));
        }
        for &key in vocabulary.colors.keys() {
            tally
                .colors
                .insert(key, counts.cell(category, available, material, key));
        }
        for &key in vocabulary.materials.keys() {
            tally
                .materials
                .insert(key, counts.cell(category, available, key, color));
        }
        if wanted.category.is_some() {
            tally.values = counts.values_of(category, available);
        }
        if !wanted.is_counted() {
            tally.inexact.extend([
                None,
                Some(Group::Category),
                Some(Group::Color),
                Some(Group::Material),
                Some(Group::Available),
                Some(Group::Price),
            ]);
        }
        // Values are counted by category and whether they can be bought alone.
        let by_others = |property: &Property| {
            let own = Group::Property(property.key);
            wanted
                .groups()
                .into_iter()
                .any(|group| group != own && group != Group::Category && group != Group::Available)
        };
        for property in tally.offered(vocabulary, wanted) {
            // The range that numbers have in a category is narrowed by nothing.
            if property.kind != Kind::Number && by_others(property) {
                tally.inexact.insert(Some(Group::Property(property.key)));
            }
        }
        tally
    }

    /// From rows among which is all that matches, for each of the groups without its own filter.
    pub(crate) fn recount(&mut self, wanted: &Wanted, groups: &[Option<Group>], rows: &[Row]) {
        for &group in groups {
            self.inexact.remove(&group);
            self.forget(group);
        }
        for row in rows {
            match wanted.unmet(row) {
                Unmet::Nothing => groups.iter().for_each(|&group| self.count(group, row)),
                Unmet::One(group) if groups.contains(&Some(group)) => self.count(Some(group), row),
                Unmet::One(_) | Unmet::More => {}
            }
        }
    }

    fn forget(&mut self, group: Option<Group>) {
        match group {
            None => self.total = 0,
            Some(Group::Category) => self.categories.clear(),
            Some(Group::Color) => self.colors.clear(),
            Some(Group::Material) => self.materials.clear(),
            Some(Group::Available) => self.available = 0,
            Some(Group::Price) => self.prices = None,
            Some(Group::Property(key)) => self.values.retain(|term, _| property_of(*term) != key),
        }
    }

    fn count(&mut self, group: Option<Group>, row: &Row) {
        match group {
            None => self.total += 1,
            Some(Group::Category) => row
                .path()
                .for_each(|key| *self.categories.entry(key).or_default() += 1),
            Some(Group::Color) => *self.colors.entry(row.color).or_default() += 1,
            Some(Group::Material) => *self.materials.entry(row.material).or_default() += 1,
            Some(Group::Available) => self.available += i64::from(row.available),
            Some(Group::Price) => {
                if let Some(price) = row.price {
                    let (low, high) = self.prices.unwrap_or((price, price));
                    self.prices = Some((low.min(price), high.max(price)));
                }
            }
            Some(Group::Property(key)) => {
                for term in row.props().filter(|term| property_of(*term) == key) {
                    *self.values.entry(term).or_default() += 1;
                }
            }
        }
    }

    /// Sets the range of prices, where it was found by other means.
    pub(crate) fn set_prices(&mut self, low: Option<i64>, high: Option<i64>) {
        self.prices = low.zip(high);
        self.inexact.remove(&Some(Group::Price));
    }

    /// Says that a group's numbers are not the last word.
    pub(crate) fn doubt(&mut self, group: Option<Group>) {
        self.inexact.insert(group);
    }

    /// Whether a group's numbers are not the last word.
    pub(crate) fn doubts(&self, group: Option<Group>) -> bool {
        self.inexact.contains(&group)
    }

    /// Every group that an answer shows.
    pub(crate) fn shown(&self, vocabulary: &ListingWords, wanted: &Wanted) -> Vec<Option<Group>> {
        let mut groups = vec![
            None,
            Some(Group::Category),
            Some(Group::Color),
            Some(Group::Material),
            Some(Group::Available),
            Some(Group::Price),
        ];
        let properties = self.offered(vocabulary, wanted);
        groups.extend(
            properties
                .iter()
                .map(|property| Some(Group::Property(property.key))),
        );
        groups
    }

    /// Properties to narrow by: those of the chosen category.
    #[expect(clippy::unused_self, reason = "reads better where it is used")]
    fn offered<'a>(&self, vocabulary: &'a ListingWords, wanted: &Wanted) -> Vec<&'a Property> {
        wanted
            .category
            .map(|category| vocabulary.properties_of(category))
            .unwrap_or_default()
    }

    /// The facets with their names.
    pub(crate) fn facets(mut self, vocabulary: &ListingWords, wanted: &Wanted) -> Facets {
        let properties = self
            .offered(vocabulary, wanted)
            .into_iter()
            .map(|property| self.property(vocabulary, property))
            .filter(|facet| !facet.values.is_empty() || facet.min.is_some())
            .collect();
        self.inexact
            .retain(|group| !matches!(group, Some(Group::Property(_))));
        let (min_price, max_price) = self.prices.unzip();
        Facets {
            categories: vocabulary
                .offered(wanted.category)
                .into_iter()
                .filter_map(|key| {
                    let word = vocabulary.categories.get(&key)?;
                    let count = self.categories.get(&key).copied().unwrap_or(0);
                    let mut value = named(word, count);
                    value.parent = word
                        .parent
                        .and_then(|parent| vocabulary.categories.get(&parent))
                        .map(|parent| parent.code.clone());
                    (count > 0 || wanted.category == Some(key)).then_some(value)
                })
                .collect(),
            colors: values(&vocabulary.colors, &self.colors),
            materials: values(&vocabulary.materials, &self.materials),
            properties,
            available: self.available,
            total: self.total,
            min_price,
            max_price,
            exact: self.inexact.is_empty(),
        }
    }

    fn property(&self, vocabulary: &ListingWords, property: &Property) -> PropertyFacet {
        let mut found: Vec<(i32, String, FacetValue)> = self
            .values
            .iter()
            .filter(|(term, count)| property_of(**term) == property.key && **count > 0)
            .filter_map(|(&term, &count)| {
                let key = value_of(term);
                if property.kind == Kind::Flag {
                    return Some((key, String::new(), flag(key == 1, count)));
                }
                let word = vocabulary.value(property, key)?;
                Some((word.position, word.code.clone(), named(word, count)))
            })
            .collect();
        found.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let range = self.numbers.get(&property.key);
        PropertyFacet {
            code: property.code.clone(),
            name: property.name.clone(),
            kind: match property.kind {
                Kind::Number => PropertyKind::Number,
                Kind::Choice => PropertyKind::Choice,
                Kind::Color => PropertyKind::Color,
                Kind::Material => PropertyKind::Material,
                Kind::Flag => PropertyKind::Flag,
            },
            unit: property.unit.clone(),
            values: found.into_iter().map(|(_, _, value)| value).collect(),
            min: range.map(|(low, _)| *low),
            max: range.map(|(_, high)| *high),
            exact: !self.inexact.contains(&Some(Group::Property(property.key))),
        }
    }
}

fn values(words: &HashMap<i32, Word>, counts: &HashMap<i32, i64>) -> Vec<FacetValue> {
    let mut found: Vec<(&Word, i64)> = counts
        .iter()
        .filter(|(_, count)| **count > 0)
        .filter_map(|(key, &count)| Some((words.get(key)?, count)))
        .collect();
    found.sort_by_key(|(word, _)| (word.position, &word.code));
    found
        .into_iter()
        .map(|(word, count)| named(word, count))
        .collect()
}

fn named(word: &Word, count: i64) -> FacetValue {
    FacetValue {
        code: word.code.clone(),
        name: word.name.clone(),
        hex: word.hex.clone(),
        parent: None,
        count,
    }
}

fn flag(on: bool, count: i64) -> FacetValue {
    let (code, ru, en) = if on {
        ("true", "да", "yes")
    } else {
        ("false", "нет", "no")
    };
    FacetValue {
        code: code.to_owned(),
        name: Text::new(ru, en),
        hex: None,
        parent: None,
        count,
    }
}
