//! Lists narrowed by price, in an assortment that the planner knows.

use catalog_store::{ProductFilter, Sort};
use contracts::catalog::ProductPage;
use kernel::PageSize;

use super::plans::plans;
use crate::counter::Counter;
use crate::support::{Shop, planning_once};

/// More units than are sorted at once, dear but for every thousandth, one a second.
const UNITS: i64 = 9_000;

async fn shop() -> Shop {
    let shop = Shop::empty().await;
    sqlx::raw_sql(
        "INSERT INTO category (code, name_ru, name_en, position) VALUES ('all', 'всё', 'all', 1);
         -- What is common has other keys than the category, and than each other.
         INSERT INTO color VALUES ('blue', 'синий', 'blue', '#0000ff', 2), ('red', 'красный', 'red', '#ff0000', 1);
         INSERT INTO material VALUES ('elm', 'вяз', 'elm', 3), ('ash', 'ясень', 'ash', 2), ('oak', 'дуб', 'oak', 1);
         INSERT INTO property VALUES ('finish', 'отделка', 'finish', 'choice', NULL, true, 1);
         INSERT INTO property_choice VALUES ('finish', 'oil', 'масло', 'oil', 1), ('finish', 'wax', 'воск', 'wax', 2);
         INSERT INTO category_property VALUES ('all', 'finish', true, 1)",
    )
    .execute(shop.db.admin())
    .await
    .expect("words");
    sqlx::query(
        "INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
                              height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency, created_at,
                              properties)
         SELECT gen_random_uuid(), 'u-' || n, 'стол', 'table', '', '', 'all',
                CASE WHEN n % 4000 = 0 THEN 'blue' ELSE 'red' END, CASE WHEN n % 4000 = 1 THEN 'ash' ELSE 'oak' END,
                1, 1, 1, 1,
                CASE WHEN n % 1000 = 0 THEN 500 ELSE 100000 + n END, 'RUB',
                timestamptz '2026-01-01Z' + n * interval '1 second',
                jsonb_build_object('finish', CASE WHEN n / 1000 % 3 = 0 THEN 'wax' ELSE 'oil' END)
         FROM generate_series(1, $1) n",
    )
    .bind(UNITS)
    .execute(shop.db.admin())
    .await
    .expect("units");
    sqlx::raw_sql(
        "INSERT INTO product_availability (product_id, available)
         SELECT id, 1 FROM product WHERE substr(slug, 3)::integer / 1000 % 2 = 0",
    )
    .execute(shop.db.admin())
    .await
    .expect("stock");
    catalog_store::rebuild_listings(&shop.owner)
        .await
        .expect("rebuilt");
    shop
}

fn cheap() -> ProductFilter {
    ProductFilter {
        category: Some("all".to_owned()),
        max_price: Some(1_000),
        ..ProductFilter::default()
    }
}

fn numbers(page: &ProductPage) -> Vec<i64> {
    let number = |slug: &str| slug.strip_prefix("u-").and_then(|number| number.parse().ok());
    page.items
        .iter()
        .map(|card| number(&card.slug).expect("a number"))
        .collect()
}

async fn page(pg: &pg::Pg, filter: &ProductFilter, cursor: Option<&str>) -> ProductPage {
    let words = catalog_store::listing_words(pg).await.expect("words");
    catalog_store::list_products(pg, &words, filter, Sort::Newest, cursor, PageSize::default())
        .await
        .expect("a page")
}

#[tokio::test]
async fn what_is_rare_by_its_price_is_read_by_its_price() {
    let shop = shop().await;
    let edge = Counter::before(&shop.db.url_for("catalog_edge")).await;
    let pg = edge.pg();
    let found = page(&pg, &cheap(), None).await;
    assert_eq!(
        numbers(&found),
        [9_000, 8_000, 7_000, 6_000, 5_000, 4_000, 3_000, 2_000, 1_000]
    );
    assert_eq!(found.next_cursor, None);
    // The words, the counts, what has the price, the cards.
    assert_eq!(edge.take(), 4);
    // All that matches has been read, so it is counted.
    assert_eq!(found.facets.total, 9);
    let colors: Vec<(&str, i64)> = found
        .facets
        .colors
        .iter()
        .map(|color| (&*color.code, color.count))
        .collect();
    assert_eq!(colors, [("red", 7), ("blue", 2)]);
    let blue = ProductFilter {
        color: Some("blue".to_owned()),
        ..cheap()
    };
    assert_eq!(numbers(&page(&pg, &blue, None).await), [8_000, 4_000]);
}

