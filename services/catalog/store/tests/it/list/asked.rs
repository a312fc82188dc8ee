//! What lists are asked for, and what they say then: worked out by looking at every unit.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use catalog_store::{ProductFilter, Sort};
use contracts::catalog::{FacetValue, Facets};
use proptest::prelude::*;
use uuid::Uuid;

use super::items::{Item, LOOKED_FOR};

#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub looked_for: Option<usize>,
    pub category: Option<usize>,
    pub color: Option<usize>,
    pub material: Option<usize>,
    pub available: bool,
    pub min_price: Option<i64>,
    pub max_price: Option<i64>,
    pub finish: Option<usize>,
    pub min_depth: Option<i64>,
    pub max_depth: Option<i64>,
    pub sort: Sort,
    pub size: u16,
}

impl Asked {
    pub(super) fn filter(&self) -> ProductFilter {
        let code = |prefix: &str, n: Option<usize>| n.map(|n| format!("{prefix}{n}"));
        ProductFilter {
            q: self.looked_for.map(|n| LOOKED_FOR[n].0.to_owned()),
            category: code("c", self.category),
            color: code("k", self.color),
            material: code("m", self.material),
            available: self.available,
            min_price: self.min_price,
            max_price: self.max_price,
            properties: [
                ("finish", self.finish.map(|n| format!("f{n}"))),
                ("depth.min", self.min_depth.map(|n| n.to_string())),
                ("depth.max", self.max_depth.map(|n| n.to_string())),
            ]
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect(),
        }
    }

    fn has_finish(&self, item: &Item) -> bool {
        self.finish.is_none_or(|wanted| wanted == item.finish)
    }

    fn is_deep(&self, item: &Item) -> bool {
        self.min_depth.is_none_or(|min| item.depth >= min)
            && self.max_depth.is_none_or(|max| item.depth <= max)
    }

    fn found(&self, item: &Item) -> bool {
        self.looked_for.is_none_or(|n| LOOKED_FOR[n].1 == Some(item.name))
    }

    fn in_category(&self, item: &Item) -> bool {
        self.category.is_none_or(|wanted| is_below(item.category, wanted))
    }

    fn in_color(&self, item: &Item) -> bool {
        self.color.is_none_or(|wanted| wanted == item.color)
    }

    fn in_material(&self, item: &Item) -> bool {
        self.material.is_none_or(|wanted| wanted == item.material)
    }

    fn in_stock(&self, item: &Item) -> bool {
        !self.available || item.available > 0
    }

    fn in_price(&self, item: &Item) -> bool {
        self.min_price
            .is_none_or(|min| item.price.is_some_and(|price| price >= min))
            && self
                .max_price
                .is_none_or(|max| item.price.is_some_and(|price| price <= max))
    }

    fn matches(&self, item: &Item) -> bool {
        self.found(item)
            && self.in_category(item)
            && self.in_color(item)
            && self.in_material(item)
            && self.in_stock(item)
            && self.in_price(item)
            && self.has_finish(item)
            && self.is_deep(item)
    }

    pub(super) fn listed(&self, items: &[Item]) -> Vec<Uuid> {
        let mut listed: Vec<&Item> = items.iter().filter(|item| self.matches(item)).collect();
        match self.sort {
            // By relevance without words, and to be compared whatever the order with them.
            Sort::Newest | Sort::Relevance => listed.sort_by_key(|item| Reverse((item.created_at, item.id))),
            Sort::Price => listed.sort_by_key(|item| (item.price.unwrap_or(i64::MAX), item.id)),
            Sort::PriceDown => listed.sort_by_key(|item| Reverse((item.price.unwrap_or(-1), item.id))),
        }
        listed.into_iter().map(|item| item.id).collect()
    }

    /// Counts of each value, with all filters but that of its own kind.
    fn values(
        items: &[Item],
        prefix: &str,
        value: fn(&Item) -> usize,
        others: impl Fn(&Item) -> bool,
    ) -> BTreeMap<String, i64> {
        let mut counts = BTreeMap::new();
        for item in items.iter().filter(|item| others(item)) {
            *counts.entry(format!("{prefix}{}", value(item))).or_default() += 1;
        }
        counts
    }

