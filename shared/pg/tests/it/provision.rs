//! Who may enter a provisioned database, and with which password.

use pg::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use pg::{DatabaseSpec, ProvisionError, RoleSpec, database_url, provision, sql_state};
use test_support::{TestDb, wait_for};

use crate::scram::opens;
use crate::support::{LONG, database};

const FORBIDDEN: Option<&str> = Some("42501");

/// A database and roles of the test's own, all beginning with the name of its test database: the cluster's other
/// tests run beside it.
struct Names {
    database: String,
    owner: String,
    edge: String,
}

impl Names {
    fn of(db: &TestDb, suffix: &str) -> Self {
        let database = format!("{}_{suffix}", db.name());
        Self {
            owner: format!("{database}_owner"),
            edge: format!("{database}_edge"),
            database,
        }
    }

    async fn provide(&self, password: &str) -> Result<(), ProvisionError> {
        self.provide_through(&admin_url(), password).await
    }

    async fn provide_through(&self, admin_url: &str, password: &str) -> Result<(), ProvisionError> {
        let role = |name| RoleSpec { name, password };
        let spec = DatabaseSpec {
            name: &self.database,
            owner: role(&self.owner),
            roles: &[role(&self.edge)],
        };
        provision(admin_url, &spec).await
    }

    async fn enter(&self, role: &str, password: &str) -> Result<PgConnection, sqlx::Error> {
        let mut url = database_url(&admin_url(), &self.database).expect("it is an address");
        url.set_username(role).expect("the address can carry a role");
        url.set_password(Some(password))
            .expect("the address can carry a password");
        PgConnection::connect(url.as_str()).await
    }

    /// Roles outlive databases, and both outlive a test that does not drop them.
    async fn drop_all(self, db: &TestDb) {
        for statement in [
            format!("DROP DATABASE \"{}\" WITH (FORCE)", self.database),
            format!("DROP ROLE \"{}\"", self.edge),
            format!("DROP ROLE \"{}\"", self.owner),
        ] {
            execute(db.admin(), statement).await;
        }
    }
}

fn admin_url() -> String {
    std::env::var("TEST_DATABASE_URL").expect("the test database was made with it")
}

async fn execute<'c>(on: impl sqlx::PgExecutor<'c>, statement: String) {
    if let Err(error) = on.execute(AssertSqlSafe(statement.clone())).await {
        panic!("{statement}: {error}");
    }
}

#[tokio::test]
async fn the_second_time_changes_nothing_but_the_passwords() {
    let db = database().await;
    let names = Names::of(&db, "renewed");
    names.provide("first").await.expect("it is made");
    let mut owner = names.enter(&names.owner, "first").await.expect("it is let in");
    let table = format!(
        "CREATE TABLE kept (id int); INSERT INTO kept VALUES (1); GRANT SELECT ON kept TO \"{}\"",
        names.edge
    );
    execute(&mut owner, table).await;
    owner.close().await.expect("it is open");

    let quoted = "it's \"100%\" \\ new";
    names.provide(quoted).await.expect("it may be run at every start");

    for role in [&names.owner, &names.edge] {
        assert!(opens(&db, role, quoted).await, "{role} has its new password");
        assert!(!opens(&db, role, "first").await, "{role} has lost its old one");
    }
    let mut edge = names.enter(&names.edge, quoted).await.expect("it is let in");
    let kept: i32 = sqlx::query_scalar("SELECT id FROM kept")
        .fetch_one(&mut edge)
        .await
        .expect("the right is kept, and the row");
    assert_eq!(kept, 1);
    edge.close().await.expect("it is open");
    names.drop_all(&db).await;
}

#[tokio::test]
async fn no_role_enters_anothers_database() {
    let db = database().await;
    let here = Names::of(&db, "here");
    let there = Names::of(&db, "there");
    here.provide("-").await.expect("it is made");
    there.provide("-").await.expect("it is made");

    for (database, other) in [(&here, &there), (&there, &here)] {
        for role in [&database.owner, &database.edge] {
            let own = database.enter(role, "-").await.expect("its own lets it in");
            own.close().await.expect("it is open");
            let refused = other.enter(role, "-").await.expect_err("the other does not");
            assert_eq!(sql_state(&refused).as_deref(), FORBIDDEN, "{refused}");
        }
    }
    here.drop_all(&db).await;
    there.drop_all(&db).await;
}

