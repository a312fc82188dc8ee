//! What a page reads does not grow with the assortment.

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use uuid::Uuid;

use crate::support::Shop;

/// Rows a page of thirty reads at least: thirty-one products, each with its availability.
const PAGE: u64 = 31 * 2;

async fn fill(shop: &Shop, from: i64, to: i64) {
    let sql = format!(
        "INSERT INTO category SELECT 'c' || n, n, n, n FROM generate_series(0, 7) n ON CONFLICT DO NOTHING;
         INSERT INTO color SELECT 'k' || n, n, n, '#000000', n FROM generate_series(0, 5) n ON CONFLICT DO NOTHING;
         INSERT INTO material SELECT 'm' || n, n, n, n FROM generate_series(0, 3) n ON CONFLICT DO NOTHING;
         INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
                              height_mm, width_mm, depth_mm, weight_g, price_amount, price_currency, created_at)
         SELECT gen_random_uuid(), 'p-' || n, 'стол ' || n, 'table ' || n, 'описание', 'description', 'c' || n % 8,
                'k' || n % 6, 'm' || n % 4, 1, 1, 1, 1, (hashint8(n) & 65535) * 1000, 'RUB',
                '2026-01-01Z'::timestamptz + n * interval '1 s'
         FROM generate_series({from}, {to}) n;
         INSERT INTO product_availability SELECT id, hashtext(slug) & 7 FROM product ON CONFLICT DO NOTHING"
    );
    let admin = shop.db.admin();
    sqlx::raw_sql(AssertSqlSafe(sql))
        .execute(admin)
        .await
        .expect("products");
    sqlx::raw_sql("VACUUM ANALYZE")
        .execute(admin)
        .await
        .expect("statistics");
}

/// The page's statements as the crate sends them, from its query cache.
fn pages() -> Vec<String> {
    let cache = concat!(env!("CARGO_MANIFEST_DIR"), "/.sqlx");
    std::fs::read_dir(cache)
        .expect("the cache of queries")
        .map(|file| std::fs::read_to_string(file.expect("an entry").path()).expect("a file"))
        .map(|json| {
            serde_json::from_str::<Value>(&json).expect("JSON")["query"]
                .as_str()
                .expect("a query")
                .to_owned()
        })
        .filter(|query| query.contains("FROM product p") && query.contains("LIMIT $3"))
        .collect()
}

/// Rows read of relations that grow with the assortment.
fn touched(plan: &Value) -> u64 {
    let number = |key: &str| plan[key].as_f64().unwrap_or(0.0);
    let own = match plan["Relation Name"].as_str() {
        Some("product" | "product_availability" | "product_image" | "media") => {
            let rows = number("Actual Rows")
                + number("Rows Removed by Filter")
                + number("Rows Removed by Join Filter");
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "small counts"
            )]
            let rows = (rows * number("Actual Loops")).ceil() as u64;
            rows
        }
        _ => 0,
    };
    let below = plan["Plans"]
        .as_array()
        .map_or(0, |plans| plans.iter().map(touched).sum());
    own + below
}

/// Lists: the last parameter of their statement, the values behind the first three, and the most rows they may read:
/// an index may have to pass by what the filters leave out, here seven of eight or twenty-seven of twenty-eight.
const LISTS: [(u8, &str, u64); 4] = [
    (3, "", PAGE),
    (4, ", 'c3'", 8 * PAGE),
    (10, ", NULL, 'c3', 'k3', NULL, true, NULL, NULL", 40 * PAGE),
    (10, ", NULL, NULL, NULL, 'm1', false, 1000000, NULL", 8 * PAGE),
];

fn parameters(page: &str) -> u8 {
    (1..=10)
        .rev()
        .find(|n| page.contains(&format!("${n}")))
        .unwrap_or(0)
}

/// Runs a statement often enough for the server to settle on a plan, and explains it.
async fn explain(conn: &mut PgConnection, query: &str, values: &str) -> u64 {
    let (start, id) = match (query.contains("timestamptz"), query.contains("DESC")) {
        (true, _) => ("'infinity'", Uuid::max()),
        (_, true) => ("9223372036854775807", Uuid::max()),
        _ => ("-1", Uuid::nil()),
    };
    let run = format!("EXECUTE page ({start}, '{id}', 31{values})");
    conn.execute(AssertSqlSafe(format!("PREPARE page AS {query}")))
        .await
        .expect("a sound statement");
    for _ in 0..8 {
        let page = conn.fetch_all(AssertSqlSafe(run.clone())).await.expect("a page");
        assert_eq!(page.len(), 31);
    }
    let explain = format!("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {run}");
    let plan: Value = sqlx::query_scalar(AssertSqlSafe(explain))
        .fetch_one(&mut *conn)
        .await
        .expect("a plan");
    conn.execute("DEALLOCATE page").await.expect("prepared");
    touched(&plan[0]["Plan"])
}

#[tokio::test]
async fn a_page_reads_as_many_rows_of_twenty_thousand_products_as_of_two_thousand() {
    let shop = Shop::empty().await;
    let pages = pages();
    assert_eq!(pages.len(), 9);
    let mut filled = 0;
    for size in [2_000, 20_000] {
        fill(&shop, filled + 1, size).await;
        filled = size;
        let mut conn = PgConnection::connect(&shop.db.url_for("catalog_edge"))
            .await
            .expect("the role may connect");
        for (last, values, most) in LISTS {
            for page in pages.iter().filter(|page| parameters(page) == last) {
                let rows = explain(&mut conn, page, values).await;
                assert!(rows <= most, "{rows} rows of {size} products: {page} ({values})");
            }
        }
    }
}
