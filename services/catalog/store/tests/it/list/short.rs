//! Lists of what hardly ever meets, though all of it is common: their pages come short, and say where they stopped.

use catalog_store::{ProductFilter, Sort};
use kernel::PageSize;

use super::items::Kinds;
use crate::support::Shop;

/// Half of the units have the one value, half the other, ten have both: the oldest and the newest, which are the cheapest
/// and the dearest. Of each kind of list those that have less in common with the ten are longer.
async fn shop() -> Shop {
    let shop = Shop::empty().await;
    sqlx::raw_sql(
        "INSERT INTO category (code, name_ru, name_en, parent, position)
         VALUES ('rest', 'прочее', 'rest', NULL, 1), ('branch', 'ветвь', 'branch', NULL, 2),
                ('other', 'другое', 'other', 'branch', 1), ('leaf', 'лист', 'leaf', 'branch', 2);
         INSERT INTO color VALUES ('blue', 'синий', 'blue', '#0000ff', 1), ('red', 'красный', 'red', '#ff0000', 2);
         -- What is common has other keys than the categories have, and than each other.
         INSERT INTO material VALUES ('elm', 'вяз', 'elm', 3), ('ash', 'ясень', 'ash', 1), ('oak', 'дуб', 'oak', 2);
         INSERT INTO property VALUES ('lock', 'замок', 'lock', 'flag', NULL, true, 1),
                                     ('legs', 'ножки', 'legs', 'flag', NULL, true, 2);
         INSERT INTO category_property
         SELECT c, p, true, 1 FROM unnest(ARRAY['rest', 'branch']) c, unnest(ARRAY['lock', 'legs']) p",
    )
    .execute(shop.db.admin())
    .await
    .expect("words");
    let kinds = Kinds {
        category: "CASE n % 100 WHEN 50 THEN 'rest' WHEN 51 THEN 'other' ELSE 'leaf' END",
        color: "CASE WHEN n % 100 = 52 THEN 'blue' ELSE 'red' END",
        material: "CASE WHEN n % 100 = 53 THEN 'ash' ELSE 'oak' END",
        properties: "jsonb_build_object('lock', n % 2 = 0 OR n <= 5 OR n > 10995,
                                       'legs', n % 2 = 1 OR n <= 5 OR n > 10995)",
    };
    kinds.fill(&shop, 11_000).await;
    shop
}

fn both(category: Option<&str>, color: Option<&str>, material: Option<&str>) -> ProductFilter {
    let some = |code: Option<&str>| code.map(str::to_owned);
    ProductFilter {
        category: some(category),
        color: some(color),
        material: some(material),
        properties: ["lock", "legs"]
            .map(|code| (code.to_owned(), "true".to_owned()))
            .to_vec(),
        ..ProductFilter::default()
    }
}

/// Along each kind of list, in each order. Of everything wanted more units have it than are ever gathered.
#[tokio::test]
async fn short_pages_lead_to_all_that_match() {
    let shop = shop().await;
    let words = catalog_store::listing_words(&shop.edge).await.expect("words");
    let rising: Vec<String> = (1..=5).chain(10_996..=11_000).map(|n| format!("u-{n}")).collect();
    let falling: Vec<String> = rising.iter().rev().cloned().collect();
    for filter in [
        both(None, None, None),
        both(Some("branch"), None, None),
        both(Some("leaf"), None, None),
        both(None, Some("red"), None),
        both(None, None, Some("oak")),
        both(Some("leaf"), Some("red"), None),
        both(Some("leaf"), None, Some("oak")),
    ] {
        for (sort, expected) in [
            (Sort::Newest, &falling),
            (Sort::Price, &rising),
            (Sort::PriceDown, &falling),
        ] {
            let (mut found, mut short, mut cursor) = (Vec::new(), 0, None);
            loop {
                let size = PageSize::default();
                let page =
                    catalog_store::list_products(&shop.edge, &words, &filter, sort, cursor.as_deref(), size);
                let page = page.await.expect("a page");
                found.extend(page.items.into_iter().map(|card| card.slug));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
                short += 1;
                assert!(short < 20, "pages without end: {sort:?} {filter:?}");
            }
            assert_eq!(&found, expected, "{sort:?} {filter:?}");
            // 2,000 at a time.
            assert_eq!(short, 5, "{sort:?} {filter:?}");
        }
    }
}