/// Also where an older server, or somebody's hand, had let everybody in.
#[tokio::test]
async fn only_named_roles_enter_and_only_the_owner_creates() {
    let db = database().await;
    let names = Names::of(&db, "closed");
    names.provide("-").await.expect("it is made");
    let stranger = format!("{}_stranger", names.database);
    execute(
        db.admin(),
        format!("CREATE ROLE \"{stranger}\" LOGIN PASSWORD '-'"),
    )
    .await;
    let inside = database_url(&admin_url(), &names.database).expect("it is an address");
    let mut inside = PgConnection::connect(inside.as_str()).await.expect("it exists");
    let open = format!(
        "GRANT ALL ON DATABASE \"{}\" TO PUBLIC; GRANT CREATE ON SCHEMA public TO PUBLIC",
        names.database
    );
    execute(&mut inside, open).await;
    inside.close().await.expect("it is open");
    let entered = names.enter(&stranger, "-").await.expect("everybody is let in");
    entered.close().await.expect("it is open");

    names.provide("-").await.expect("it is run again");

    let refused = names.enter(&stranger, "-").await.expect_err("it is closed again");
    assert_eq!(sql_state(&refused).as_deref(), FORBIDDEN, "{refused}");
    let mut edge = names.enter(&names.edge, "-").await.expect("it is named");
    let mut owner = names.enter(&names.owner, "-").await.expect("it owns");
    for statement in [
        "CREATE TABLE mine (id int)",
        "CREATE SCHEMA mine_too",
        "CREATE TEMPORARY TABLE for_now (id int)",
    ] {
        let refused = edge.execute(statement).await.expect_err(statement);
        assert_eq!(
            sql_state(&refused).as_deref(),
            FORBIDDEN,
            "{statement}: {refused}"
        );
        owner.execute(statement).await.expect(statement);
    }
    edge.close().await.expect("it is open");
    owner.close().await.expect("it is open");
    execute(db.admin(), format!("DROP ROLE \"{stranger}\"")).await;
    names.drop_all(&db).await;
}

/// As when the services start together on a new cluster.
#[tokio::test]
async fn several_provide_the_same_database_at_once() {
    let db = database().await;
    let names = Names::of(&db, "raced");
    for _ in 0..5 {
        let (a, b, c, d) = tokio::join!(
            names.provide("-"),
            names.provide("-"),
            names.provide("-"),
            names.provide("-")
        );
        for done in [a, b, c, d] {
            done.expect("each finds it made or makes it");
        }
    }
    let edge = names.enter(&names.edge, "-").await.expect("it is let in");
    edge.close().await.expect("it is open");
    names.drop_all(&db).await;
}

/// The rights of a schema cannot be changed by two at once, so that step, too, is one after the other.
#[tokio::test]
async fn the_second_waits_until_the_first_has_closed_the_schema() {
    let db = database().await;
    let names = Names::of(&db, "queued");
    names.provide("-").await.expect("it is made");
    let inside = database_url(&admin_url(), &names.database).expect("it is an address");
    let mut inside = PgConnection::connect(inside.as_str()).await.expect("it exists");
    let mut holder = inside.begin().await.expect("it is open");
    holder
        .execute("LOCK TABLE pg_namespace IN SHARE MODE")
        .await
        .expect("a superuser may");

    let mut admin = database_url(&admin_url(), "postgres").expect("it is an address");
    admin
        .query_pairs_mut()
        .append_pair("application_name", &names.database);
    let both = async {
        tokio::join!(
            names.provide_through(admin.as_str(), "-"),
            names.provide_through(admin.as_str(), "-"),
        )
    };
    let release = async {
        wait_for(
            "one to close the schema and one to wait for it",
            LONG,
            async || {
                let waits: Vec<String> = sqlx::query_scalar(
                    "SELECT wait_event FROM pg_stat_activity
                    WHERE application_name = $1 AND wait_event_type = 'Lock' ORDER BY wait_event",
                )
                .bind(&names.database)
                .fetch_all(db.admin())
                .await
                .expect("the activity can be read");
                (waits == ["advisory", "relation"]).then_some(())
            },
        )
        .await;
        holder.commit().await.expect("it is sound");
    };
    let ((first, second), ()) = tokio::join!(both, release);

    first.expect("it closes the schema");
    second.expect("it finds the schema closed");
    inside.close().await.expect("it is open");
    names.drop_all(&db).await;
}

#[tokio::test]
async fn what_cannot_be_provided_says_which_and_why() {
    let role = RoleSpec {
        name: "nobody",
        password: "Zaporozhets",
    };
    let spec = DatabaseSpec {
        name: "tally",
        owner: role,
        roles: &[],
    };
    let error = provision(
        &format!("postgres://127.0.0.1:{}/postgres", test_support::free_port()),
        &spec,
    )
    .await
    .expect_err("nobody listens");
    assert!(
        matches!(&error, ProvisionError::Database { database, source }
            if database == "tally" && pg::is_connection_lost(source)),
        "{error:?}"
    );
    assert!(!format!("{error:?}").contains("Zaporozhets"));
}
