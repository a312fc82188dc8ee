use pg::sql_state;
use sqlx::{Connection as _, PgConnection};
use test_support::TestDb;

use crate::support::{closed, database, staff};

async fn state_of(db: &TestDb, role: &str, statement: &'static str) -> Option<String> {
    let mut connection = PgConnection::connect(&db.url_for(role))
        .await
        .expect("the role may connect");
    let error = sqlx::query(statement).execute(&mut connection).await.err()?;
    Some(
        sql_state(&error)
            .unwrap_or_else(|| panic!("{statement}: {error}"))
            .into_owned(),
    )
}

/// `insufficient_privilege`, also what the triggers raise.
const DENIED: Option<&str> = Some("42501");

#[tokio::test]
async fn nobody_changes_the_audit_not_even_its_owner() {
    let db = database().await;
    staff(&db)
        .append_audit(&closed("sklad.sidorov"))
        .await
        .expect("an append");
    for role in ["backoffice_staff", "backoffice_internal", "backoffice_owner"] {
        for statement in [
            "UPDATE audit_entry SET actor = 'x'",
            "DELETE FROM audit_entry",
            "TRUNCATE audit_entry",
            "UPDATE audit_head SET seq = 0",
            "DELETE FROM audit_head",
            "TRUNCATE audit_head",
            "INSERT INTO audit_head (one, seq, hash) VALUES (false, 0, sha256(''))",
        ] {
            assert_eq!(
                state_of(&db, role, statement).await.as_deref(),
                DENIED,
                "{role}: {statement}"
            );
        }
    }
    assert_eq!(
        staff(&db)
            .verify_audit()
            .await
            .expect("the database answers")
            .good,
        1
    );
}

/// Who changed what, when and why, stays.
#[tokio::test]
async fn nobody_changes_a_version_of_the_toggles_not_even_its_owner() {
    let db = database().await;
    for role in ["backoffice_staff", "backoffice_internal", "backoffice_owner"] {
        for statement in [
            "UPDATE toggles_version SET reason = 'another'",
            "DELETE FROM toggles_version",
            "TRUNCATE toggles_version",
        ] {
            assert_eq!(
                state_of(&db, role, statement).await.as_deref(),
                DENIED,
                "{role}: {statement}"
            );
        }
    }
}

#[tokio::test]
async fn the_chain_cannot_be_forked_or_left_with_a_gap() {
    let db = database().await;
    staff(&db)
        .append_audit(&closed("sklad.sidorov"))
        .await
        .expect("an append");
    for (seq, prev) in [
        // Instead of the last entry, after a gap, and in the right place with the wrong link.
        ("1", "(SELECT prev_hash FROM audit_entry)"),
        ("3", "(SELECT hash FROM audit_head)"),
        ("2", "sha256('forged')"),
    ] {
        let statement = format!(
            "INSERT INTO audit_entry (seq, id, at, source, actor, action, details, prev_hash, hash)
             VALUES ({seq}, gen_random_uuid(), now(), 'x', 'x', 'x', '{{}}', {prev}, sha256('x'))"
        );
        let state = state_of(&db, "backoffice_staff", statement.leak()).await;
        // Primary key, or the trigger.
        assert!(
            matches!(state.as_deref(), Some("23505" | "23000")),
            "{seq}: {state:?}"
        );
    }
}

#[tokio::test]
async fn each_role_has_the_least_rights() {
    let db = database().await;
    for (role, statement) in [
        ("backoffice_internal", "SELECT login FROM employee_session"),
        ("backoffice_internal", "SELECT token_hash FROM employee_session"),
        (
            "backoffice_internal",
            "UPDATE employee_session SET expires_at = now()",
        ),
        (
            "backoffice_internal",
            "INSERT INTO employee_session DEFAULT VALUES",
        ),
        (
            "backoffice_staff",
            "UPDATE employee_session SET roles = '{administrator}'",
        ),
        (
            "backoffice_staff",
            "UPDATE employee_session SET expires_at = now()",
        ),
        (
            "backoffice_internal",
            "INSERT INTO toggles_version (version, definitions, at, actor, reason)
             VALUES (1, '{}', now(), 'x', 'x')",
        ),
        ("backoffice_staff", "SELECT 1 FROM events.inbox"),
        ("backoffice_staff", "SELECT 1 FROM events.outbox"),
        ("backoffice_staff", "CREATE TABLE mine ()"),
        ("backoffice_internal", "CREATE TABLE mine ()"),
    ] {
        assert_eq!(
            state_of(&db, role, statement).await.as_deref(),
            DENIED,
            "{role}: {statement}"
        );
    }
}

#[tokio::test]
async fn nobody_else_connects() {
    let db = database().await;
    // Roles belong to the whole cluster: another process may have made this one, or be making it.
    let make = "DO $$ BEGIN
                    CREATE ROLE backoffice_stranger LOGIN PASSWORD 'backoffice_stranger';
                EXCEPTION WHEN duplicate_object OR unique_violation THEN
                END $$";
    sqlx::query(make)
        .execute(db.admin())
        .await
        .expect("a superuser may");
    let refused = PgConnection::connect(&db.url_for("backoffice_stranger"))
        .await
        .expect_err("not a role of this database");
    assert_eq!(sql_state(&refused).as_deref(), DENIED, "{refused}");
}
