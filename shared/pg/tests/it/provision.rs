//! Who may enter a provisioned database, and with which password.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use pg::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use pg::{DatabaseSpec, ProvisionError, RoleSpec, database_url, provision, sql_state};
use sha2::{Digest as _, Sha256};
use test_support::TestDb;

use crate::support::database;

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
        let role = |name| RoleSpec { name, password };
        let spec = DatabaseSpec {
            name: &self.database,
            owner: role(&self.owner),
            roles: &[role(&self.edge)],
        };
        provision(&admin_url(), &spec).await
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

/// Whether the server would let `role` in with `password`. Computed as the server does it (RFC 5802, 3), since
/// a cluster for tests may trust whoever comes.
async fn opens(db: &TestDb, role: &str, password: &str) -> bool {
    let verifier: String = sqlx::query_scalar("SELECT rolpassword FROM pg_authid WHERE rolname = $1")
        .bind(role)
        .fetch_one(db.admin())
        .await
        .expect("the role has a password");
    let (salted, keys) = verifier
        .strip_prefix("SCRAM-SHA-256$")
        .and_then(|rest| rest.split_once('$'))
        .expect("passwords are kept as SCRAM verifiers");
    let (iterations, salt) = salted.split_once(':').expect("the salt follows");
    let (stored_key, _) = keys.split_once(':').expect("the server's key follows");
    let iterations: u32 = iterations.parse().expect("it is a number");
    let mut first = STANDARD.decode(salt).expect("it is base64");
    first.extend(1_u32.to_be_bytes());

    let mut block = mac(password.as_bytes(), &first);
    let mut salted_password = block;
    for _ in 1..iterations {
        block = mac(password.as_bytes(), &block);
        salted_password
            .iter_mut()
            .zip(block)
            .for_each(|(sum, byte)| *sum ^= byte);
    }
    let client_key = mac(&salted_password, b"Client Key");
    stored_key == STANDARD.encode(Sha256::digest(client_key))
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    mac.finalize().into_bytes().into()
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
