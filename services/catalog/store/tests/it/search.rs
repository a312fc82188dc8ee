//! Searches for common words together with filters, in every order, where there is too much to look at all.

use catalog_store::{ProductFilter, Sort};
use contracts::catalog::ProductPage;
use kernel::PageSize;
use uuid::Uuid;

use crate::counter::Counter;
use crate::support::Shop;

/// Wardrobes; the oldest are the first.
const WARDROBES: i64 = 8_600;
/// As many of them have the same price: more than are sorted at once.
const ALIKE: i64 = 4_500;
const TABLES: i64 = 4_400;

/// Wardrobes and then tables, one a second. Of the former, three have the depth of tables; one has a depth and one a
/// price that nothing else has; four can be bought, and so can all tables; one table is called like a wardrobe.
async fn shop() -> Shop {
    let shop = Shop::empty().await;
    sqlx::raw_sql(
        "INSERT INTO category (code, name_ru, name_en, position) VALUES ('all', 'всё', 'all', 1);
         INSERT INTO color VALUES ('red', 'красный', 'red', '#ff0000', 1);
         INSERT INTO material VALUES ('oak', 'дуб', 'oak', 1);
         INSERT INTO property VALUES ('depth', 'глубина', 'depth', 'number', 'mm', true, 1)",
    )
    .execute(shop.db.admin())
    .await
    .expect("words");
    sqlx::query(
        "INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
                              height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency, created_at,
                              properties)
         SELECT uuid_in(lpad(to_hex(n * 7919 % 65521), 32, '0')::cstring),
                CASE n WHEN $1 + 7 THEN 'wardrobe' ELSE 'u-' || n END,
                CASE WHEN n <= $1 THEN 'шкаф' ELSE 'стол' END, CASE WHEN n <= $1 THEN 'wardrobe' ELSE 'table' END,
                '', '', 'all', 'red', 'oak', 1, 1, 1, 1,
                CASE WHEN n = 5 THEN 700 WHEN n <= $2 THEN 500000 ELSE n * 100 END, 'RUB',
                timestamptz '2026-01-01Z' + n * interval '1 second',
                jsonb_build_object('depth', CASE WHEN n = 4 THEN 950 WHEN n <= 3 OR n > $1 THEN 900 ELSE 100 END)
         FROM generate_series(1, $1 + $3) n",
    )
    .bind(WARDROBES)
    .bind(ALIKE)
    .bind(TABLES)
    .execute(shop.db.admin())
    .await
    .expect("units");
    // One is met just where a walk through the price that is common has looked at all it may.
    sqlx::query(
        "INSERT INTO product_availability SELECT id, 1 FROM product
         WHERE name_en = 'table' OR slug IN ('u-1', 'u-9', 'u-10')
            OR id = (SELECT id FROM product WHERE price_amount = 500000 ORDER BY id OFFSET 1960 LIMIT 1)",
    )
    .execute(shop.db.admin())
    .await
    .expect("availability");
    catalog_store::rebuild_listings(&shop.owner)
        .await
        .expect("rebuilt");
    shop
}

/// The numbers of units, as they were added; the one with another slug is 0.
fn numbers(page: &ProductPage) -> Vec<i64> {
    let number = |slug: &str| {
        slug.strip_prefix("u-")
            .map_or(0, |n| n.parse().expect("a number"))
    };
    page.items.iter().map(|card| number(&card.slug)).collect()
}

async fn page(shop: &Shop, filter: &ProductFilter, sort: Sort, cursor: Option<&str>) -> ProductPage {
    let words = catalog_store::listing_words(&shop.edge).await.expect("words");
    let size = PageSize::new(30).expect("at most 30");
    catalog_store::list_products(&shop.edge, &words, filter, sort, cursor, size)
        .await
        .expect("a page")
}

/// All pages: what is on them, and how many were short though others followed.
async fn pages(shop: &Shop, filter: &ProductFilter, sort: Sort) -> (Vec<i64>, usize) {
    let (mut found, mut cut, mut cursor) = (Vec::new(), 0, None);
    loop {
        let next = page(shop, filter, sort, cursor.as_deref()).await;
        found.extend(numbers(&next));
        let all = usize::try_from(WARDROBES + TABLES).expect("some thousands");
        assert!(found.len() <= all && cut <= all, "pages without end");
        cursor = next.next_cursor;
        if cursor.is_none() {
            return (found, cut);
        }
        cut += usize::from(next.items.len() < 30);
    }
}

fn words(text: &str) -> ProductFilter {
    ProductFilter {
        q: Some(text.to_owned()),
        ..ProductFilter::default()
    }
}

fn deep(text: &str, min: &str) -> ProductFilter {
    ProductFilter {
        properties: vec![("depth.min".to_owned(), min.to_owned())],
        ..words(text)
    }
}

const ORDERS: [Sort; 4] = [Sort::Relevance, Sort::Newest, Sort::Price, Sort::PriceDown];

