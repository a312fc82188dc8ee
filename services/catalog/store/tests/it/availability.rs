use catalog_store::{ProductFilter, ProductRef, Refreshed, Sort};
use contracts::catalog::StockCorrection;
use kernel::PageSize;
use pg::Pg;

use crate::counter::Counter;
use crate::support::{Shop, assortment};

const PRODUCTS: &[(&str, &[(&str, i32)])] = &[("table", &[("LEG", 4), ("TOP", 1)]), ("stool", &[("LEG", 3)])];
const STOCK: &[(&str, &[i64])] = &[("LEG", &[9, 8]), ("TOP", &[2, 0, 7])];

/// What lists show, by slug.
async fn shown(shop: &Shop) -> Vec<(String, i64)> {
    let words = catalog_store::listing_words(&shop.edge).await.expect("words");
    let page = catalog_store::list_products(
        &shop.edge,
        &words,
        &ProductFilter::default(),
        Sort::Newest,
        None,
        PageSize::default(),
    )
    .await
    .expect("a page");
    let mut shown: Vec<_> = page
        .items
        .into_iter()
        .map(|card| (card.slug, card.available))
        .collect();
    shown.sort_unstable();
    shown
}

fn expected(stool: i64, table: i64) -> Vec<(String, i64)> {
    vec![("stool".to_owned(), stool), ("table".to_owned(), table)]
}

#[tokio::test]
async fn lists_follow_each_change_of_stock_when_the_queue_is_worked_off() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    assert_eq!(shown(&shop).await, expected(5, 4));
    let order = shop.reserve(&[("stool", 3)]).await.order_id;
    assert_eq!(shown(&shop).await, expected(5, 4));
    shop.refresh().await;
    assert_eq!(shown(&shop).await, expected(2, 2));
    shop.confirm(order).await.expect("reserved");
    shop.refresh().await;
    assert_eq!(shown(&shop).await, expected(2, 2));
    shop.release(order).await.expect("confirmed");
    shop.refresh().await;
    assert_eq!(shown(&shop).await, expected(5, 4));
}

#[tokio::test]
async fn the_product_itself_always_shows_the_stock_of_the_moment() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    shop.reserve(&[("stool", 3)]).await;
    let table = ProductRef::Slug("table".to_owned());
    let now = catalog_store::availability(&shop.edge, &table)
        .await
        .expect("read")
        .expect("there");
    let by_warehouse: Vec<_> = now.warehouses.iter().map(|w| (&*w.code, w.available)).collect();
    // Nine legs of MSK are held, so only parts from two warehouses together make tables.
    assert_eq!(
        (now.total, by_warehouse),
        (2, vec![("MSK", 0), ("SPB", 0), ("EKB", 0)])
    );
    let detail = catalog_store::product(&shop.edge, &table)
        .await
        .expect("read")
        .expect("there");
    assert_eq!(detail.availability, now);
    assert_eq!(detail.card.available, 2);
    let summaries = catalog_store::lookup(&shop.internal, &[detail.card.id])
        .await
        .expect("read");
    assert_eq!(summaries[0].available, 2);
}

#[tokio::test]
async fn changes_are_worked_off_in_portions_and_by_one_at_a_time() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    for _ in 0..3 {
        shop.reserve(&[("stool", 1)]).await;
    }
    let mut other = shop.db.admin().begin().await.expect("a transaction");
    sqlx::query("SELECT pg_advisory_xact_lock(x'636174616c6f6701'::bigint)")
        .execute(&mut *other)
        .await
        .expect("a lock");
    let refreshed = catalog_store::refresh_availability(&shop.internal, 2).await;
    assert_eq!(refreshed.expect("the database answers"), Refreshed::default());
    other.rollback().await.expect("unlocked");
    for portion in [2, 1, 0] {
        let refreshed = catalog_store::refresh_availability(&shop.internal, 2).await;
        assert_eq!(refreshed.expect("the database answers").changes, portion);
    }
    assert_eq!(shown(&shop).await, expected(2, 2));
}

#[tokio::test]
async fn a_bill_that_changes_changes_what_is_available() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    shop.import(&assortment(&[("table", &[]), ("stool", &[("TOP", 2)])], STOCK))
        .await;
    shop.refresh().await;
    assert_eq!(shown(&shop).await, expected(4, 0));
    assert_eq!(shop.violations().await, []);
}

#[tokio::test]
async fn a_change_of_what_is_plenty_computes_no_unit_however_many_have_it() {
    let names: Vec<(String, String)> = (0..300)
        .map(|n| (format!("unit-{n}"), format!("BOARD-{n}")))
        .collect();
    let bills: Vec<Vec<(&str, i32)>> = names
        .iter()
        .map(|(_, board)| vec![("SCREW", 8), (&**board, 1)])
        .collect();
    let products: Vec<(&str, &[(&str, i32)])> = names
        .iter()
        .zip(&bills)
        .map(|((slug, _), bill)| (&**slug, &**bill))
        .collect();
    let mut stock: Vec<(&str, &[i64])> = names
        .iter()
        .map(|(_, board)| (&**board, &[3_i64, 2][..]))
        .collect();
    stock.push(("SCREW", &[9_000, 600]));
    let shop = Shop::with(&products, &stock).await;
    shop.assert_sound().await;
    // One unit is concerned, by its board; its screws are in all of them.
    for left in (0..5).rev() {
        shop.reserve(&[("unit-7", 1)]).await;
        let done = catalog_store::refresh_availability(&shop.internal, 100)
            .await
            .expect("refreshed");
        assert_eq!((done.changes, done.units), (1, 1));
        let shown = shop
            .count(
                "SELECT available FROM product_availability a JOIN product p ON p.id = a.product_id
                 WHERE slug = 'unit-7'",
            )
            .await;
        assert_eq!(shown, left);
    }
    shop.assert_sound().await;

    // Until screws become scarce: then those with more than the screws are enough for are.
    take_away(&shop, "MSK", 8_950).await;
    let done = catalog_store::refresh_availability(&shop.internal, 100)
        .await
        .expect("refreshed");
    assert_eq!(
        (done.changes, done.units, done.more),
        (1, 0, false),
        "610 are plenty"
    );
    take_away(&shop, "SPB", 580).await;
    let done = catalog_store::refresh_availability(&shop.internal, 100)
        .await
        .expect("refreshed");
    assert_eq!((done.changes, done.units, done.more), (1, 200, true), "a portion");
    shop.refresh().await;
    shop.assert_sound().await;
    let most = shop
        .count("SELECT max(available) FROM product_availability")
        .await;
    assert_eq!(most, 3, "30 screws");
}

