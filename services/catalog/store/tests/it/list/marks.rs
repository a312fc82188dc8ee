//! What the marks in the indexes of walks spare.

use catalog_store::{ProductFilter, Sort};
use kernel::PageSize;
use pg::Pg;

use super::plans::{finished, shop};
use crate::support::{Shop, planning_once};

/// How often rows of lists have been looked up by unit.
async fn looked_up(shop: &Shop, pg: &Pg) -> i64 {
    // Counts of one connection reach the others when it has nothing else to do.
    let mut conn = pg.pool().acquire().await.expect("the connection");
    for flush in [
        "SELECT pg_stat_force_next_flush()",
        "SELECT pg_stat_clear_snapshot()",
    ] {
        sqlx::raw_sql(flush).execute(&mut *conn).await.expect("flushed");
    }
    shop.count(
        "SELECT sum(idx_scan)::bigint FROM pg_stat_user_indexes
         WHERE indexrelname IN ('listing_pkey', 'listing_by_hash')",
    )
    .await
}

/// How many units of a finish are on the first page, and how many were looked up for it. It has nothing but the newest of
/// those whose number is one of the finish's.
async fn found(shop: &Shop, pg: &Pg, finish: &str, is_of_it: fn(i32) -> bool) -> (i64, i64) {
    found_with(shop, pg, finished(finish), is_of_it).await
}

async fn found_with(
    shop: &Shop,
    pg: &Pg,
    properties: Vec<(String, String)>,
    is_of_it: fn(i32) -> bool,
) -> (i64, i64) {
    let words = catalog_store::listing_words(pg).await.expect("words");
    let filter = ProductFilter {
        properties,
        ..ProductFilter::default()
    };
    let all: Vec<String> = (1..=12_000)
        .rev()
        .filter(|n| is_of_it(*n))
        .map(|n| format!("u-{n}"))
        .collect();
    let before = looked_up(shop, pg).await;
    let page =
        catalog_store::list_products(pg, &words, &filter, Sort::Newest, None, PageSize::default()).await;
    let items = page.expect("a page").items.into_iter();
    let slugs: Vec<String> = items.map(|card| card.slug).collect();
    assert!(slugs.len() >= 20 && all.starts_with(&slugs), "{slugs:?}");
    let units = i64::try_from(slugs.len()).expect("a page");
    (units, looked_up(shop, pg).await - before)
}

/// Runs statements as the superuser. What they look up is counted now, not with what is looked up later.
async fn run(shop: &Shop, sql: &'static str) {
    let mut conn = shop.db.admin().acquire().await.expect("a connection");
    for statement in [sql, "SELECT pg_stat_force_next_flush()"] {
        let done = sqlx::raw_sql(statement).execute(&mut *conn).await;
        done.expect("a statement that fits");
    }
}

/// What has another value is told by the marks in the index: with a tenth that has the one wanted, a page would take
/// looking up 300 units. What has the same marks and not the value is looked up, and left out.
#[tokio::test]
async fn what_has_other_marks_is_not_looked_up() {
    let shop = shop().await;
    let pg = planning_once(&shop.db.url_for("catalog_edge"));
    let waxed = async || found(&shop, &pg, "wax", |n| n % 10 == 2).await;
    let marked = waxed().await;
    let (units, times) = marked;
    // Those of the page, the one after it, and those with tar between them: half as many.
    let least = units + units / 2 - 2;
    assert!((least..least + 6).contains(&times), "{times} for {units}");

    let unmarked = async || {
        shop.count("SELECT count(*) FROM listing WHERE marks IS DISTINCT FROM listing_marks(props)")
            .await
    };
    // Nobody has come to these rows yet: all are looked up.
    run(
        &shop,
        "ALTER TABLE listing DISABLE TRIGGER marked; UPDATE listing SET marks = NULL",
    )
    .await;
    run(&shop, "ALTER TABLE listing ENABLE TRIGGER marked").await;
    let (units, times) = waxed().await;
    assert!(times >= 9 * units, "{times} for {units}");
    // Also for a value that alone has its mark.
    let (units, times) = found(&shop, &pg, "oil", |n| n % 10 != 2 && n % 20 != 3).await;
    assert!(times > units, "{times} for {units}");
    // A version writes some that knows nothing of marks, and the migration marks the others.
    run(&shop, "UPDATE listing SET props = props WHERE color = 2").await;
    assert_eq!(unmarked().await, 10_800);
    run(&shop, include_str!("../../../migrations/0034_marks_filled.sql")).await;
    assert_eq!(unmarked().await, 0);
    assert_eq!(waxed().await, marked);
}

/// A value that alone has its mark needs no look-up, until a unit has another one with this mark, and from then on at once.
#[tokio::test]
async fn who_has_a_mark_of_one_value_is_not_looked_up() {
    let shop = shop().await;
    let pg = planning_once(&shop.db.url_for("catalog_edge"));
    let oiled = async || found(&shop, &pg, "oil", |n| n % 10 != 2 && n % 20 != 3 && n % 100 != 50).await;
    run(
        &shop,
        "INSERT INTO property_choice (property, code, name_ru, name_en, position, key) OVERRIDING SYSTEM VALUE
         VALUES ('finish', 'lye', 'щёлок', 'lye', 4, 1048437), ('finish', 'rot', 'гниль', 'rot', 5, 1048438)",
    )
    .await;
    // Rot has a mark of its own.
    let with = async |finish: &'static str| {
        sqlx::query(
            "UPDATE product SET properties = properties || jsonb_build_object('finish', $1::text)
             WHERE substr(slug, 3)::integer % 100 = 50",
        )
        .bind(finish)
        .execute(shop.db.admin())
        .await
        .expect("units");
        shop.alter("UPDATE product SET slug = slug WHERE false").await;
    };
    with("rot").await;
    let (units, times) = oiled().await;
    assert_eq!((units, times), (30, 0));
    with("lye").await;
    let (units, times) = oiled().await;
    assert!(units == 30 && times > 30, "{times} for {units}");
    with("rot").await;
    assert_eq!(oiled().await, (30, 0));
    shop.assert_listed().await;

    // The mark says nothing of numbers.
    let shelved = [finished("oil"), vec![("shelves.min".to_owned(), "6".to_owned())]].concat();
    let (_, times) = found_with(&shop, &pg, shelved, |n| {
        n % 10 != 2 && n % 20 != 3 && n % 100 != 50 && n % 8 >= 6
    })
    .await;
    assert!(times > 30, "{times}");
    let equal =
        "SELECT count(*) FROM unnest(ARRAY[0, 1, 1048575, 1048576, 1099511627775, 66060288, 5242887]) term
                 WHERE listing_marks(ARRAY[term]) = 1::bigint << value_mark(term)";
    assert_eq!(shop.count(equal).await, 7, "both functions tell marks alike");

    // Two values with one mark: each of many units has it, and none has both.
    let words = catalog_store::listing_words(&pg).await.expect("words");
    let both = ProductFilter {
        properties: [finished("wax"), finished("tar")].concat(),
        ..ProductFilter::default()
    };
    let page =
        catalog_store::list_products(&pg, &words, &both, Sort::Newest, None, PageSize::default()).await;
    let items = page.expect("a page").items;
    assert!(items.is_empty(), "{items:?}");
}
