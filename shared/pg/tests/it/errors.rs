//! Errors told apart by what the server really sends.

use pg::sqlx::{self, AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use pg::{constraint, is_connection_lost, is_read_only, is_unavailable, sql_state};
use test_support::TestDb;

use crate::support::database;

async fn fail(db: &TestDb, statement: &'static str) -> sqlx::Error {
    db.pg("tally_edge")
        .pool()
        .execute(statement)
        .await
        .expect_err(statement)
}

#[tokio::test]
async fn a_refused_change_names_its_constraint() {
    let db = database().await;
    for (statement, name, state) in [
        ("INSERT INTO tally VALUES (1, 0)", "tally_pkey", "23505"),
        (
            "UPDATE tally SET value = -1 WHERE id = 1",
            "tally_value_check",
            "23514",
        ),
        ("INSERT INTO mark VALUES (99)", "mark_tally_id_fkey", "23503"),
    ] {
        let error = fail(&db, statement).await;
        assert_eq!(constraint(&error), Some(name), "{statement}");
        assert_eq!(sql_state(&error).as_deref(), Some(state), "{statement}");
        assert!(!is_unavailable(&error) && !is_connection_lost(&error) && !is_read_only(&error));
    }
}

#[tokio::test]
async fn other_errors_name_none() {
    let db = database().await;
    for (statement, state) in [
        ("SELECT * FROM nowhere", "42P01"),
        ("TRUNCATE tally", "42501"),
        ("SELECT 1 / 0", "22012"),
    ] {
        let error = fail(&db, statement).await;
        assert_eq!(constraint(&error), None, "{statement}");
        assert_eq!(sql_state(&error).as_deref(), Some(state), "{statement}");
        assert!(
            !is_unavailable(&error) && !is_connection_lost(&error) && !is_read_only(&error),
            "{statement}: trying again later would not help"
        );
    }

    let error = sqlx::query("SELECT FROM tally WHERE id = 99")
        .fetch_one(db.admin())
        .await
        .expect_err("there is no such row");
    assert!(sql_state(&error).is_none() && constraint(&error).is_none());
    assert!(!is_unavailable(&error) && !is_connection_lost(&error));
}

#[tokio::test]
async fn a_database_that_takes_only_reads_is_told_apart() {
    let db = database().await;
    let url = format!(
        "{}?options[default_transaction_read_only]=on",
        db.url_for("tally_edge")
    );
    let mut standby = PgConnection::connect(&url).await.expect("it takes reads");
    standby
        .execute("SELECT FROM tally")
        .await
        .expect("it takes reads");

    let error = standby
        .execute("UPDATE tally SET value = 1")
        .await
        .expect_err("it takes no writes");
    assert!(is_read_only(&error), "{error}");
    assert!(!is_connection_lost(&error));
    assert_eq!(constraint(&error), None);
}

#[tokio::test]
async fn a_server_out_of_connections_is_unavailable() {
    let db = database().await;
    let limit = format!("ALTER DATABASE \"{}\" CONNECTION LIMIT 0", db.name());
    db.admin()
        .execute(AssertSqlSafe(limit))
        .await
        .expect("a superuser may");

    let error = PgConnection::connect(&db.url_for("tally_edge"))
        .await
        .expect_err("no connection is left");
    assert_eq!(sql_state(&error).as_deref(), Some("53300"));
    assert!(is_unavailable(&error));
}

#[tokio::test]
async fn a_terminated_session_is_a_lost_connection() {
    let db = database().await;
    let error = fail(&db, "SELECT pg_terminate_backend(pg_backend_pid())").await;
    assert!(is_connection_lost(&error) && is_unavailable(&error), "{error}");
    assert!(!is_read_only(&error));
}
