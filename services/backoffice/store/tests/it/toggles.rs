use backoffice_domain::Happening;
use backoffice_store::{PutTogglesError, TogglesVersion};
use events::{NewEvent, Subscriptions};
use futures_util::future::join_all;
use test_support::{ManualClock, TestDb};
use time::OffsetDateTime;

use crate::support::{NOW, database, internal, record, staff};

const TYPE: &str = "ru.garnitur.test.toggles.v1";

fn version(version: i64, at: OffsetDateTime, actor: &str) -> TogglesVersion {
    TogglesVersion {
        version,
        definitions: format!(r#"{{"flags": {{}}, "metadata": {{"version": "{version}"}}}}"#),
        at,
        actor: actor.to_owned(),
        reason: "a trial".to_owned(),
    }
}

async fn put(db: &TestDb, new: &TogglesVersion) -> Result<(), PutTogglesError> {
    let told = Happening::TogglesChanged {
        version: new.version,
        toggles: &[],
        reason: &new.reason,
        login: &new.actor,
    };
    let event = NewEvent::new(&*ManualClock::at(NOW).shared(), TYPE, &new.version);
    let subscriptions = Subscriptions::new()
        .with("catalog", [TYPE])
        .with("orders", [TYPE]);
    staff(db)
        .put_toggles(new, &record(told, new.at), &event, &subscriptions)
        .await
}

async fn count(db: &TestDb, table: &str) -> i64 {
    let count = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
    sqlx::query_scalar(count)
        .fetch_one(db.admin())
        .await
        .expect("a count")
}

#[tokio::test]
async fn versions_follow_each_other_and_the_last_one_is_in_force() {
    let db = database().await;
    let store = internal(&db);
    assert_eq!(store.toggles().await.expect("an answer"), None);
    assert_eq!(store.toggles_unless(0).await.expect("an answer"), None);

    let first = version(1, NOW, "admin.smirnov");
    let second = version(2, NOW, "chief.vasilyev");
    put(&db, &first).await.expect("the first");
    assert!(matches!(put(&db, &first).await, Err(PutTogglesError::Stale)));
    assert!(matches!(
        put(&db, &version(3, NOW, "x")).await,
        Err(PutTogglesError::Stale)
    ));
    put(&db, &second).await.expect("the second");

    assert_eq!(store.toggles().await.expect("an answer"), Some(second.clone()));
    assert_eq!(store.toggles_version(1).await.expect("an answer"), Some(first));
    assert_eq!(store.toggles_version(3).await.expect("an answer"), None);
    assert_eq!(
        store.toggles_unless(1).await.expect("an answer"),
        Some(second.definitions)
    );
    assert_eq!(store.toggles_unless(2).await.expect("an answer"), None);
    let listed = store.list_toggles(None, 10).await.expect("an answer");
    let listed: Vec<_> = listed.iter().map(|v| (v.version, v.actor.as_str())).collect();
    assert_eq!(listed, [(2, "chief.vasilyev"), (1, "admin.smirnov")]);
    let before = store.list_toggles(Some(2), 10).await.expect("an answer");
    assert_eq!(before.len(), 1);
    // Told and recorded as often as put into force: what was refused left nothing.
    assert_eq!(count(&db, "audit_entry").await, 2);
    assert_eq!(count(&db, "events.outbox").await, 2);
    assert_eq!(count(&db, "events.delivery").await, 4);
}

/// Of many administrators who change the same version, one does.
#[tokio::test]
async fn the_same_version_is_changed_once() {
    let db = database().await;
    let racers: Vec<TogglesVersion> = (0..8).map(|n| version(1, NOW, &format!("admin.{n}"))).collect();
    let outcomes = join_all(racers.iter().map(|new| put(&db, new))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    let stale = |outcome: &&Result<(), PutTogglesError>| matches!(outcome, Err(PutTogglesError::Stale));
    assert_eq!(outcomes.iter().filter(stale).count(), 7, "{outcomes:?}");
    assert_eq!(count(&db, "audit_entry").await, 1);
    assert_eq!(count(&db, "events.outbox").await, 1);
}
