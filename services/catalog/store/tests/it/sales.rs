//! What is bought together (CRT-1), and that an order counts once for as long as it is paid.

use catalog_store::{OrderEvents, ProductRef, count_sales, recommendations};
use contracts::catalog::RecommendationSource::{self, Orders, Similar};
use contracts::orders::OrderStatus::{self, Cancelled, Paid};
use events::{CloudEvent, Handler as _};
use futures_util::future::join_all;
use kernel::{Money, OrderId};

use crate::support::{Shop, assortment, order_event};

const PRODUCTS: &[(&str, &[(&str, i32)])] = &[
    ("table", &[("WOOD", 1)]),
    ("chair", &[("WOOD", 1)]),
    ("lamp", &[("WOOD", 1)]),
    ("stool", &[("WOOD", 1)]),
    ("bench", &[("STONE", 1)]),
];
const STOCK: &[(&str, &[i64])] = &[("WOOD", &[100_000]), ("STONE", &[0])];

async fn shop() -> Shop {
    Shop::with(PRODUCTS, STOCK).await
}

async fn sell(shop: &Shop, products: &[&str]) -> OrderId {
    let lines: Vec<(&str, i64)> = products.iter().map(|&slug| (slug, 1)).collect();
    let order = shop.reserve(&lines).await.order_id;
    shop.confirm(order).await.expect("reserved");
    order
}

async fn count(shop: &Shop) {
    while count_sales(&shop.internal, 100)
        .await
        .expect("the database answers")
        > 0
    {}
}

async fn goes_with(shop: &Shop, slug: &str) -> Vec<(String, RecommendationSource)> {
    let product = ProductRef::Slug(slug.to_owned());
    let found = recommendations(&shop.edge, &product).await.expect("read");
    let items = found.expect("there").items.into_iter();
    items.map(|item| (item.product.slug, item.source)).collect()
}

async fn slugs(shop: &Shop, slug: &str, source: RecommendationSource) -> Vec<String> {
    let all = goes_with(shop, slug).await.into_iter();
    all.filter(|(_, from)| *from == source)
        .map(|(slug, _)| slug)
        .collect()
}

/// Orders in all, with each product, with each two products in the order of their names.
async fn sums(shop: &Shop) -> (i64, Vec<(String, i64)>, Vec<(String, String, i64)>) {
    let total: i64 = sqlx::query_scalar("SELECT orders FROM sales_total")
        .fetch_one(shop.db.admin())
        .await
        .expect("a sum");
    let products = sqlx::query_as(
        "SELECT p.slug, s.orders FROM product_sales s JOIN product p ON p.id = s.product_id
         WHERE s.orders > 0 ORDER BY 1",
    );
    let pairs = sqlx::query_as(
        "SELECT a.slug, b.slug, s.orders FROM product_pair s
         JOIN product a ON a.id = s.product_id JOIN product b ON b.id = s.other_id
         WHERE a.slug < b.slug ORDER BY 1, 2",
    );
    (
        total,
        products.fetch_all(shop.db.admin()).await.expect("sums"),
        pairs.fetch_all(shop.db.admin()).await.expect("sums"),
    )
}

fn pair(a: &str, b: &str, orders: i64) -> (String, String, i64) {
    (a.to_owned(), b.to_owned(), orders)
}

/// The sums are those of the lines, and the lines are those of the paid orders.
async fn assert_counted(shop: &Shop) {
    for (wrong, sql) in [
        (
            "orders in all",
            "SELECT count(*) FROM sales_total
             WHERE orders <> (SELECT count(*) FROM reservation WHERE status = 'confirmed')",
        ),
        (
            "lines",
            "SELECT count(*) FROM (SELECT l.order_id, l.product_id FROM reservation_line l JOIN reservation r USING (order_id)
                                   WHERE r.status = 'confirmed' GROUP BY 1, 2) a
             FULL JOIN sale_line s USING (order_id, product_id) WHERE s.order_id IS NULL OR a.order_id IS NULL",
        ),
        (
            "products",
            "SELECT count(*) FROM (SELECT product_id, count(*) AS n FROM sale_line GROUP BY 1) a
             FULL JOIN product_sales s USING (product_id) WHERE coalesce(a.n, 0) <> coalesce(s.orders, 0)",
        ),
        (
            "pairs",
            "SELECT count(*) FROM (SELECT a.product_id, b.product_id AS other_id, count(*) AS n
                                   FROM sale_line a JOIN sale_line b ON b.order_id = a.order_id AND b.product_id <> a.product_id
                                   WHERE a.paired AND b.paired GROUP BY 1, 2) a
             FULL JOIN product_pair s USING (product_id, other_id) WHERE a.n IS DISTINCT FROM s.orders",
        ),
    ] {
        assert_eq!(shop.count(sql).await, 0, "{wrong}");
    }
}

async fn apply(shop: &Shop, events: &[CloudEvent]) {
    let handler = OrderEvents::new(shop.clock.shared());
    shop.internal
        .run("test_events", async |mut tx: pg::Tx| {
            let events: Vec<&CloudEvent> = events.iter().collect();
            handler.handle_batch(&mut tx, &events).await
        })
        .await
        .expect("handled");
}

