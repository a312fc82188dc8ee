//! Lists against a naive model that keeps everything in memory.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use catalog_store::{ListError, ProductFilter, Sort};
use contracts::catalog::{FacetValue, Facets, ProductPage};
use kernel::PageSize;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::support::Shop;

/// Names in both languages; looked for in other forms of the words.
const NAMES: [(&str, &str); 4] = [
    ("шкаф", "wardrobe"),
    ("стол", "table"),
    ("кровать", "bed"),
    ("полка", "shelf"),
];
const LOOKED_FOR: [(&str, Option<usize>); 7] = [
    ("шкафы", Some(0)),
    ("СТОЛОВ", Some(1)),
    ("tables", Some(1)),
    ("beds", Some(2)),
    ("полками", Some(3)),
    ("самолёт", None),
    ("\"'(&|!:*", None),
];

#[derive(Debug, Clone)]
struct Item {
    id: Uuid,
    name: usize,
    category: usize,
    color: usize,
    material: usize,
    price: Option<i64>,
    available: i64,
    created_at: OffsetDateTime,
    finish: usize,
    depth: i64,
}

/// Products with many equal prices and moments, and some without a price or stock.
fn items(products: usize) -> Vec<Item> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |n: u64| {
        // xorshift: the same products in every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % n).expect("small")
    };
    (0..products)
        .map(|_| Item {
            id: Uuid::from_u64_pair(below(u64::MAX) as u64, below(u64::MAX) as u64),
            name: below(4),
            category: below(4),
            color: below(3),
            material: below(3),
            price: (below(7) > 0).then(|| i64::try_from(below(9)).expect("small") * 1_000),
            available: i64::try_from(below(4)).expect("small").saturating_sub(1).max(0),
            created_at: datetime!(2026-01-01 00:00 UTC)
                + Duration::hours(i64::try_from(below(12)).expect("small")),
            finish: below(3),
            depth: i64::try_from(below(50)).expect("small") * 10,
        })
        .collect()
}

async fn fill(shop: &Shop, items: &[Item]) {
    let column = |f: fn(&Item) -> i64| items.iter().map(f).collect::<Vec<i64>>();
    let index = |n: usize| i64::try_from(n).expect("small");
    sqlx::raw_sql(
        "INSERT INTO category SELECT 'c' || n, 'к' || n, 'c' || n, 9 - n FROM generate_series(0, 3) n;
         UPDATE category SET parent = 'c1' WHERE code IN ('c2', 'c3');
         INSERT INTO property VALUES ('finish', 'отделка', 'finish', 'choice', NULL, true, 1),
                                     ('depth', 'глубина', 'depth', 'number', 'mm', true, 2),
                                     ('secret', 'тайна', 'secret', 'flag', NULL, false, 3);
         INSERT INTO property_choice SELECT 'finish', 'f' || n, 'о' || n, 'f' || n, n FROM generate_series(0, 2) n;
         INSERT INTO category_property VALUES ('c1', 'finish', true, 1), ('c1', 'depth', false, 2);
         INSERT INTO color SELECT 'k' || n, 'ц' || n, 'k' || n, '#00000' || n, n FROM generate_series(0, 2) n;
         INSERT INTO material SELECT 'm' || n, 'м' || n, 'm' || n, n FROM generate_series(0, 2) n",
    )
    .execute(shop.db.admin())
    .await
    .expect("terms");
    sqlx::query(
        "WITH e AS (
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                                  $7::bigint[], $8::bigint[], $9::timestamptz[], $10::bigint[], $11::bigint[])
                  AS e (id, ru, en, category, color, material, price, available, created_at, finish, depth)
         ), made AS (
             INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color,
                                  material, height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency,
                                  created_at, properties)
             SELECT id, 'p-' || id, ru, en, '', '', 'c' || category, 'k' || color, 'm' || material, 1, 1, 1, 1, price,
                    CASE WHEN price IS NULL THEN NULL ELSE 'RUB' END, created_at,
                    jsonb_build_object('finish', 'f' || finish, 'depth', depth, 'secret', true)
             FROM e
         )
         INSERT INTO product_availability SELECT id, available FROM e WHERE available > 0",
    )
    .bind(items.iter().map(|i| i.id).collect::<Vec<_>>())
    .bind(items.iter().map(|i| NAMES[i.name].0).collect::<Vec<_>>())
    .bind(items.iter().map(|i| NAMES[i.name].1).collect::<Vec<_>>())
    .bind(items.iter().map(|i| index(i.category)).collect::<Vec<_>>())
    .bind(items.iter().map(|i| index(i.color)).collect::<Vec<_>>())
    .bind(items.iter().map(|i| index(i.material)).collect::<Vec<_>>())
    .bind(items.iter().map(|i| i.price).collect::<Vec<_>>())
    .bind(column(|i| i.available))
    .bind(items.iter().map(|i| i.created_at).collect::<Vec<_>>())
    .bind(items.iter().map(|i| index(i.finish)).collect::<Vec<_>>())
    .bind(column(|i| i.depth))
    .execute(shop.db.admin())
    .await
    .expect("products");
    // As they were added.
    sqlx::query("INSERT INTO stale_product (product_id) SELECT id FROM product ORDER BY created_at, id")
        .execute(shop.db.admin())
        .await
        .expect("queued");
    shop.relist().await;
    shop.assert_listed().await;
}

