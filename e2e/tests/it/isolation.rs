//! Databases and roles are isolated (INF-3, INF-7), tried with real connections.

use e2e::InOneProcess;
use garnitur::{DATABASES, Wiring};
use pg::sqlx::{self, AssertSqlSafe, Connection as _, PgConnection};

/// PostgreSQL's code for lacking a right.
const NO_RIGHT: &str = "42501";

async fn code_of(wiring: &Wiring, role: &str, statement: &str) -> Option<String> {
    let mut connection = PgConnection::connect(&wiring.database(role))
        .await
        .expect("the role may connect");
    let mut undone = connection.begin().await.unwrap();
    let result = sqlx::query(AssertSqlSafe(statement.to_owned()))
        .execute(&mut *undone)
        .await;
    result
        .err()
        .and_then(|error| Some(error.as_database_error()?.code()?.into_owned()))
}

#[tokio::test]
async fn no_role_connects_to_another_database() {
    let shop = InOneProcess::shared();
    for own in DATABASES {
        for role in own.all_roles() {
            PgConnection::connect(&shop.wiring().database(role))
                .await
                .expect("to its own");
            for other in DATABASES
                .iter()
                .filter(|other| other.name != own.name)
                .map(|other| other.name)
            {
                let url = pg::database_url(&shop.wiring().database(role), other).unwrap();
                let refused = PgConnection::connect(url.as_str()).await;
                let error = refused.err().unwrap_or_else(|| panic!("{role} is in {other}"));
                let code = error
                    .as_database_error()
                    .and_then(sqlx::error::DatabaseError::code);
                assert_eq!(code.as_deref(), Some(NO_RIGHT), "{role} to {other}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn the_edge_role_of_catalog_cannot_write_the_assortment() {
    let shop = InOneProcess::shared();
    let tables = [
        "product",
        "component",
        "bill_line",
        "category",
        "color",
        "material",
        "warehouse",
        "stock",
        "stock_movement",
        "reservation",
        "media",
        "product_image",
        "product_availability",
    ];
    for table in tables {
        for statement in [
            format!("INSERT INTO {table} DEFAULT VALUES"),
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table} CASCADE"),
            format!("ALTER TABLE {table} ADD COLUMN mine text"),
        ] {
            let code = code_of(shop.wiring(), "catalog_edge", &statement).await;
            assert_eq!(code.as_deref(), Some(NO_RIGHT), "{statement}");
        }
    }
    for statement in [
        "UPDATE product SET price_amount = 1",
        "UPDATE stock SET on_hand = on_hand + 1",
        "CREATE TABLE mine (id int)",
        "SELECT cost_amount FROM component",
        "SELECT * FROM reservation",
    ] {
        assert_eq!(
            code_of(shop.wiring(), "catalog_edge", statement).await.as_deref(),
            Some(NO_RIGHT),
            "{statement}"
        );
    }
    assert_eq!(
        code_of(shop.wiring(), "catalog_edge", "SELECT id FROM product").await,
        None
    );
}

#[tokio::test]
async fn nobody_rewrites_the_audit_or_the_journal_of_stock() {
    let shop = InOneProcess::shared();
    for (role, statement) in [
        ("backoffice_staff", "DELETE FROM audit_entry"),
        ("backoffice_internal", "DELETE FROM audit_entry"),
        ("backoffice_internal", "UPDATE audit_entry SET action = 'nothing'"),
        ("catalog_internal", "DELETE FROM stock_movement"),
        ("catalog_internal", "UPDATE stock_movement SET on_hand_delta = 0"),
        ("catalog_staff", "UPDATE stock_movement SET on_hand_delta = 0"),
    ] {
        assert_eq!(
            code_of(shop.wiring(), role, statement).await.as_deref(),
            Some(NO_RIGHT),
            "{role}: {statement}"
        );
    }
}