    pub(super) fn assert_facets(&self, items: &[Item], facets: &Facets) -> Result<(), TestCaseError> {
        let counts = |values: &[FacetValue]| -> BTreeMap<String, i64> {
            values
                .iter()
                .map(|value| (value.code.clone(), value.count))
                .collect()
        };
        let rest = |item: &Item| self.found(item) && self.in_stock(item) && self.in_price(item);
        let properties = |item: &Item| self.has_finish(item) && self.is_deep(item);
        let mut categories = BTreeMap::new();
        let mut order = Vec::new();
        for key in [1, 3, 2, 0] {
            if [1, 0].contains(&key) || matches!(self.category, Some(1..=3)) {
                let others = |item: &&Item| {
                    rest(item) && properties(item) && self.in_color(item) && self.in_material(item)
                };
                let below = items
                    .iter()
                    .filter(others)
                    .filter(|item| is_below(item.category, key));
                let count = i64::try_from(below.count()).expect("small");
                if count > 0 || self.category == Some(key) {
                    categories.insert(format!("c{key}"), count);
                    order.push(format!("c{key}"));
                }
            }
        }
        let colors = Self::values(
            items,
            "k",
            |i| i.color,
            |i| rest(i) && properties(i) && self.in_category(i) && self.in_material(i),
        );
        let materials = Self::values(
            items,
            "m",
            |i| i.material,
            |i| rest(i) && properties(i) && self.in_category(i) && self.in_color(i),
        );
        let of_terms = |item: &Item| {
            self.found(item) && self.in_category(item) && self.in_color(item) && self.in_material(item)
        };
        let buyable = items
            .iter()
            .filter(|i| of_terms(i) && properties(i) && self.in_price(i) && i.available > 0);
        let buyable = i64::try_from(buyable.count()).expect("small");
        let total = i64::try_from(items.iter().filter(|item| self.matches(item)).count()).expect("small");
        let prices = || {
            let others = items
                .iter()
                .filter(|i| of_terms(i) && properties(i) && self.in_stock(i));
            others.filter_map(|i| i.price)
        };
        if facets.exact {
            prop_assert_eq!(counts(&facets.categories), categories);
            prop_assert_eq!(counts(&facets.colors), colors);
            prop_assert_eq!(counts(&facets.materials), materials);
            let codes: Vec<&str> = facets.categories.iter().map(|value| &*value.code).collect();
            prop_assert_eq!(codes, order);
            prop_assert_eq!((facets.available, facets.total), (buyable, total));
            prop_assert_eq!(
                (facets.min_price, facets.max_price),
                (prices().min(), prices().max())
            );
        } else if self.looked_for.is_none() {
            for (bounds, values) in [
                (counts(&facets.categories), categories),
                (counts(&facets.colors), colors),
                (counts(&facets.materials), materials),
            ] {
                for (code, count) in values {
                    prop_assert!(
                        bounds.get(&code).copied().unwrap_or(0) >= count,
                        "{} of {}",
                        code,
                        count
                    );
                }
            }
            prop_assert!(facets.available >= buyable && facets.total >= total);
        }

        let finish = facets
            .properties
            .iter()
            .find(|property| property.code == "finish");
        let shown = matches!(self.category, Some(1..=3));
        if !shown {
            prop_assert_eq!(&facets.properties, &[]);
        }
        if shown && finish.is_none_or(|finish| finish.exact) && (facets.exact || finish.is_some()) {
            let finishes = Self::values(
                items,
                "f",
                |i| i.finish,
                |i| of_terms(i) && self.in_stock(i) && self.in_price(i) && self.is_deep(i),
            );
            let found = finish.map(|finish| counts(&finish.values)).unwrap_or_default();
            prop_assert_eq!(found, finishes);
        }
        Ok(())
    }
}

/// Categories 2 and 3 are in category 1.
fn is_below(category: usize, above: usize) -> bool {
    category == above || (above == 1 && category > 1)
}