/// Works the queues off once, and answers how many statements that took.
async fn statements(counter: &Counter, pg: &Pg) -> (Refreshed, usize) {
    counter.take();
    let done = catalog_store::refresh_availability(pg, 100)
        .await
        .expect("refreshed");
    (done, counter.take())
}

#[tokio::test]
async fn what_there_is_less_of_is_shown_without_a_look_at_bills() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    let counter = Counter::before(&shop.db.url_for("catalog_internal")).await;
    let pg = counter.pg();
    assert_eq!(statements(&counter, &pg).await.1, 4, "nothing to do");
    let stools = shop.reserve(&[("stool", 3)]).await.order_id;
    let (done, taken) = statements(&counter, &pg).await;
    assert_eq!(
        (done.units, taken),
        (2, 5),
        "begin, lock, queue, what is less, commit"
    );
    assert_eq!(shown(&shop).await, expected(2, 2));
    shop.assert_sound().await;

    // What is not there any more is gone from what can be bought.
    let tables = shop.reserve(&[("table", 2)]).await.order_id;
    let (done, taken) = statements(&counter, &pg).await;
    assert_eq!((done.units, taken), (2, 5));
    assert_eq!(shown(&shop).await, expected(0, 0));
    shop.relist().await;
    shop.assert_listed().await;
    shop.assert_sound().await;

    // Of more, bills tell how many that is.
    for order in [stools, tables] {
        shop.release(order).await.expect("reserved");
    }
    let (done, taken) = statements(&counter, &pg).await;
    assert_eq!(done.units, 2);
    assert!(taken > 5, "{taken} statements");
    assert_eq!(shown(&shop).await, expected(5, 4));
    shop.assert_sound().await;
}

#[tokio::test]
async fn what_something_can_stand_for_is_computed_from_its_bill() {
    let shop = Shop::with(PRODUCTS, STOCK).await;
    // Two parts that each other's components can stand for: 17 legs and 9 tops, of which a unit needs five in all.
    sqlx::raw_sql(
        "UPDATE product_part p SET substitutes = ARRAY[c.id] FROM component c, product u
         WHERE u.id = p.product_id AND u.slug = 'table' AND c.sku IN ('LEG', 'TOP') AND c.id <> p.component_id;
         INSERT INTO stale_unit (product_id) SELECT id FROM product WHERE slug = 'table'",
    )
    .execute(shop.db.admin())
    .await
    .expect("substitutes");
    shop.refresh().await;
    shop.assert_sound().await;
    assert_eq!(shown(&shop).await, expected(5, 5));
    // As if one component alone limited it, as a version may have thought.
    sqlx::raw_sql(
        "UPDATE product_availability a SET limited_by = ARRAY[c.id] FROM component c, product u
         WHERE u.id = a.product_id AND u.slug = 'table' AND c.sku = 'LEG'",
    )
    .execute(shop.db.admin())
    .await
    .expect("a limit");
    shop.reserve(&[("stool", 2)]).await;
    shop.refresh().await;
    // Eleven legs alone would be two tables; twenty pieces are four.
    assert_eq!(shown(&shop).await, expected(3, 4));
    shop.assert_sound().await;
}

#[tokio::test]
async fn more_units_than_are_written_at_once_are_worked_off_all_the_same() {
    let names: Vec<String> = (0..1_100).map(|n| format!("unit-{n}")).collect();
    let products: Vec<(&str, &[(&str, i32)])> =
        names.iter().map(|name| (&**name, &[("SCREW", 1)][..])).collect();
    let shop = Shop::with(&products, &[("SCREW", &[3_000, 2_000])]).await;
    let counter = Counter::before(&shop.db.url_for("catalog_internal")).await;
    let pg = counter.pg();
    take_away(&shop, "MSK", 10).await;
    let (done, taken) = statements(&counter, &pg).await;
    assert_eq!((done.changes, done.units, done.more), (1, 1_100, false));
    assert!(taken > 5, "{taken} statements: not all in one transaction");
    for extreme in [
        "SELECT min(available) FROM product_availability",
        "SELECT max(available) FROM product_availability",
    ] {
        assert_eq!(shop.count(extreme).await, 4_990, "{extreme}");
    }
    shop.assert_sound().await;
}

/// Corrects the screws of a warehouse down.
async fn take_away(shop: &Shop, warehouse: &str, pieces: i64) {
    let correction = StockCorrection {
        component_id: shop.component("SCREW").await,
        warehouse: warehouse.to_owned(),
        delta: -pieces,
        reason: "counted".to_owned(),
    };
    catalog_store::correct_stock(
        &shop.staff,
        &shop.clock,
        &shop.subscriptions,
        "ivanov",
        warehouse,
        &correction,
    )
    .await
    .expect("they are free");
}
