//! What the roles may not do, tried with connections of theirs (INF-3, SEC-1).

use pg::{DatabaseSpec, sql_state};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use test_support::TestDb;

use crate::support::{CATALOG, Shop, role};

const ASSORTMENT: [&str; 11] = [
    "category",
    "color",
    "material",
    "warehouse",
    "component",
    "product",
    "bill_line",
    "media",
    "product_image",
    "document",
    "product_document",
];
const DENIED: &str = "42501";

async fn connect(shop: &Shop, role: &str) -> PgConnection {
    PgConnection::connect(&shop.db.url_for(role))
        .await
        .expect("the role may connect")
}

async fn assert_denied(conn: &mut PgConnection, statement: String) {
    let error = conn
        .execute(AssertSqlSafe(statement.clone()))
        .await
        .err()
        .unwrap_or_else(|| panic!("allowed: {statement}"));
    assert_eq!(sql_state(&error).as_deref(), Some(DENIED), "{statement}: {error}");
}

/// Tables of the database with one of their columns each.
async fn tables(shop: &Shop) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT table_schema || '.' || table_name, min(column_name)
         FROM information_schema.columns WHERE table_schema IN ('public', 'events')
         GROUP BY 1",
    )
    .fetch_all(shop.db.admin())
    .await
    .expect("tables")
}

#[tokio::test]
async fn the_edge_writes_nothing_at_all() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3])]).await;
    let mut edge = connect(&shop, "catalog_edge").await;
    let tables = tables(&shop).await;
    assert!(tables.len() > 15, "{tables:?}");
    for (table, column) in tables {
        assert_denied(&mut edge, format!("INSERT INTO {table} DEFAULT VALUES")).await;
        assert_denied(&mut edge, format!("UPDATE {table} SET {column} = DEFAULT")).await;
        assert_denied(&mut edge, format!("DELETE FROM {table}")).await;
        assert_denied(&mut edge, format!("TRUNCATE {table}")).await;
    }
    assert_denied(&mut edge, "CREATE TABLE mine (id int)".to_owned()).await;
    assert_denied(&mut edge, "SET ROLE catalog_internal".to_owned()).await;
}

#[tokio::test]
async fn the_edge_reads_neither_reservations_nor_costs_nor_shelves() {
    let shop = Shop::empty().await;
    let mut edge = connect(&shop, "catalog_edge").await;
    for what in [
        "order_id FROM reservation",
        "order_id FROM reservation_line",
        "order_id FROM reservation_pick",
        "id FROM stock_movement",
        "id FROM stale_component",
        "id FROM stale_unit",
        "components FROM stale_stock",
        "id FROM stale_card",
        "order_id FROM sale_line",
        "id FROM wish",
        "cost_amount FROM component",
        "shelf FROM stock",
        "last_error FROM media_task",
        "address_ru FROM warehouse",
        "id FROM events.outbox",
        "event_id FROM events.inbox",
    ] {
        assert_denied(&mut edge, format!("SELECT {what}")).await;
    }
}

/// Jobs compute prices and bills multiplied out; nothing else of the assortment.
#[tokio::test]
async fn services_do_not_write_the_assortment() {
    let shop = Shop::empty().await;
    let mut conn = connect(&shop, "catalog_internal").await;
    for table in ASSORTMENT {
        assert_denied(&mut conn, format!("INSERT INTO {table} DEFAULT VALUES")).await;
        assert_denied(&mut conn, format!("DELETE FROM {table}")).await;
        assert_denied(&mut conn, format!("TRUNCATE {table}")).await;
    }
    assert_denied(&mut conn, "UPDATE product SET slug = 'a'".to_owned()).await;
    assert_denied(&mut conn, "UPDATE component SET cost_amount = 1".to_owned()).await;
    assert_denied(&mut conn, "UPDATE product SET override_amount = 1".to_owned()).await;
    assert_denied(&mut conn, "CREATE TABLE mine (id int)".to_owned()).await;
}

/// What employees delete stays readable for orders.
#[tokio::test]
async fn employees_delete_no_row_that_orders_may_name() {
    let shop = Shop::empty().await;
    let mut conn = connect(&shop, "catalog_staff").await;
    for table in ASSORTMENT {
        if !["bill_line", "product_image", "product_document"].contains(&table) {
            assert_denied(&mut conn, format!("DELETE FROM {table}")).await;
        }
        assert_denied(&mut conn, format!("TRUNCATE {table}")).await;
    }
    assert_denied(&mut conn, "CREATE TABLE mine (id int)".to_owned()).await;
}

/// Whoever can write what a key stands for could show customers something else under it.
#[tokio::test]
async fn nobody_changes_what_a_key_stands_for() {
    let shop = Shop::empty().await;
    for (role, statements) in [
        (
            "catalog_staff",
            &[
                "UPDATE media SET width = 600",
                "UPDATE document SET bytes = 1",
                "UPDATE product_document SET document_key = ''",
                "INSERT INTO media_variant DEFAULT VALUES",
                "UPDATE media_variant SET key = ''",
                "DELETE FROM media_variant",
                "UPDATE media_task SET attempts = 0",
                "DELETE FROM media_task",
            ][..],
        ),
        (
            "catalog_internal",
            &[
                "UPDATE media SET width = 600",
                "UPDATE document SET bytes = 1",
                "UPDATE product_document SET document_key = ''",
                "DELETE FROM media_variant",
                "INSERT INTO media_task DEFAULT VALUES",
                "UPDATE media_task SET media_key = ''",
            ],
        ),
    ] {
        let mut conn = connect(&shop, role).await;
        for statement in statements {
            assert_denied(&mut conn, (*statement).to_owned()).await;
        }
    }
}

