//! What a list is narrowed to, one chip for each filter, which takes it away.

use contracts::catalog::{FacetValue, Facets, PropertyFacet, PropertyKind};

use super::filters::Filters;
use crate::frame::Frame;

/// A filter that is on.
#[derive(Debug)]
pub struct Chip {
    /// What it is.
    pub label: String,
    /// Address of the list without it.
    pub href: String,
}

/// All filters that are on. `facets` are answers that may know their names, the best first; what none of them knows is
/// shown by its code.
pub fn chips(page: &Frame, filters: &Filters, facets: &[&Facets]) -> Vec<Chip> {
    let mut chips = Vec::new();
    let mut add = |label: String, href: String| chips.push(Chip { label, href });
    if !filters.q.is_empty() {
        add(page.t1("quoted", "text", &*filters.q), filters.with("q", ""));
    }
    if !filters.category.is_empty() {
        let name = category(page, facets, &filters.category);
        add(name.to_owned(), filters.in_category("", false));
    }
    for (name, values) in [
        ("color", facets.iter().map(|f| &f.colors).collect::<Vec<_>>()),
        ("material", facets.iter().map(|f| &f.materials).collect()),
    ] {
        let code = filters.value(name);
        if !code.is_empty() {
            let label = name_of(page, values.into_iter().flatten(), code);
            add(label.to_owned(), filters.with(name, ""));
        }
    }
    let mut seen = "";
    for name in filters.properties.keys() {
        let code = name.split('.').next().unwrap_or(name);
        if code == seen {
            // The other end of the same range.
            continue;
        }
        seen = code;
        add(
            property(page, filters, facets, code),
            filters.without_property(code),
        );
    }
    if !filters.min_price.is_empty() || !filters.max_price.is_empty() {
        let amount = |text: &str| {
            text.parse()
                .map_or_else(|_| String::new(), |n: i64| page.number(&n))
        };
        let range = range(page, &amount(&filters.min_price), &amount(&filters.max_price));
        let label = page.t2("chip", "name", page.t("filter-price"), "value", range);
        add(label, filters.without_price());
    }
    if filters.available {
        add(page.t("filter-available"), filters.without_available());
    }
    chips
}

/// What a category is called.
pub fn category<'a>(page: &Frame, facets: &[&'a Facets], code: &'a str) -> &'a str {
    name_of(page, facets.iter().flat_map(|f| &f.categories), code)
}

/// The name of a property, with its unit where it has one.
pub fn title(page: &Frame, facet: &PropertyFacet) -> String {
    match &facet.unit {
        Some(unit) => format!("{}, {}", page.text(&facet.name), page.unit(unit)),
        None => page.text(&facet.name).to_owned(),
    }
}

fn property(page: &Frame, filters: &Filters, facets: &[&Facets], code: &str) -> String {
    let known: Vec<&PropertyFacet> = facets
        .iter()
        .flat_map(|f| &f.properties)
        .filter(|facet| facet.code == code)
        .collect();
    let facet = known.first();
    let name = facet.map_or_else(|| code.to_owned(), |facet| title(page, facet));
    let chosen = |end: &str| filters.value(&format!("prop.{code}{end}"));
    let value = match facet.map(|facet| facet.kind) {
        // A flag's name says it all; only its contrary needs a word.
        Some(PropertyKind::Flag) if chosen("") == "true" => return name,
        Some(PropertyKind::Flag) => page.t("no"),
        _ if !chosen("").is_empty() => {
            let values = known.iter().flat_map(|facet| &facet.values);
            name_of(page, values, chosen("")).to_owned()
        }
        _ => {
            let number = |text: &str| {
                text.parse()
                    .map_or_else(|_| String::new(), |n: f64| page.decimal(&n))
            };
            range(page, &number(chosen(".min")), &number(chosen(".max")))
        }
    };
    page.t2("chip", "name", name, "value", value)
}

fn range(page: &Frame, low: &str, high: &str) -> String {
    let low = (!low.is_empty()).then(|| page.t1("range-from", "value", low));
    let high = (!high.is_empty()).then(|| page.t1("range-to", "value", high));
    [low, high].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn name_of<'a>(page: &Frame, mut values: impl Iterator<Item = &'a FacetValue>, code: &'a str) -> &'a str {
    values
        .find(|value| value.code == code)
        .map_or(code, |value| value.name.get(page.lang()))
}
