use backoffice_domain::{FaultKind, Happening, Refusal};
use backoffice_store::AuditFilter;
use futures_util::future::try_join_all;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use kernel::EventId;
use test_support::TestDb;
use time::Duration;

use crate::support::{NOW, closed, database, internal, record, staff};

#[tokio::test]
async fn parallel_appends_keep_one_chain() {
    let db = database().await;
    let (staff, internal) = (staff(&db), internal(&db));
    let records: Vec<_> = (0..60).map(|n| closed(&format!("login.{n}"))).collect();
    let appends = records.iter().enumerate().map(|(n, record)| {
        let store = if n % 2 == 0 { &staff } else { &internal };
        store.append_audit(record)
    });
    try_join_all(appends).await.expect("every append succeeds");

    let verification = internal.verify_audit().await.expect("the database answers");
    assert_eq!(
        (verification.good, verification.head.seq, verification.fault),
        (60, 60, None)
    );
    let entries = staff
        .list_audit(AuditFilter::default(), None, 100)
        .await
        .expect("the list");
    let seqs: Vec<_> = entries.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=60).rev().collect::<Vec<_>>());
    for record in &records {
        assert!(
            entries.iter().any(|entry| entry.record == *record),
            "what is read is what was written"
        );
    }
}

#[tokio::test]
async fn a_record_is_written_once() {
    let db = database().await;
    let store = staff(&db);
    let record = closed("sklad.sidorov");
    try_join_all((0..5).map(|_| store.append_audit(&record)))
        .await
        .expect("repeating is no error");
    assert_eq!(store.verify_audit().await.expect("the database answers").good, 1);
}

/// Does what only a superuser can: `statement` with the triggers off.
async fn tamper(db: &TestDb, statement: &'static str) {
    let mut tx = db.admin().begin().await.expect("a transaction");
    for statement in ["SET LOCAL session_replication_role = replica", statement] {
        let done = sqlx::query(statement)
            .execute(&mut *tx)
            .await
            .expect("a superuser may");
        assert!(
            statement.starts_with("SET") || done.rows_affected() > 0,
            "{statement} changed nothing"
        );
    }
    tx.commit().await.expect("it is committed");
}

#[tokio::test]
async fn every_manipulation_is_found() {
    let cases = [
        (
            "UPDATE audit_entry SET actor = 'somebody.else' WHERE seq = 3",
            3,
            FaultKind::Changed,
        ),
        (
            "UPDATE audit_entry SET at = at + interval '1 second' WHERE seq = 1",
            1,
            FaultKind::Changed,
        ),
        // The same JSON, written otherwise.
        (
            "UPDATE audit_entry SET details = '{ }' WHERE seq = 2",
            2,
            FaultKind::Changed,
        ),
        (
            "UPDATE audit_entry SET hash = sha256('forged') WHERE seq = 4",
            4,
            FaultKind::Changed,
        ),
        (
            "UPDATE audit_entry SET prev_hash = sha256('forged') WHERE seq = 4",
            4,
            FaultKind::Unlinked,
        ),
        ("DELETE FROM audit_entry WHERE seq = 1", 1, FaultKind::Missing),
        ("DELETE FROM audit_entry WHERE seq = 3", 3, FaultKind::Missing),
        ("DELETE FROM audit_entry WHERE seq >= 4", 4, FaultKind::WrongHead),
        (
            "UPDATE audit_head SET seq = 4, hash = (SELECT hash FROM audit_entry WHERE seq = 3)",
            5,
            FaultKind::WrongHead,
        ),
        (
            "WITH a AS (SELECT id FROM audit_entry WHERE seq = 2)
             UPDATE audit_entry SET seq = seq + 100 WHERE id IN (SELECT id FROM a)",
            2,
            FaultKind::Missing,
        ),
    ];
    for (statement, seq, kind) in cases {
        let db = database().await;
        let store = internal(&db);
        for n in 1..=5 {
            store
                .append_audit(&closed(&format!("login.{n}")))
                .await
                .expect("an append");
        }
        assert_eq!(
            store.verify_audit().await.expect("the database answers").fault,
            None
        );
        tamper(&db, statement).await;
        let fault = store.verify_audit().await.expect("the database answers").fault;
        assert_eq!(
            fault.map(|fault| (fault.seq, fault.kind)),
            Some((seq, kind)),
            "{statement}"
        );
    }
}