#[tokio::test]
async fn each_face_changes_only_its_own_side_of_stock() {
    let shop = Shop::empty().await;
    for (role, statements) in [
        (
            "catalog_staff",
            &[
                "UPDATE stock SET reserved = 0",
                "DELETE FROM stock",
                "INSERT INTO reservation DEFAULT VALUES",
                "UPDATE reservation SET status = 'confirmed'",
                "DELETE FROM reservation_pick",
                "UPDATE product_availability SET available = 1",
                "UPDATE product_availability SET card = NULL",
                "SELECT event_id FROM events.inbox",
            ][..],
        ),
        (
            "catalog_internal",
            &[
                "INSERT INTO stock DEFAULT VALUES",
                "DELETE FROM stock",
                "DELETE FROM reservation",
                "UPDATE reservation SET expires_at = now()",
                "UPDATE reservation_line SET quantity = 1",
            ],
        ),
    ] {
        let mut conn = connect(&shop, role).await;
        for statement in statements {
            assert_denied(&mut conn, (*statement).to_owned()).await;
        }
    }
}

/// Whoever changes something queues it, and only the job takes it out again: what is lost from a queue is never computed.
#[tokio::test]
async fn queues_are_added_to_by_all_who_write_and_emptied_by_the_job() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3])]).await;
    for (queue, entry) in [
        ("stale_unit", "(product_id) SELECT id FROM product"),
        ("stale_stock", "(components) SELECT array_agg(id) FROM component"),
        ("stale_card", "(product_id) SELECT id FROM product"),
    ] {
        for role in ["catalog_staff", "catalog_internal"] {
            let mut conn = connect(&shop, role).await;
            conn.execute(AssertSqlSafe(format!("INSERT INTO {queue} {entry}")))
                .await
                .unwrap_or_else(|error| panic!("{role} cannot queue: {error}"));
            assert_denied(&mut conn, format!("UPDATE {queue} SET id = DEFAULT")).await;
            assert_denied(&mut conn, format!("TRUNCATE {queue}")).await;
        }
        let mut staff = connect(&shop, "catalog_staff").await;
        assert_denied(&mut staff, format!("DELETE FROM {queue}")).await;
        assert_denied(&mut staff, format!("SELECT id FROM {queue}")).await;
        let mut job = connect(&shop, "catalog_internal").await;
        let done = job
            .execute(AssertSqlSafe(format!("DELETE FROM {queue} WHERE id > 0")))
            .await
            .expect("the job works it off");
        assert_eq!(done.rows_affected(), 2);
    }
}

#[tokio::test]
async fn nobody_rewrites_the_journal() {
    let shop = Shop::with(&[("stool", &[("SEAT", 1)])], &[("SEAT", &[3])]).await;
    for role in [
        "catalog_owner",
        "catalog_internal",
        "catalog_staff",
        "catalog_edge",
    ] {
        let mut conn = connect(&shop, role).await;
        for statement in [
            "UPDATE stock_movement SET on_hand_delta = 9",
            "DELETE FROM stock_movement",
            "TRUNCATE stock_movement",
        ] {
            assert_denied(&mut conn, statement.to_owned()).await;
        }
    }
}

#[tokio::test]
async fn no_role_connects_to_a_database_of_others() {
    const ORDERS: DatabaseSpec<'static> = DatabaseSpec {
        name: "orders",
        owner: role("orders_owner"),
        roles: &[role("orders_edge"), role("orders_staff"), role("orders_internal")],
    };
    const INTERNAL: DatabaseSpec<'static> = DatabaseSpec {
        name: "internal",
        owner: role("backoffice_owner"),
        roles: &[role("backoffice_staff"), role("backoffice_internal")],
    };
    async fn nothing(_: &str) -> Result<(), std::convert::Infallible> {
        Ok(())
    }
    let databases = [
        (CATALOG, TestDb::new(&CATALOG, catalog_store::migrate).await),
        (ORDERS, TestDb::new(&ORDERS, nothing).await),
        (INTERNAL, TestDb::new(&INTERNAL, nothing).await),
    ];
    for (owned, _) in &databases {
        for role in owned.roles.iter().chain([&owned.owner]) {
            for (other, database) in &databases {
                let connected = PgConnection::connect(&database.url_for(role.name)).await;
                let state = connected.as_ref().err().and_then(sql_state);
                if owned.name == other.name {
                    assert!(
                        connected.is_ok(),
                        "{} cannot use its own {}: {state:?}",
                        role.name,
                        other.name
                    );
                } else {
                    assert_eq!(state.as_deref(), Some(DENIED), "{} in {}", role.name, other.name);
                }
            }
        }
    }
}
