//! Edits in versions, with a thing that is nothing else.

use catalog_store::ListError;
use catalog_store::edit::{Cause, EditError, Editor, Versioned, assortment_history, expect};
use contracts::catalog::{AssortmentKind, ChangeAction};
use contracts::events::{ASSORTMENT_CHANGED, AssortmentChanged};
use kernel::PageSize;
use serde::Serialize;
use serde_json::json;

use crate::support::Shop;

#[derive(Debug, Clone, Serialize)]
struct Thing {
    code: String,
    version: i64,
    name: String,
    size: i64,
}

impl Versioned for Thing {
    const KIND: AssortmentKind = AssortmentKind::Color;

    fn code(&self) -> String {
        self.code.clone()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn is_deleted(&self) -> bool {
        self.size == 0
    }
}

fn thing(version: i64, name: &str, size: i64) -> Thing {
    Thing {
        code: "red".to_owned(),
        version,
        name: name.to_owned(),
        size,
    }
}

fn editor(shop: &Shop) -> Editor<'_> {
    Editor {
        clock: &shop.clock,
        subscriptions: &shop.subscriptions,
        actor: "ivanova",
    }
}

async fn record(shop: &Shop, before: Option<&Thing>, after: &Thing, cause: &Cause) -> Result<(), EditError> {
    let action = match before {
        None => ChangeAction::Create,
        Some(_) => ChangeAction::Change,
    };
    shop.staff
        .run("record", async |mut tx: pg::Tx| {
            editor(shop).record(&mut tx, action, before, after, cause).await
        })
        .await
}

async fn expected(shop: &Shop, now: &Thing, base: i64) -> Result<(), EditError> {
    shop.staff
        .run("expect", async |mut tx: pg::Tx| expect(&mut tx, now, base).await)
        .await
}

#[tokio::test]
async fn an_edit_of_an_old_version_is_told_what_changed() {
    let shop = Shop::empty().await;
    let versions = [thing(4, "a", 1), thing(5, "b", 1), thing(6, "b", 2)];
    for pair in versions.windows(2) {
        record(&shop, Some(&pair[0]), &pair[1], &Cause::Call)
            .await
            .expect("recorded");
    }
    expected(&shop, &versions[2], 6).await.expect("the current one");
    let told = async |base| match expected(&shop, &versions[2], base).await {
        Err(EditError::Stale { version: 6, changed }) => changed,
        other => panic!("{other:?}"),
    };
    let names = |changed: Option<Vec<contracts::catalog::FieldChange>>| {
        changed.map(|changed| {
            let fields = changed.into_iter().map(|c| (c.field, c.before, c.now));
            fields.collect::<Vec<_>>()
        })
    };
    // The first edit noted how it was before.
    assert_eq!(
        names(told(4).await),
        Some(vec![
            ("name".to_owned(), json!("a"), json!("b")),
            ("size".to_owned(), json!(1), json!(2)),
        ])
    );
    assert_eq!(
        names(told(5).await),
        Some(vec![("size".to_owned(), json!(1), json!(2))])
    );
    assert_eq!(names(told(3).await), None, "nobody knows version 3");
    assert_eq!(names(told(7).await), None, "a version from the future is none");
}

#[tokio::test]
async fn a_change_is_told_with_its_fields_and_nothing_else() {
    let shop = Shop::empty().await;
    record(&shop, Some(&thing(1, "a", 1)), &thing(2, "b", 1), &Cause::Call)
        .await
        .expect("recorded");
    let told: Vec<(String, serde_json::Value)> = sqlx::query_as("SELECT type, data FROM events.outbox")
        .fetch_all(shop.db.admin())
        .await
        .expect("events");
    let [(type_, data)] = told.as_slice() else {
        panic!("{told:?}")
    };
    assert_eq!(type_, ASSORTMENT_CHANGED);
    let payload: AssortmentChanged = serde_json::from_value(data.clone()).expect("a payload");
    assert_eq!((payload.version, payload.action), (2, ChangeAction::Change));
    assert_eq!(
        (payload.fields.as_slice(), &*payload.actor),
        (["name".to_owned()].as_slice(), "ivanova")
    );
}