/// Whatever is wanted that is more common than such prices: by the index of prices alone, or by looking up.
#[tokio::test]
async fn of_what_is_rare_by_its_price_nothing_that_fits_is_passed_by() {
    let shop = shop().await;
    let waxed = vec![("finish".to_owned(), "wax".to_owned())];
    for (filter, expected) in [
        (
            ProductFilter {
                properties: waxed.clone(),
                ..cheap()
            },
            vec![9_000, 6_000, 3_000],
        ),
        (
            ProductFilter {
                available: true,
                ..cheap()
            },
            vec![8_000, 6_000, 4_000, 2_000],
        ),
        (
            ProductFilter {
                available: true,
                properties: waxed.clone(),
                ..cheap()
            },
            vec![6_000],
        ),
        (
            ProductFilter {
                color: Some("red".to_owned()),
                available: true,
                ..cheap()
            },
            vec![6_000, 2_000],
        ),
        (
            ProductFilter {
                color: Some("red".to_owned()),
                properties: waxed.clone(),
                ..cheap()
            },
            vec![9_000, 6_000, 3_000],
        ),
        (
            ProductFilter {
                material: Some("oak".to_owned()),
                available: true,
                ..cheap()
            },
            vec![8_000, 6_000, 4_000, 2_000],
        ),
        (
            ProductFilter {
                material: Some("oak".to_owned()),
                properties: waxed,
                ..cheap()
            },
            vec![9_000, 6_000, 3_000],
        ),
    ] {
        let found = page(&shop.edge, &filter, None).await;
        assert_eq!(numbers(&found), expected, "{filter:?}");
        let total = i64::try_from(expected.len()).expect("some");
        assert_eq!(found.facets.total, total, "{filter:?}");
        assert_eq!(found.next_cursor, None, "{filter:?}");
    }
}

/// In a category with others below it, what has a price is read of each of these, and no unit of another colour or material.
#[tokio::test]
async fn below_a_branch_prices_are_read_by_kind() {
    let shop = shop().await;
    for statement in [
        "INSERT INTO category (code, name_ru, name_en, position)
         VALUES ('home', 'дом', 'home', 2), ('yard', 'двор', 'yard', 3)",
        "INSERT INTO category (code, name_ru, name_en, parent, position)
         VALUES ('few', 'немного', 'few', 'home', 2)",
        "UPDATE category SET parent = 'home' WHERE code = 'all'",
    ] {
        let done = sqlx::query(statement).execute(shop.db.admin()).await;
        done.expect("a category");
    }
    // Of the cheap ones, which end with three zeros, some are of either kind.
    shop.alter(
        "UPDATE product SET category = CASE WHEN substr(slug, 3)::integer % 2000 = 0 THEN 'few' ELSE 'yard' END
         WHERE substr(slug, 3)::integer % 2000 = 0 OR substr(slug, 3)::integer % 1000 IN (1, 2)",
    )
    .await;
    // What is dear: blue is not in the house alone, and not all that is in the house is of oak.
    shop.alter(
        "UPDATE product SET color = CASE category WHEN 'yard' THEN 'blue' ELSE color END, material = 'ash'
         WHERE substr(slug, 3)::integer % 1000 = 2 OR slug = 'u-3'",
    )
    .await;
    catalog_store::rebuild_listings(&shop.owner)
        .await
        .expect("rebuilt");
    let pg = planning_once(&shop.db.url_for("catalog_edge"));
    let waxed = vec![("finish".to_owned(), "wax".to_owned())];
    let some = |code: &str| Some(code.to_owned());
    let in_house = ProductFilter {
        category: some("home"),
        ..cheap()
    };
    for (color, material, properties, expected) in [
        (some("blue"), None, vec![], vec![8_000, 4_000]),
        (
            some("red"),
            None,
            vec![],
            vec![9_000, 7_000, 6_000, 5_000, 3_000, 2_000, 1_000],
        ),
        (None, some("oak"), waxed.clone(), vec![9_000, 6_000, 3_000]),
        (some("red"), some("oak"), waxed, vec![9_000, 6_000, 3_000]),
        (
            None,
            some("oak"),
            vec![],
            (1..=9).rev().map(|n| n * 1_000).collect(),
        ),
    ] {
        let filter = ProductFilter {
            color,
            material,
            properties,
            ..in_house.clone()
        };
        let found = page(&pg, &filter, None).await;
        assert_eq!(numbers(&found), expected, "{filter:?}");
    }
    let read = plans(&pg, "%category = kind%").await;
    let by = |index: &str| {
        let with = |(_, plan): &&(String, String)| plan.contains(&format!("using {index} on listing"));
        read.iter().filter(with).count()
    };
    assert_eq!(
        (
            by("listing_category_color_by_price"),
            by("listing_category_material_by_price"),
            read.len()
        ),
        (2, 2, 4),
        "{read:?}"
    );
}

#[tokio::test]
async fn more_than_the_planner_knows_of_are_listed_all_the_same() {
    let shop = shop().await;
    // Not analysed again, as long as this takes.
    sqlx::query("ALTER TABLE listing SET (autovacuum_enabled = off)")
        .execute(shop.db.admin())
        .await
        .expect("set");
    shop.alter("UPDATE product SET price_amount = 600 WHERE substr(slug, 3)::integer <= 4500")
        .await;
    let (mut found, mut short, mut cursor) = (Vec::new(), 0, None);
    loop {
        let next = page(&shop.edge, &cheap(), cursor.as_deref()).await;
        found.extend(numbers(&next));
        cursor = next.next_cursor;
        assert!(found.len() <= 4_505 && short < 9, "pages without end");
        if cursor.is_none() {
            break;
        }
        short += usize::from(next.items.len() < 30);
    }
    let all: Vec<i64> = (1..=UNITS)
        .rev()
        .filter(|n| *n <= 4_500 || n % 1_000 == 0)
        .collect();
    assert_eq!(found, all);
}