#[tokio::test]
async fn long_chains_are_walked_in_pages() {
    let db = database().await;
    let store = internal(&db);
    // As many as two pages and a little, through the receiving side. No more at a time than it
    // has connections: appends follow each other, and five hundred waiting for one another would
    // measure how fast the machine is.
    stream::iter(0..2_001)
        .map(async |n| store.append_audit(&closed(&format!("login.{n}"))).await)
        .buffer_unordered(8)
        .try_for_each(async |()| Ok(()))
        .await
        .expect("appends");
    let verification = store.verify_audit().await.expect("the database answers");
    assert_eq!((verification.good, verification.fault), (2_001, None));
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let db = database().await;
    let store = staff(&db);
    for n in 0..7 {
        let happening = match n % 2 {
            0 => Happening::SessionClosed {
                login: "sklad.sidorov",
            },
            _ => Happening::SessionRefused {
                typed: "audit.orlova",
                known: true,
                refusal: Refusal::Locked,
                client: None,
            },
        };
        store
            .append_audit(&record(happening, NOW + Duration::minutes(n)))
            .await
            .expect("an append");
    }
    let order = Happening::OrderStatus {
        number: "7K2M-9QXA-4TBD",
        from: None,
        to: "created",
        by: backoffice_domain::ActorKind::Customer,
        login: None,
    };
    let order = order.record(EventId::from(kernel::random::uuid()), NOW, "orders");
    store.append_audit(&order).await.expect("an append");

    let list = async |filter: AuditFilter<'static>, before, limit| {
        let entries = store.list_audit(filter, before, limit).await.expect("the list");
        entries.iter().map(|entry| entry.seq).collect::<Vec<_>>()
    };
    let all = AuditFilter::default();
    assert_eq!(list(all, None, 3).await, [8, 7, 6]);
    assert_eq!(list(all, Some(6), 3).await, [5, 4, 3]);
    assert_eq!(list(all, Some(1), 3).await, [0_i64; 0]);
    assert_eq!(
        list(
            AuditFilter {
                actor: Some("audit.orlova"),
                ..all
            },
            None,
            9
        )
        .await,
        [6, 4, 2]
    );
    assert_eq!(
        list(
            AuditFilter {
                action: Some("session.closed"),
                ..all
            },
            Some(5),
            9
        )
        .await,
        [3, 1]
    );
    assert_eq!(
        list(
            AuditFilter {
                subject: Some("7K2M-9QXA-4TBD"),
                ..all
            },
            None,
            9
        )
        .await,
        [8]
    );
    let since = Some(NOW + Duration::minutes(5));
    assert_eq!(list(AuditFilter { since, ..all }, None, 9).await, [7, 6]);
    assert_eq!(
        list(
            AuditFilter {
                since,
                actor: Some("audit.orlova"),
                ..all
            },
            None,
            9
        )
        .await,
        [6]
    );
}

#[tokio::test]
async fn a_login_is_known_once_the_audit_names_it() {
    let db = database().await;
    let store = staff(&db);
    let knows = async |login| store.knows_actor(login).await.expect("the database answers");
    assert!(!knows("sklad.sidorov").await);
    store
        .append_audit(&closed("Sklad.Sidorov"))
        .await
        .expect("an append");
    assert!(knows("sklad.sidorov").await);
    assert!(knows(" SKLAD.SIDOROV").await);
    assert!(!knows("sklad.%").await);
}
