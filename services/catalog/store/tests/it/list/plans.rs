//! How PostgreSQL carries out walks, as its plans say.

use catalog_store::{ProductFilter, Sort};
use kernel::PageSize;
use pg::Pg;
use sqlx::Row as _;

use super::items::Kinds;
use crate::support::{Shop, planning_once};

/// A tenth of the units have the rarer colour, a tenth the rarer material, a tenth the rarer finish, two thirds are in the
/// branch, half of those in its leaf. Of the leaf's, more have the rarer colour, or material, than are gathered.
pub(super) async fn shop() -> Shop {
    let shop = Shop::empty().await;
    sqlx::raw_sql(
        "INSERT INTO category (code, name_ru, name_en, parent, position)
         VALUES ('rest', 'прочее', 'rest', NULL, 1), ('branch', 'ветвь', 'branch', NULL, 2),
                ('leaf', 'лист', 'leaf', 'branch', 1), ('other', 'другое', 'other', 'branch', 2);
         INSERT INTO color VALUES ('red', 'красный', 'red', '#ff0000', 1), ('blue', 'синий', 'blue', '#0000ff', 2);
         INSERT INTO material VALUES ('oak', 'дуб', 'oak', 1), ('ash', 'ясень', 'ash', 2);
         -- The largest keys there may be; the rarer finish has the mark of one that is rarer still.
         INSERT INTO property (code, name_ru, name_en, kind, filterable, position, key) OVERRIDING SYSTEM VALUE
         VALUES ('finish', 'отделка', 'finish', 'choice', true, 1, 1048575);
         INSERT INTO property_choice (property, code, name_ru, name_en, position, key) OVERRIDING SYSTEM VALUE
         VALUES ('finish', 'oil', 'масло', 'oil', 1, 1048500), ('finish', 'wax', 'воск', 'wax', 2, 1048575),
                ('finish', 'tar', 'дёготь', 'tar', 3, 1048512);
         INSERT INTO property (code, name_ru, name_en, kind, unit, filterable, position)
         VALUES ('shelves', 'полок', 'shelves', 'number', 'pcs', true, 2);
         INSERT INTO category_property VALUES ('rest', 'finish', true, 1), ('branch', 'finish', true, 1),
                ('rest', 'shelves', false, 2), ('branch', 'shelves', false, 2)",
    )
    .execute(shop.db.admin())
    .await
    .expect("words");
    let kinds = Kinds {
        category: "CASE n % 3 WHEN 0 THEN 'leaf' WHEN 1 THEN 'other' ELSE 'rest' END",
        color: "CASE WHEN n % 10 = 0 THEN 'blue' ELSE 'red' END",
        material: "CASE WHEN n % 10 = 1 THEN 'ash' ELSE 'oak' END",
        properties: "jsonb_build_object(
            'finish', CASE WHEN n % 10 = 2 THEN 'wax' WHEN n % 20 = 3 THEN 'tar' ELSE 'oil' END,
            'shelves', n % 8)",
    };
    kinds.fill(&shop, 12_000).await;
    shop
}

fn filters() -> [ProductFilter; 7] {
    let all = ProductFilter::default;
    let some = |code: &str| Some(code.to_owned());
    [
        all(),
        ProductFilter {
            category: some("branch"),
            ..all()
        },
        ProductFilter {
            category: some("leaf"),
            ..all()
        },
        ProductFilter {
            color: some("blue"),
            ..all()
        },
        ProductFilter {
            material: some("ash"),
            ..all()
        },
        ProductFilter {
            category: some("leaf"),
            color: some("blue"),
            ..all()
        },
        ProductFilter {
            category: some("leaf"),
            material: some("ash"),
            ..all()
        },
    ]
}

pub(super) fn finished(with: &str) -> Vec<(String, String)> {
    vec![("finish".to_owned(), with.to_owned())]
}

