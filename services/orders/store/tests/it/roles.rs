//! Each face's role can do what its face does and nothing else (INF-3, SEC-1).

use orders_domain::Status;
use pg::{DatabaseSpec, RoleSpec};
use test_support::TestDb;

use crate::support::Shop;

const DENIED: &str = "42501";

async fn sql(shop: &Shop, role: &str, statement: &'static str) -> Result<(), String> {
    let pg = shop.db.pg(role);
    let done = sqlx::raw_sql(statement).execute(pg.pool()).await;
    done.map(drop)
        .map_err(|error| pg::sql_state(&error).map_or_else(|| error.to_string(), Into::into))
}

#[tokio::test]
async fn roles_cannot_do_what_is_not_theirs() {
    let shop = Shop::open().await;
    shop.order_in(Status::InDelivery).await;
    for (role, statement) in [
        ("orders_edge", "UPDATE delivery_zone SET base = 0"),
        (
            "orders_edge",
            "INSERT INTO delivery_slot SELECT * FROM delivery_slot",
        ),
        ("orders_edge", "UPDATE delivery_slot SET capacity = 1000"),
        (
            "orders_edge",
            "UPDATE orders SET total = 0, goods = 0, delivery = 0",
        ),
        ("orders_edge", "DELETE FROM orders"),
        ("orders_edge", "UPDATE order_step SET actor = 'nobody'"),
        ("orders_edge", "DELETE FROM order_step"),
        ("orders_edge", "UPDATE order_line SET unit_price = 0"),
        ("orders_edge", "DELETE FROM payment"),
        ("orders_edge", "SELECT * FROM events.outbox"),
        ("orders_edge", "DELETE FROM events.delivery"),
        ("orders_edge", "SELECT * FROM events.inbox"),
        ("orders_edge", "CREATE TABLE mine (id int)"),
        ("orders_staff", "SELECT recipient_name FROM orders"),
        ("orders_staff", "SELECT recipient_phone FROM orders"),
        ("orders_staff", "SELECT street FROM orders"),
        ("orders_staff", "SELECT * FROM orders"),
        ("orders_staff", "SELECT * FROM payment"),
        ("orders_staff", "SELECT * FROM cart"),
        ("orders_staff", "SELECT * FROM courier_session"),
        ("orders_staff", "INSERT INTO order_line SELECT * FROM order_line"),
        ("orders_staff", "DELETE FROM order_step"),
        ("orders_internal", "SELECT recipient_name FROM orders"),
        ("orders_internal", "SELECT postcode FROM orders"),
        ("orders_internal", "UPDATE orders SET total = 0"),
        ("orders_internal", "INSERT INTO payment SELECT * FROM payment"),
        ("orders_internal", "UPDATE delivery_zone SET base = 0"),
        ("orders_internal", "UPDATE order_step SET actor = 'nobody'"),
    ] {
        assert_eq!(
            sql(&shop, role, statement).await,
            Err(DENIED.to_owned()),
            "{role}: {statement}"
        );
    }
    for (role, statement) in [
        ("orders_edge", "SELECT recipient_name FROM orders"),
        ("orders_staff", "SELECT number, status FROM orders"),
        ("orders_internal", "SELECT * FROM payment"),
    ] {
        assert_eq!(sql(&shop, role, statement).await, Ok(()), "{role}: {statement}");
    }
}

#[tokio::test]
async fn roles_cannot_connect_to_another_services_database() {
    const fn role(name: &str) -> RoleSpec<'_> {
        RoleSpec { name, password: name }
    }
    const CATALOG: DatabaseSpec<'static> = DatabaseSpec {
        name: "other",
        owner: role("catalog_owner"),
        roles: &[role("catalog_edge")],
    };
    const INTERNAL: DatabaseSpec<'static> = DatabaseSpec {
        name: "another",
        owner: role("backoffice_owner"),
        roles: &[role("backoffice_staff")],
    };

    async fn empty(_: &str) -> Result<(), String> {
        Ok(())
    }
    async fn connects(db: &TestDb, role: &str) -> Result<(), String> {
        let ready = db.pg(role).ready().await;
        ready.map_err(|error| pg::sql_state(&error).map_or_else(|| error.to_string(), Into::into))
    }

    let orders = Shop::open().await;
    let catalog = TestDb::new(&CATALOG, empty).await;
    let internal = TestDb::new(&INTERNAL, empty).await;
    for own in ["orders_edge", "orders_staff", "orders_internal"] {
        assert_eq!(connects(&orders.db, own).await, Ok(()), "{own}");
        for other in [&catalog, &internal] {
            assert_eq!(
                connects(other, own).await,
                Err(DENIED.to_owned()),
                "{own} to {}",
                other.name()
            );
        }
    }
    for stranger in [
        "catalog_owner",
        "catalog_edge",
        "backoffice_owner",
        "backoffice_staff",
    ] {
        assert_eq!(
            connects(&orders.db, stranger).await,
            Err(DENIED.to_owned()),
            "{stranger}"
        );
    }
}
