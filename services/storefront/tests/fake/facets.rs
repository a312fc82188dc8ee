//! What lists of the fake assortment can be narrowed by.

use contracts::catalog::{FacetValue, Facets, ProductDetail, PropertyFacet, PropertyKind, PropertyValue};
use kernel::Text;

use super::assortment;

const PROPERTIES: [(&str, PropertyKind); 4] = [
    ("doors", PropertyKind::Choice),
    ("load", PropertyKind::Number),
    ("handles", PropertyKind::Color),
    ("light", PropertyKind::Flag),
];

/// Whether a filter by a property, perhaps by an end of its range, makes sense.
pub fn is_known(name: &str) -> bool {
    let code = name.split('.').next().unwrap_or(name);
    PROPERTIES.iter().any(|(known, _)| *known == code)
}

/// Whether a product has the value of a property, or one within an end of its range.
pub fn has(product: &ProductDetail, name: &str, wanted: &str) -> bool {
    let (code, end) = name.split_once('.').unwrap_or((name, ""));
    let value = product.properties.iter().find(|property| property.code == code);
    let bound = || wanted.parse::<f64>().expect("a number");
    match value.map(|property| &property.value) {
        Some(PropertyValue::Number { value, .. }) if end == "min" => *value >= bound(),
        Some(PropertyValue::Number { value, .. }) => *value <= bound(),
        Some(PropertyValue::Choice { value }) => value.code == wanted,
        Some(PropertyValue::Color { value }) => value.code == wanted,
        Some(PropertyValue::Flag { value }) => value.to_string() == wanted,
        _ => false,
    }
}

/// Of what matches in the chosen category, everywhere, and whatever is chosen of a property.
pub fn facets<'a>(
    found: &[&ProductDetail],
    everywhere: &[&ProductDetail],
    whatever: impl Fn(&str) -> Vec<&'a ProductDetail>,
    chosen: Option<&str>,
) -> Facets {
    let cards = || found.iter().map(|product| product.card.clone());
    let prices = || {
        found
            .iter()
            .filter_map(|product| product.card.price.map(|price| price.amount))
    };
    Facets {
        categories: categories(everywhere, chosen),
        colors: count(cards().map(|card| value(card.color.code, card.color.name, Some(card.color.hex)))),
        materials: count(cards().map(|card| value(card.material.code, card.material.name, None))),
        available: i64::try_from(cards().filter(|card| card.available > 0).count()).expect("few"),
        total: i64::try_from(found.len()).expect("few"),
        min_price: prices().min(),
        max_price: prices().max(),
        properties: chosen.map_or_else(Vec::new, |_| properties(whatever)),
        exact: true,
    }
}

/// Those at the root, and those below the one that is chosen or below its parent.
fn categories(everywhere: &[&ProductDetail], chosen: Option<&str>) -> Vec<FacetValue> {
    let leaves = everywhere.iter().map(|product| {
        let category = &product.card.category;
        let mut leaf = value(category.code.clone(), category.name.clone(), None);
        leaf.parent = assortment::parent(&category.code).map(str::to_owned);
        leaf
    });
    let mut all = count(leaves);
    let (code, ru, en) = assortment::STORAGE;
    let mut storage = value(code.to_owned(), Text::new(ru, en), None);
    storage.count = all
        .iter()
        .filter(|leaf| leaf.parent.is_some())
        .map(|leaf| leaf.count)
        .sum();
    let is_open = chosen.is_some_and(|chosen| assortment::is_below(chosen, code));
    if !is_open {
        all.retain(|leaf| leaf.parent.is_none());
    }
    if storage.count > 0 {
        all.insert(0, storage);
    }
    all
}

fn properties<'a>(whatever: impl Fn(&str) -> Vec<&'a ProductDetail>) -> Vec<PropertyFacet> {
    let facets = PROPERTIES.iter().filter_map(|&(code, kind)| {
        let mut values = Vec::new();
        let mut numbers = Vec::new();
        let mut named = None;
        for property in whatever(code).into_iter().flat_map(|product| &product.properties) {
            if property.code != code {
                continue;
            }
            let mut unit = None;
            match &property.value {
                PropertyValue::Number { value, unit: of } => {
                    numbers.push(*value);
                    unit.clone_from(of);
                }
                PropertyValue::Choice { value: chosen } => {
                    values.push(value(chosen.code.clone(), chosen.name.clone(), None));
                }
                PropertyValue::Color { value: color } => values.push(value(
                    color.code.clone(),
                    color.name.clone(),
                    Some(color.hex.clone()),
                )),
                PropertyValue::Flag { value: true } => {
                    values.push(value("true".to_owned(), Text::new("да", "yes"), None));
                }
                _ => values.push(value("false".to_owned(), Text::new("нет", "no"), None)),
            }
            named = Some((property.name.clone(), unit));
        }
        let (name, unit) = named?;
        Some(PropertyFacet {
            code: code.to_owned(),
            name,
            kind,
            unit,
            values: count(values.into_iter()),
            min: numbers.iter().copied().reduce(f64::min),
            max: numbers.iter().copied().reduce(f64::max),
            exact: true,
        })
    });
    facets.collect()
}

fn value(code: String, name: Text, hex: Option<String>) -> FacetValue {
    FacetValue {
        code,
        name,
        hex,
        parent: None,
        count: 1,
    }
}

fn count(values: impl Iterator<Item = FacetValue>) -> Vec<FacetValue> {
    let mut counted: Vec<FacetValue> = Vec::new();
    for value in values {
        match counted.iter_mut().find(|known| known.code == value.code) {
            Some(known) => known.count += 1,
            None => counted.push(value),
        }
    }
    counted
}