fn event(shop: &Shop, order: OrderId, status: OrderStatus) -> CloudEvent {
    order_event(shop, order, status)
}

#[tokio::test]
async fn what_is_bought_together_more_often_than_by_chance_comes_first() {
    let shop = shop().await;
    // Everybody buys a lamp; the chair goes with the table.
    for _ in 0..3 {
        sell(&shop, &["table", "chair", "lamp"]).await;
    }
    for _ in 0..4 {
        sell(&shop, &["lamp", "stool"]).await;
        sell(&shop, &["lamp"]).await;
    }
    sell(&shop, &["table", "lamp"]).await;
    sell(&shop, &["table", "lamp"]).await;
    sell(&shop, &["stool"]).await;
    count(&shop).await;
    assert_counted(&shop).await;
    // Table and chair: 3 of 14 orders, 5 and 3 alone, lift 2.8. Table and lamp: 5, 5 and 13, lift 1.08.
    assert_eq!(slugs(&shop, "table", Orders).await, ["chair", "lamp"]);
    // Lamp and stool: 4, 13 and 5, lift 0.86: no recommendation.
    assert_eq!(slugs(&shop, "stool", Orders).await, [] as [&str; 0]);
    let all = goes_with(&shop, "table").await;
    assert_eq!(all.len(), 3);
    assert_eq!(
        all[2],
        ("stool".to_owned(), Similar),
        "filled up, without what is there"
    );
}

#[tokio::test]
async fn odd_orders_do_not_rule_and_the_rest_is_similar_and_in_stock() {
    let shop = shop().await;
    sell(&shop, &["table"]).await;
    for _ in 0..2 {
        sell(&shop, &["table", "chair"]).await;
    }
    sell(&shop, &["lamp"]).await;
    count(&shop).await;
    let found = goes_with(&shop, "table").await;
    assert!(found.iter().all(|(_, source)| *source == Similar), "{found:?}");
    let mut slugs: Vec<&str> = found.iter().map(|(slug, _)| slug.as_str()).collect();
    slugs.sort_unstable();
    assert_eq!(
        slugs,
        ["chair", "lamp", "stool"],
        "not the bench, which is out of stock"
    );
    let none = recommendations(&shop.edge, &ProductRef::Slug("no-such".to_owned())).await;
    assert!(none.expect("read").is_none());
}

#[tokio::test]
async fn what_is_not_sold_is_not_recommended_and_what_is_out_of_stock_comes_last() {
    let shop = Shop::with(
        &[
            ("table", &[("WOOD", 1)]),
            ("chair", &[("GLASS", 1)]),
            ("lamp", &[("WOOD", 1)]),
            ("shelf", &[("WOOD", 1)]),
        ],
        &[("WOOD", &[100]), ("GLASS", &[4])],
    )
    .await;
    for _ in 0..4 {
        sell(&shop, &["table", "chair", "lamp", "shelf"]).await;
    }
    sell(&shop, &["lamp"]).await;
    for _ in 0..3 {
        sell(&shop, &["shelf"]).await;
    }
    count(&shop).await;
    // Of 8 orders: chair 4, lamp 5, shelf 7.
    assert_eq!(slugs(&shop, "table", Orders).await, ["chair", "lamp", "shelf"]);
    shop.refresh().await;
    assert_eq!(
        slugs(&shop, "table", Orders).await,
        ["lamp", "shelf", "chair"],
        "the last chairs are sold"
    );
    let admin = shop.db.admin();
    for sql in [
        "UPDATE product SET deleted_at = now() WHERE slug = 'lamp'",
        "UPDATE product SET price_amount = NULL, price_currency = NULL WHERE slug = 'shelf'",
    ] {
        sqlx::query(sql).execute(admin).await.expect("changed");
    }
    assert_eq!(goes_with(&shop, "table").await, [("chair".to_owned(), Orders)]);
}

#[tokio::test]
async fn prices_colours_and_the_category_decide_what_is_similar() {
    let shop = Shop::empty().await;
    let mut all = assortment(
        &[
            ("this", &[("P10", 1)]),
            ("same-dear", &[("P90", 1)]),
            ("same-near", &[("P11", 1)]),
            ("pine-same-price", &[("P10", 1)]),
            ("cheap", &[("P2", 1)]),
            ("priceless", &[("UNKNOWN", 1)]),
        ],
        &[
            ("P10", &[9]),
            ("P90", &[9]),
            ("P11", &[9]),
            ("P2", &[9]),
            ("UNKNOWN", &[9]),
        ],
    );
    for component in &mut all.components {
        let amount: Option<i64> = component.sku.trim_start_matches('P').parse().ok();
        component.cost = amount.map(|amount| Money::rub(amount * 100_00));
    }
    all.colors.push(contracts::catalog::ColorContent {
        code: "pine".to_owned(),
        ..all.colors[0].clone()
    });
    all.products[3].color = "pine".to_owned();
    shop.import(&all).await;
    shop.refresh().await;
    assert_eq!(
        slugs(&shop, "this", Similar).await,
        ["same-near", "cheap", "same-dear"],
        "the colour goes before the price"
    );
    assert_eq!(
        slugs(&shop, "pine-same-price", Similar).await,
        ["this", "same-near", "cheap"],
        "the price where nothing has the colour"
    );
    assert_eq!(slugs(&shop, "priceless", Similar).await.len(), 3);
}