#[tokio::test]
async fn the_same_version_is_recorded_once() {
    let shop = Shop::empty().await;
    let (before, after) = (thing(1, "a", 1), thing(2, "b", 1));
    record(&shop, Some(&before), &after, &Cause::Call)
        .await
        .expect("recorded");
    let again = record(&shop, Some(&before), &after, &Cause::Call).await;
    assert!(matches!(again, Err(EditError::Database(_))), "{again:?}");
    assert_eq!(shop.count("SELECT count(*) FROM events.outbox").await, 1);
}

#[tokio::test]
async fn a_creation_is_known_by_its_key_and_made_once_by_many() {
    let shop = Shop::empty().await;
    let cause = Cause::creation(AssortmentKind::Color, "k1", &json!({ "name": "a" }));
    let make = async || {
        shop.staff
            .run("create", async |mut tx: pg::Tx| {
                let editor = editor(&shop);
                if let Some(code) = editor.created_before(&mut tx, &cause).await? {
                    return Ok((code, false));
                }
                let made = thing(1, "a", 1);
                editor
                    .record(&mut tx, ChangeAction::Create, None, &made, &cause)
                    .await?;
                Ok::<_, EditError>((made.code, true))
            })
            .await
    };
    let answers = futures_util::future::join_all((0..8).map(|_| make())).await;
    let outcomes: Vec<_> = answers
        .into_iter()
        .map(|made| made.expect("made or found"))
        .collect();
    assert!(outcomes.iter().all(|(code, _)| code == "red"), "{outcomes:?}");
    let first = outcomes.iter().filter(|(_, first)| *first).count();
    assert_eq!(first, 1, "{outcomes:?}");

    let other = Cause::creation(AssortmentKind::Color, "k1", &json!({ "name": "b" }));
    let refused = shop
        .staff
        .run("create", async |mut tx: pg::Tx| {
            editor(&shop).created_before(&mut tx, &other).await
        })
        .await;
    assert!(matches!(refused, Err(EditError::KeyReused)), "{refused:?}");
}

#[tokio::test]
async fn history_tells_each_version_page_by_page() {
    let shop = Shop::empty().await;
    for version in 1..5 {
        let name = version.to_string();
        let next = (version + 1).to_string();
        record(
            &shop,
            Some(&thing(version, &name, 1)),
            &thing(version + 1, &next, 1),
            &Cause::Call,
        )
        .await
        .expect("recorded");
    }
    let size = PageSize::new(2).expect("sound");
    let (mut cursor, mut told) = (None, Vec::new());
    loop {
        let page = assortment_history(&shop.staff, AssortmentKind::Color, "red", cursor.as_deref(), size)
            .await
            .expect("a page");
        told.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let versions: Vec<_> = told.iter().map(|change| change.version).collect();
    assert_eq!(versions, [5, 4, 3, 2, 1]);
    assert!(
        told[..4].iter().all(|change| change.changed.len() == 1),
        "{told:?}"
    );
    assert_eq!(
        (told[4].action, told[4].actor.as_deref(), told[4].changed.len()),
        (ChangeAction::Import, None, 0)
    );
    let refused = assortment_history(&shop.staff, AssortmentKind::Color, "red", Some("x"), size).await;
    assert!(matches!(refused, Err(ListError::Cursor(_))), "{refused:?}");
}

#[tokio::test]
async fn nobody_rewrites_the_versions() {
    let shop = Shop::empty().await;
    record(&shop, None, &thing(1, "a", 1), &Cause::Call)
        .await
        .expect("recorded");
    for pool in [&shop.owner, &shop.staff, &shop.internal, &shop.edge] {
        for statement in [
            "UPDATE assortment_change SET actor = 'x'",
            "DELETE FROM assortment_change",
            "TRUNCATE assortment_change",
        ] {
            let refused = sqlx::query(statement).execute(pool.pool()).await;
            let state = refused.as_ref().err().and_then(pg::sql_state);
            assert_eq!(state.as_deref(), Some("42501"), "{statement}");
        }
    }
}
