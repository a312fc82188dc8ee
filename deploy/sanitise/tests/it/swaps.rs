use pg::sqlx::{Connection as _, PgConnection};
use sanitise::{Tools, swap};

use crate::world::{World, server};

/// A service that is connected to HotFix loses its connection and finds the new database under the old name.
#[tokio::test]
async fn services_find_the_new_database_under_the_old_name() {
    let world = World::with_customers(20).await;
    world.back_up();
    let mut service = world.connect().await;
    let before: String = pg::sqlx::query_scalar("SELECT min(recipient_name) FROM orders")
        .fetch_one(&mut service)
        .await
        .expect("a name");
    world.run().await.expect("swapped");
    let error = pg::sqlx::query("SELECT 1").execute(&mut service).await;
    assert!(error.is_err(), "it was sent away");
    let names = world.texts("SELECT recipient_name FROM orders").await;
    assert_eq!(names.len(), 22);
    assert!(!names.contains(&before));
    assert_eq!(
        world.databases().await,
        [world.rules.database.as_str()],
        "nothing of the old one is left"
    );
}

/// The faces' roles have their rights again, and nobody else may connect.
#[tokio::test]
async fn each_role_has_its_rights_and_no_more() {
    let world = World::with_customers(5).await;
    world.back_up();
    world.run().await.expect("swapped");
    let mut url = pg::database_url(&server(), &world.rules.database).expect("a URL");
    url.set_username("orders_staff").expect("a name");
    url.set_password(Some("secret")).expect("a password");
    let mut staff = PgConnection::connect(url.as_str()).await.expect("a connection");
    pg::sqlx::query("SELECT number FROM orders")
        .execute(&mut staff)
        .await
        .expect("employees see orders");
    pg::sqlx::query("SELECT recipient_name FROM orders")
        .execute(&mut staff)
        .await
        .expect_err("but no recipients");
    let public: bool = world
        .one("SELECT has_database_privilege('pg_monitor', current_database(), 'CONNECT')")
        .await;
    assert!(!public, "a role of nobody's may not connect");
    let owner: String = world
        .one("SELECT pg_get_userbyid(relowner)::text FROM pg_class WHERE relname = 'orders'")
        .await;
    assert_eq!(owner, "orders_owner");
}

#[tokio::test]
async fn an_archive_that_cannot_be_restored_leaves_hotfix_as_it_was() {
    let world = World::with_customers(5).await;
    let archive = world.back_up();
    let whole = std::fs::read(&archive).expect("the archive");
    std::fs::write(&archive, &whole[..whole.len() * 9 / 10]).expect("cut off");
    let names = world
        .texts("SELECT recipient_name FROM orders ORDER BY number")
        .await;
    swap::swap(&Tools::default(), &world.rules, &archive, &server())
        .await
        .expect_err("refused");
    assert_eq!(
        world
            .texts("SELECT recipient_name FROM orders ORDER BY number")
            .await,
        names
    );
}

/// HotFix before its first restore.
#[tokio::test]
async fn a_server_without_the_database_gets_it() {
    let mut world = World::with_customers(5).await;
    let archive = world.back_up();
    world.rules.database += "_new";
    swap::swap(&Tools::default(), &world.rules, &archive, &server())
        .await
        .expect("restored");
    assert_eq!(world.texts("SELECT number FROM orders").await.len(), 5);
}
