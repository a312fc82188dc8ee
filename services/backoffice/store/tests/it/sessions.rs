use backoffice_domain::Happening;
use backoffice_store::{AuditFilter, NewSession, Session};
use contracts::backoffice::Role;
use kernel::Personal;
use time::Duration;

use crate::support::{NOW, closed, database, internal, record, staff};

const TOKEN: [u8; 32] = [7; 32];
const IDLE: Duration = Duration::hours(1);

fn session(token_hash: [u8; 32]) -> NewSession {
    NewSession {
        token_hash,
        login: "sklad.sidorov".to_owned(),
        name: Personal::new("Сергей Сидоров".to_owned()),
        roles: vec![Role::Warehouse, Role::Analyst],
        opened_at: NOW,
        expires_at: NOW + Duration::hours(12),
    }
}

fn opened() -> backoffice_domain::Record {
    record(
        Happening::SessionOpened {
            login: "sklad.sidorov",
            roles: &[],
            client: None,
        },
        NOW,
    )
}

#[tokio::test]
async fn a_session_lives_while_it_is_used_and_no_longer_than_its_lifetime() {
    let db = database().await;
    let store = staff(&db);
    store
        .open_session(&session(TOKEN), &opened())
        .await
        .expect("it opens");
    let renew = async |at| {
        store
            .renew_session(&TOKEN, at, at - IDLE)
            .await
            .expect("the database answers")
    };

    let whole = Session {
        login: "sklad.sidorov".to_owned(),
        name: Personal::new("Сергей Сидоров".to_owned()),
        roles: vec![Role::Warehouse, Role::Analyst],
        expires_at: NOW + Duration::hours(12),
    };
    for minutes in (50..720).step_by(50) {
        assert_eq!(
            renew(NOW + Duration::minutes(minutes)).await,
            Some(whole.clone()),
            "{minutes}"
        );
    }
    assert_eq!(renew(NOW + Duration::hours(12)).await, None);

    // Unused for the idle time, to the moment.
    let other = [8; 32];
    store
        .open_session(&session(other), &opened())
        .await
        .expect("it opens");
    let late = NOW + IDLE;
    assert_eq!(
        store
            .renew_session(&other, late, late - IDLE)
            .await
            .expect("the database answers"),
        None
    );
    assert_eq!(
        store
            .renew_session(&[9; 32], NOW, NOW - IDLE)
            .await
            .expect("the database answers"),
        None
    );
}

#[tokio::test]
async fn opening_and_closing_are_recorded_or_do_not_happen() {
    let db = database().await;
    let store = staff(&db);
    store
        .open_session(&session(TOKEN), &opened())
        .await
        .expect("it opens");
    // The token is taken: nothing is recorded either.
    store
        .open_session(&session(TOKEN), &opened())
        .await
        .expect_err("one session a token");
    assert!(
        store
            .close_session(&TOKEN, closed)
            .await
            .expect("the database answers")
    );
    assert!(
        !store
            .close_session(&TOKEN, closed)
            .await
            .expect("the database answers")
    );
    assert_eq!(
        store
            .renew_session(&TOKEN, NOW, NOW - IDLE)
            .await
            .expect("the database answers"),
        None
    );

    let entries = store
        .list_audit(AuditFilter::default(), None, 10)
        .await
        .expect("the list");
    let told: Vec<_> = entries
        .iter()
        .map(|entry| (entry.record.action.as_str(), entry.record.actor.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("session.closed", "sklad.sidorov"),
            ("session.opened", "sklad.sidorov")
        ]
    );
}

#[tokio::test]
async fn what_is_over_is_purged_by_the_job_alone() {
    let db = database().await;
    let (staff, internal) = (staff(&db), internal(&db));
    for byte in 1..=3 {
        staff
            .open_session(&session([byte; 32]), &opened())
            .await
            .expect("it opens");
    }
    let at = NOW + Duration::minutes(50);
    staff
        .renew_session(&[1; 32], at, at - IDLE)
        .await
        .expect("the database answers")
        .expect("it is open");

    let purge = async |at| {
        internal
            .purge_sessions(at, at - IDLE)
            .await
            .expect("the database answers")
    };
    assert_eq!(purge(NOW + Duration::minutes(59)).await, 0);
    assert_eq!(purge(NOW + Duration::minutes(60)).await, 2);
    assert_eq!(purge(NOW + Duration::hours(12)).await, 1);
}
