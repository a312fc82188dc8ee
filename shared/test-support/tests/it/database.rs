use std::time::Duration;

use pg::{DatabaseSpec, RoleSpec};
use sqlx::{Connection as _, Executor as _, PgConnection};
use test_support::{TestDb, wait_for};

const fn role(name: &str) -> RoleSpec<'_> {
    RoleSpec { name, password: "-" }
}

const SPEC: DatabaseSpec<'static> = DatabaseSpec {
    name: "shelf",
    owner: role("shelf_owner"),
    roles: &[role("shelf_reader")],
};

async fn migrate(owner_url: &str) -> Result<(), sqlx::Error> {
    let mut owner = PgConnection::connect(owner_url).await?;
    owner
        .execute("CREATE TABLE book (id int PRIMARY KEY); GRANT SELECT ON book TO shelf_reader;")
        .await?;
    owner.close().await
}

async fn books(db: &TestDb) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM book")
        .fetch_one(db.pg("shelf_reader").pool())
        .await
}

#[tokio::test]
async fn each_test_has_a_migrated_database_of_its_own() {
    let (one, other) = tokio::join!(TestDb::new(&SPEC, migrate), TestDb::new(&SPEC, migrate));
    one.admin().execute("INSERT INTO book VALUES (1)").await.unwrap();
    assert_eq!(books(&one).await.unwrap(), 1);
    assert_eq!(books(&other).await.unwrap(), 0);
}

#[tokio::test]
async fn roles_have_the_rights_of_production() {
    let db = TestDb::new(&SPEC, migrate).await;
    let reader = db.pg("shelf_reader");
    let written = reader.pool().execute("INSERT INTO book VALUES (1)").await;
    assert_eq!(pg::sql_state(&written.unwrap_err()).as_deref(), Some("42501"));
    let made = reader.pool().execute("CREATE TABLE mine ()").await;
    assert_eq!(pg::sql_state(&made.unwrap_err()).as_deref(), Some("42501"));
}

#[tokio::test]
async fn strangers_cannot_connect() {
    const OTHER: DatabaseSpec<'static> = DatabaseSpec {
        name: "cellar",
        owner: role("cellar_owner"),
        roles: &[],
    };
    let _cellar = TestDb::new(&OTHER, async |_: &str| Ok::<_, ()>(())).await;
    let db = TestDb::new(&SPEC, migrate).await;
    let refused = PgConnection::connect(&db.url_for("cellar_owner")).await;
    assert_eq!(pg::sql_state(&refused.unwrap_err()).as_deref(), Some("42501"));
}

#[tokio::test]
async fn a_database_goes_when_its_test_ends() {
    let db = TestDb::new(&SPEC, migrate).await;
    let name = db.name().to_owned();
    // A connection left open must not keep it.
    let left = PgConnection::connect(&db.url_for("shelf_reader")).await.unwrap();
    drop(db);
    let witness = TestDb::new(&SPEC, migrate).await;
    wait_for(
        "the database to be dropped",
        Duration::from_secs(20),
        async || {
            let gone: bool =
                sqlx::query_scalar("SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                    .bind(&name)
                    .fetch_one(witness.admin())
                    .await
                    .unwrap();
            gone.then_some(())
        },
    )
    .await;
    drop(left);
}

#[tokio::test]
async fn what_a_dead_process_left_is_dropped_and_what_a_live_one_has_is_not() {
    let db = TestDb::new(&SPEC, migrate).await;
    let admin_url = std::env::var("TEST_DATABASE_URL").unwrap();
    let mut admin = PgConnection::connect(&admin_url).await.unwrap();
    // A process that died long ago, by an id that nobody holds the lock of.
    admin
        .execute("CREATE DATABASE test_00000000000000ad_shelf_0")
        .await
        .unwrap();
    // The janitor sweeps when a process starts, before it drops anything of its own; so this binary starts
    // again for the test that awaits such a drop.
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "database::a_database_goes_when_its_test_ends"])
        .output()
        .unwrap();
    assert!(
        child.status.success(),
        "{}",
        String::from_utf8_lossy(&child.stdout)
    );
    let gone: bool = sqlx::query_scalar(
        "SELECT NOT EXISTS (SELECT FROM pg_database WHERE datname = 'test_00000000000000ad_shelf_0')",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert!(gone, "the leftover is still there");
    assert_eq!(books(&db).await.unwrap(), 0);
}