/// The indexes that a walk is to follow: for its page, and, unless they are known, for both ends of the prices.
fn indexes(statement: &str) -> Vec<String> {
    let of = ["root", "category", "color", "material"]
        .into_iter()
        .filter(|of| (15..=16).any(|key| statement.contains(&format!("l.{of} = ${key}"))));
    let of: Vec<&str> = ["listing"].into_iter().chain(of).collect();
    let of = of.join("_");
    let order = if statement.contains("l.created_at AS sort_key") {
        "created"
    } else if statement.contains("coalesce(l.price, -1) AS sort_key") {
        "price_down"
    } else {
        "price"
    };
    let mut orders = vec![order];
    if !statement.contains("NULL::bigint AS low") {
        orders.extend(["price", "price_down"]);
    }
    orders
        .into_iter()
        .map(|order| format!("{of}_by_{order}"))
        .collect()
}

/// Statements of the one connection that are like a pattern, with their plans.
pub(super) async fn plans(pg: &Pg, like: &str) -> Vec<(String, String)> {
    let mut conn = pg.pool().acquire().await.expect("the connection");
    let statements = sqlx::query(
        "SELECT name, statement, cardinality(parameter_types) AS parameters FROM pg_prepared_statements
         WHERE statement LIKE $1",
    )
    .bind(like)
    .fetch_all(&mut *conn)
    .await
    .expect("statements");
    let mut plans = Vec::new();
    for row in statements {
        let (name, statement): (String, String) = (row.get("name"), row.get("statement"));
        let nulls = vec!["NULL"; usize::try_from(row.get::<i32, _>("parameters")).expect("some")];
        let explain = format!("EXPLAIN (COSTS OFF) EXECUTE {name} ({})", nulls.join(", "));
        let lines = sqlx::raw_sql(sqlx::AssertSqlSafe(explain))
            .fetch_all(&mut *conn)
            .await
            .expect("a plan");
        let plan: Vec<String> = lines.iter().map(|line| line.get(0)).collect();
        plans.push((statement, plan.join("\n")));
    }
    plans
}

/// A walk that sorts, or reads the table, takes a hundred times as long at a million units, and passes every other test.
#[tokio::test]
async fn every_walk_follows_its_index_and_sorts_nothing() {
    let shop = shop().await;
    let pg = planning_once(&shop.db.url_for("catalog_edge"));
    for sort in [Sort::Newest, Sort::Price, Sort::PriceDown] {
        // Of new words no prices are known; when a list is asked for once more they are, also for some of it.
        let words = catalog_store::listing_words(&pg).await.expect("words");
        let oiled = |filter: &ProductFilter| ProductFilter {
            properties: finished("oil"),
            ..filter.clone()
        };
        for filter in filters()
            .into_iter()
            .flat_map(|filter| [filter.clone(), filter.clone(), oiled(&filter)])
        {
            let page =
                catalog_store::list_products(&pg, &words, &filter, sort, None, PageSize::default()).await;
            assert!(page.expect("a page").next_cursor.is_some(), "{filter:?}");
        }
    }

    // Escaped, so that this question is not among its own answers.
    let walks = plans(&pg, "%AS sort\\_key%").await;
    assert_eq!(
        walks.len(),
        63,
        "each list in each order: without prices, with them, and with values"
    );
    for (statement, plan) in walks {
        for index in indexes(&statement) {
            let followed = format!("Index Only Scan using {index} on");
            assert!(plan.contains(&followed), "{index}: {statement}\n{plan}");
        }
        if statement.contains("facet_value") {
            assert!(
                plan.contains("Index Scan using facet_value_by_mark"),
                "{statement}\n{plan}"
            );
        }
        for other in ["Sort", "Seq Scan on listing", "Bitmap", "Gather"] {
            assert!(!plan.contains(other), "{other}: {statement}\n{plan}");
        }
    }
}

/// Lists alone are more statements than sqlx keeps by itself; one that is forgotten is planned again.
#[tokio::test]
async fn no_plan_is_forgotten() {
    let shop = Shop::empty().await;
    let pg = planning_once(&shop.db.url_for("catalog_edge"));
    let mut conn = pg.pool().acquire().await.expect("the connection");
    for n in 0..300 {
        let statement = sqlx::AssertSqlSafe(format!("SELECT {n}"));
        sqlx::query(statement)
            .execute(&mut *conn)
            .await
            .expect("a number");
    }
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_prepared_statements")
        .fetch_one(&mut *conn)
        .await
        .expect("a count");
    assert!(kept >= 300, "{kept}");
}