#[tokio::test]
async fn rare_things_are_found_among_common_words() {
    let shop = shop().await;
    for sort in ORDERS {
        // By the number, which one unit has.
        let deepest = page(&shop, &deep("шкафы", "940"), sort, None).await;
        assert_eq!(
            (numbers(&deepest), deepest.next_cursor),
            (vec![4], None),
            "{sort:?}"
        );
        // By the price, which one unit has.
        let filter = ProductFilter {
            max_price: Some(1_000),
            ..words("wardrobes")
        };
        let cheapest = page(&shop, &filter, sort, None).await;
        assert_eq!(
            (numbers(&cheapest), cheapest.next_cursor),
            (vec![5], None),
            "{sort:?}"
        );
        // By two words that are never together.
        let both = page(&shop, &words("шкаф стол"), sort, None).await;
        assert_eq!((numbers(&both), both.next_cursor), (vec![], None), "{sort:?}");
    }
    let slugs: Vec<String> = sqlx::query_scalar(
        "SELECT slug FROM product JOIN product_availability ON product_id = id
         WHERE name_en = 'wardrobe' AND available > 0",
    )
    .fetch_all(shop.db.admin())
    .await
    .expect("units");
    let buyable: Vec<i64> = slugs
        .iter()
        .map(|slug| slug[2..].parse().expect("a number"))
        .collect();
    assert_eq!(buyable.len(), 4);
    let available = ProductFilter {
        available: true,
        ..words("wardrobe")
    };
    let dear = ProductFilter {
        min_price: Some(499_000),
        ..available.clone()
    };
    // What is common and hardly ever meets the words may need several requests, but is found.
    for (filter, mut all) in [
        (deep("шкафы", "800"), vec![4, 3, 2, 1]),
        (available, buyable.clone()),
        (dear, buyable),
    ] {
        for sort in ORDERS {
            let (mut found, short) = pages(&shop, &filter, sort).await;
            found.retain(|&number| number > 0);
            found.sort_unstable();
            all.sort_unstable();
            assert_eq!(found, all, "{sort:?}");
            assert!(short <= 2, "{sort:?}: {short} short pages");
        }
    }
}

#[tokio::test]
async fn that_common_words_never_meet_is_found_out_soon() {
    let shop = shop().await;
    let edge = Counter::before(&shop.db.url_for("catalog_edge")).await;
    let pg = edge.pg();
    let vocabulary = catalog_store::listing_words(&pg).await.expect("words");
    for sort in ORDERS {
        edge.take();
        let size = PageSize::new(30).expect("at most 30");
        let page = catalog_store::list_products(&pg, &vocabulary, &words("шкафы столы"), sort, None, size)
            .await
            .expect("a page");
        let taken = edge.take();
        assert_eq!((page.items.len(), page.next_cursor), (0, None), "{sort:?}");
        assert!(page.facets.exact && page.facets.total == 0, "{sort:?}");
        assert!(taken <= 7, "{sort:?}: {taken} statements");
    }
    // One unit gets both words, and is found whatever it is among.
    sqlx::query("UPDATE product SET name_ru = 'стол-шкаф' WHERE slug = 'u-77'")
        .execute(shop.db.admin())
        .await
        .expect("renamed");
    sqlx::query("INSERT INTO stale_product (product_id) SELECT id FROM product WHERE slug = 'u-77'")
        .execute(shop.db.admin())
        .await
        .expect("queued");
    shop.relist().await;
    for sort in ORDERS {
        let page = page(&shop, &words("шкафы столы"), sort, None).await;
        assert_eq!((numbers(&page), page.next_cursor), (vec![77], None), "{sort:?}");
    }
    shop.assert_listed().await;
    // It is the bits that tell where, in every order.
    sqlx::query("DELETE FROM search_chunk")
        .execute(shop.db.admin())
        .await
        .expect("deleted");
    for sort in ORDERS {
        let page = page(&shop, &words("шкафы столы"), sort, None).await;
        assert_eq!((numbers(&page), page.next_cursor), (vec![], None), "{sort:?}");
    }
}

#[tokio::test]
async fn more_of_one_price_than_can_be_sorted_are_listed_all_the_same() {
    let shop = shop().await;
    let filter = ProductFilter {
        min_price: Some(499_000),
        max_price: Some(501_000),
        ..words("шкафы")
    };
    let rows: Vec<(Uuid, String, i64)> = sqlx::query_as(
        "SELECT id, slug, price_amount FROM product
         WHERE price_amount BETWEEN 499000 AND 501000 AND name_en = 'wardrobe' ORDER BY price_amount, id",
    )
    .fetch_all(shop.db.admin())
    .await
    .expect("units");
    let mut all: Vec<i64> = rows
        .iter()
        .map(|(_, slug, _)| slug[2..].parse().expect("a number"))
        .collect();
    assert!(all.len() > 4_500);
    let (found, short) = pages(&shop, &filter, Sort::Price).await;
    assert_eq!((found == all, found.len(), short), (true, all.len(), 0));
    all.reverse();
    let first = page(&shop, &filter, Sort::PriceDown, None).await;
    let second = page(&shop, &filter, Sort::PriceDown, first.next_cursor.as_deref()).await;
    assert_eq!([numbers(&first), numbers(&second)].concat(), all[..60]);
}

#[tokio::test]
async fn a_unit_is_found_by_its_slug_though_that_is_a_common_word() {
    let shop = shop().await;
    let best = page(&shop, &words("wardrobe"), Sort::Relevance, None).await;
    assert_eq!(best.items[0].slug, "wardrobe");
    assert_eq!(best.items[0].name.en, "table");
    let next = page(
        &shop,
        &words("wardrobe"),
        Sort::Relevance,
        best.next_cursor.as_deref(),
    )
    .await;
    let again = best.items[1..]
        .iter()
        .chain(&next.items)
        .any(|card| card.slug == "wardrobe");
    assert!(!again);
    // It has not the word; who asks for another order asks for words.
    let newest = page(&shop, &words("wardrobe"), Sort::Newest, None).await;
    assert_eq!(newest.items[0].slug, format!("u-{WARDROBES}"));
}
