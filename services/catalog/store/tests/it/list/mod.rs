//! Lists against a naive model that keeps everything in memory.

mod asked;
mod cards;
mod changes;
mod counts;
mod items;
mod marks;
mod plans;
mod prices;
mod short;

use catalog_store::{ListError, Sort};
use contracts::catalog::ProductPage;
use kernel::PageSize;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use asked::Asked;
use items::{LOOKED_FOR, fill, items};

use crate::support::Shop;

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