#[tokio::test]
async fn an_order_counts_once_and_not_at_all_when_its_money_went_back() {
    let shop = shop().await;
    let order = shop
        .reserve(&[("table", 2), ("chair", 1), ("table", 1)])
        .await
        .order_id;
    let paid = event(&shop, order, Paid);
    // The same event twice in a batch, and again later under another id.
    apply(&shop, &[paid.clone(), paid.clone()]).await;
    count(&shop).await;
    apply(&shop, &[event(&shop, order, Paid)]).await;
    count(&shop).await;
    let one = |slug: &str| (slug.to_owned(), 1);
    assert_eq!(
        sums(&shop).await,
        (
            1,
            vec![one("chair"), one("table")],
            vec![pair("chair", "table", 1)]
        )
    );
    apply(&shop, &[event(&shop, order, Cancelled)]).await;
    count(&shop).await;
    assert_eq!(sums(&shop).await, (0, vec![], vec![]));
    apply(&shop, &[paid]).await;
    count(&shop).await;
    assert_eq!(sums(&shop).await, (0, vec![], vec![]), "it was given up");
    assert_counted(&shop).await;

    // Cancelled before it was paid; paid and cancelled before it was ever counted.
    let (early, both) = (
        shop.reserve(&[("table", 1), ("lamp", 1)]).await.order_id,
        shop.reserve(&[("table", 1), ("lamp", 1)]).await.order_id,
    );
    apply(&shop, &[event(&shop, early, Cancelled)]).await;
    apply(&shop, &[event(&shop, early, Paid)]).await;
    apply(&shop, &[event(&shop, both, Paid)]).await;
    apply(&shop, &[event(&shop, both, Cancelled)]).await;
    count(&shop).await;
    assert_eq!(sums(&shop).await, (0, vec![], vec![]));
    assert_counted(&shop).await;
}

#[tokio::test]
async fn counting_while_orders_are_paid_and_refunded_loses_none() {
    let shop = shop().await;
    let all = ["table", "chair", "lamp", "stool"];
    let buy = async |number: usize| {
        let first = number % all.len();
        let order = sell(&shop, &[all[first], all[(first + 1 + number / 4 % 3) % 4]]).await;
        if number.is_multiple_of(3) {
            shop.release(order).await.expect("confirmed");
        }
    };
    let (..) = tokio::join!(
        join_all((0..48).map(buy)),
        join_all((0..24).map(async |_| count_sales(&shop.internal, 5).await.expect("counted"))),
    );
    count(&shop).await;
    assert_eq!(sums(&shop).await.0, 32);
    assert_counted(&shop).await;
    shop.assert_sound().await;
}

#[tokio::test]
async fn of_a_very_long_order_only_the_first_products_are_paired() {
    let slugs: Vec<String> = (0..30).map(|n| format!("p-{n:02}")).collect();
    let bill: &[(&str, i32)] = &[("WOOD", 1)];
    let products: Vec<(&str, &[(&str, i32)])> = slugs.iter().map(|slug| (slug.as_str(), bill)).collect();
    let shop = Shop::with(&products, &[("WOOD", &[1_000])]).await;
    let names: Vec<&str> = slugs.iter().map(String::as_str).collect();
    let order = sell(&shop, &names).await;
    count(&shop).await;
    let (total, sold, pairs) = sums(&shop).await;
    assert_eq!((total, sold.len(), pairs.len()), (1, 30, 190));
    assert!(
        pairs
            .iter()
            .all(|(a, b, _)| a.as_str() < "p-20" && b.as_str() < "p-20")
    );
    shop.release(order).await.expect("confirmed");
    count(&shop).await;
    assert_eq!(sums(&shop).await, (0, vec![], vec![]));
    assert_eq!(shop.count("SELECT count(*) FROM product_pair").await, 0);
}

#[tokio::test]
async fn one_counts_at_a_time_and_in_portions() {
    let shop = shop().await;
    for _ in 0..3 {
        sell(&shop, &["table"]).await;
    }
    let mut other = shop.db.admin().begin().await.expect("a transaction");
    sqlx::query("SELECT pg_advisory_xact_lock(x'636174616c6f6709'::bigint)")
        .execute(&mut *other)
        .await
        .expect("a lock");
    assert_eq!(count_sales(&shop.internal, 2).await.expect("nothing"), 0);
    other.rollback().await.expect("unlocked");
    for portion in [2, 1, 0] {
        assert_eq!(count_sales(&shop.internal, 2).await.expect("counted"), portion);
    }
    assert_eq!(sums(&shop).await.0, 3);
}