#[derive(Debug, Clone)]
struct Asked {
    looked_for: Option<usize>,
    category: Option<usize>,
    color: Option<usize>,
    material: Option<usize>,
    available: bool,
    min_price: Option<i64>,
    max_price: Option<i64>,
    finish: Option<usize>,
    min_depth: Option<i64>,
    max_depth: Option<i64>,
    sort: Sort,
    size: u16,
}

impl Asked {
    fn filter(&self) -> ProductFilter {
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

    fn listed(&self, items: &[Item]) -> Vec<Uuid> {
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

    fn assert_facets(&self, items: &[Item], facets: &Facets) -> Result<(), TestCaseError> {
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

fn any_asked() -> impl Strategy<Value = Asked> {
    let maybe = |n: usize| prop::option::weighted(0.4, 0..n);
    let price = prop::option::weighted(0.3, 0_i64..10_000);
    let sort = prop_oneof![
        Just(Sort::Newest),
        Just(Sort::Price),
        Just(Sort::PriceDown),
        Just(Sort::Relevance)
    ];
    let terms = (maybe(LOOKED_FOR.len()), maybe(5), maybe(3), maybe(3));
    let depth = prop::option::weighted(0.2, 0_i64..500);
    let properties = (prop::option::weighted(0.3, 0_usize..3), depth.clone(), depth);
    (
        terms,
        properties,
        any::<bool>(),
        price.clone(),
        price,
        sort,
        1_u16..=30,
    )
        .prop_map(
            |(
                (looked_for, category, color, material),
                (finish, min_depth, max_depth),
                available,
                min_price,
                max_price,
                sort,
                size,
            )| Asked {
                looked_for,
                category,
                color,
                material,
                available,
                min_price,
                max_price,
                finish,
                min_depth,
                max_depth,
                sort,
                size,
            },
        )
}

async fn page(shop: &Shop, asked: &Asked, cursor: Option<&str>) -> Result<ProductPage, ListError> {
    let size = PageSize::new(asked.size).expect("1 to 30");
    let words = catalog_store::listing_words(&shop.edge).await.expect("words");
    catalog_store::list_products(&shop.edge, &words, &asked.filter(), asked.sort, cursor, size).await
}

#[test]
fn every_list_is_what_the_model_says_page_by_page() {
    compare(150, 200);
}

/// More than one request looks through, so that pages come short.
#[test]
fn lists_of_much_are_what_the_model_says() {
    compare(6_000, 40);
}

fn compare(products: usize, cases: u32) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let items = items(products);
    let shop = runtime.block_on(async {
        let shop = Shop::empty().await;
        fill(&shop, &items).await;
        shop
    });
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&any_asked(), |asked| {
            runtime.block_on(async {
                let mut listed = Vec::new();
                let mut cursor: Option<String> = None;
                loop {
                    let page = page(&shop, &asked, cursor.as_deref()).await.expect("a page");
                    prop_assert!(page.items.len() <= usize::from(asked.size));
                    let is_full = page.items.len() == usize::from(asked.size);
                    prop_assert!(is_full || asked.looked_for.is_none() || page.next_cursor.is_none());
                    asked.assert_facets(&items, &page.facets)?;
                    for card in &page.items {
                        let item = items
                            .iter()
                            .find(|item| item.id == card.id.uuid())
                            .expect("one of ours");
                        prop_assert_eq!(card.price.map(|price| price.amount), item.price);
                        prop_assert_eq!(card.available, item.available);
                        listed.push(item.id);
                    }
                    cursor = page.next_cursor;
                    if cursor.is_none() {
                        break;
                    }
                }
                let mut expected = asked.listed(&items);
                if asked.sort == Sort::Relevance && asked.looked_for.is_some() {
                    listed.sort();
                    expected.sort();
                }
                prop_assert_eq!(listed, expected);
                Ok(())
            })
        })
        .expect("the list agrees with the model");
    // The pools and the database belong to the runtime.
    let _guard = runtime.enter();
    drop(shop);
}

#[tokio::test]
async fn cursors_of_other_lists_and_other_texts_are_refused() {
    let shop = Shop::empty().await;
    fill(&shop, &items(150)).await;
    let asked = |sort| Asked {
        looked_for: None,
        category: None,
        color: None,
        material: None,
        available: false,
        min_price: None,
        max_price: None,
        finish: None,
        min_depth: None,
        max_depth: None,
        sort,
        size: 7,
    };
    let newest = page(&shop, &asked(Sort::Newest), None)
        .await
        .expect("a page")
        .next_cursor;
    let newest = newest.expect("more pages");
    let beyond_time = kernel::encode_cursor(&("n", i64::MAX, Uuid::nil()));
    for (sort, cursor) in [
        (Sort::Price, &*newest),
        (Sort::PriceDown, &newest),
        (Sort::Newest, &beyond_time),
        (Sort::Newest, ""),
        (Sort::Newest, "%00"),
        (Sort::Newest, "W10"),
        (Sort::Newest, "'; DROP TABLE product; --"),
        (Sort::Newest, &newest[..newest.len() - 2]),
    ] {
        let refused = page(&shop, &asked(sort), Some(cursor)).await;
        assert!(
            matches!(refused, Err(ListError::Cursor(_))),
            "{cursor:?}: {refused:?}"
        );
    }
}
