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

const PRODUCTS: usize = 150;
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
}

/// Products with many equal prices and moments, and some without a price or stock.
fn items() -> Vec<Item> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut below = |n: u64| {
        // xorshift: the same products in every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % n).expect("small")
    };
    (0..PRODUCTS)
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
        })
        .collect()
}

async fn fill(shop: &Shop, items: &[Item]) {
    let column = |f: fn(&Item) -> i64| items.iter().map(f).collect::<Vec<i64>>();
    let index = |n: usize| i64::try_from(n).expect("small");
    sqlx::raw_sql(
        "INSERT INTO category SELECT 'c' || n, 'к' || n, 'c' || n, 9 - n FROM generate_series(0, 3) n;
         INSERT INTO color SELECT 'k' || n, 'ц' || n, 'k' || n, '#00000' || n, n FROM generate_series(0, 2) n;
         INSERT INTO material SELECT 'm' || n, 'м' || n, 'm' || n, n FROM generate_series(0, 2) n",
    )
    .execute(shop.db.admin())
    .await
    .expect("terms");
    sqlx::query(
        "WITH e AS (
             SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                                  $7::bigint[], $8::bigint[], $9::timestamptz[])
                  AS e (id, ru, en, category, color, material, price, available, created_at)
         ), made AS (
             INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color,
                                  material, height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency,
                                  created_at)
             SELECT id, 'p-' || id, ru, en, '', '', 'c' || category, 'k' || color, 'm' || material, 1, 1, 1, 1, price,
                    CASE WHEN price IS NULL THEN NULL ELSE 'RUB' END, created_at
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
    .execute(shop.db.admin())
    .await
    .expect("products");
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
        }
    }

    fn found(&self, item: &Item) -> bool {
        self.looked_for.is_none_or(|n| LOOKED_FOR[n].1 == Some(item.name))
    }

    fn in_category(&self, item: &Item) -> bool {
        self.category.is_none_or(|wanted| wanted == item.category)
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
    }

    fn listed(&self, items: &[Item]) -> Vec<Uuid> {
        let mut listed: Vec<&Item> = items.iter().filter(|item| self.matches(item)).collect();
        match self.sort {
            Sort::Newest => listed.sort_by_key(|item| Reverse((item.created_at, item.id))),
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
        let categories = Self::values(
            items,
            "c",
            |i| i.category,
            |i| rest(i) && self.in_color(i) && self.in_material(i),
        );
        let colors = Self::values(
            items,
            "k",
            |i| i.color,
            |i| rest(i) && self.in_category(i) && self.in_material(i),
        );
        let materials = Self::values(
            items,
            "m",
            |i| i.material,
            |i| rest(i) && self.in_category(i) && self.in_color(i),
        );
        prop_assert_eq!(counts(&facets.categories), categories);
        prop_assert_eq!(counts(&facets.colors), colors);
        prop_assert_eq!(counts(&facets.materials), materials);
        let codes: Vec<&str> = facets.categories.iter().map(|value| &*value.code).collect();
        prop_assert!(
            codes.is_sorted_by(|a, b| a > b),
            "categories are shown by position: {:?}",
            codes
        );

        let of_terms = |item: &&Item| {
            self.found(item) && self.in_category(item) && self.in_color(item) && self.in_material(item)
        };
        let buyable = items
            .iter()
            .filter(of_terms)
            .filter(|i| self.in_price(i) && i.available > 0);
        prop_assert_eq!(facets.available, i64::try_from(buyable.count()).expect("small"));
        let total = items.iter().filter(|item| self.matches(item)).count();
        prop_assert_eq!(facets.total, i64::try_from(total).expect("small"));
        let prices = || {
            items
                .iter()
                .filter(of_terms)
                .filter(|i| self.in_stock(i))
                .filter_map(|i| i.price)
        };
        prop_assert_eq!(
            (facets.min_price, facets.max_price),
            (prices().min(), prices().max())
        );
        Ok(())
    }
}

fn any_asked() -> impl Strategy<Value = Asked> {
    let maybe = |n: usize| prop::option::weighted(0.4, 0..n);
    let price = prop::option::weighted(0.3, 0_i64..10_000);
    let sort = prop_oneof![Just(Sort::Newest), Just(Sort::Price), Just(Sort::PriceDown)];
    let terms = (maybe(LOOKED_FOR.len()), maybe(5), maybe(3), maybe(3));
    (terms, any::<bool>(), price.clone(), price, sort, 1_u16..=30).prop_map(
        |((looked_for, category, color, material), available, min_price, max_price, sort, size)| Asked {
            looked_for,
            category,
            color,
            material,
            available,
            min_price,
            max_price,
            sort,
            size,
        },
    )
}

async fn page(shop: &Shop, asked: &Asked, cursor: Option<&str>) -> Result<ProductPage, ListError> {
    let size = PageSize::new(asked.size).expect("1 to 30");
    catalog_store::list_products(&shop.edge, &asked.filter(), asked.sort, cursor, size).await
}

#[test]
fn every_list_is_what_the_model_says_page_by_page() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let items = items();
    let shop = runtime.block_on(async {
        let shop = Shop::empty().await;
        fill(&shop, &items).await;
        shop
    });
    let mut runner = TestRunner::new(Config {
        cases: 200,
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
                prop_assert_eq!(listed, asked.listed(&items));
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
    fill(&shop, &items()).await;
    let asked = |sort| Asked {
        looked_for: None,
        category: None,
        color: None,
        material: None,
        available: false,
        min_price: None,
        max_price: None,
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
