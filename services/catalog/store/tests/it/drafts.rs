//! Drafts (CAT-7).

use catalog_store::assortment::{
    DraftPublication, begin_draft, change_unit, delete_draft, draft, list_drafts, publish_draft, save_draft,
};
use catalog_store::edit::EditError;
use contracts::catalog::{Draft, DraftContent, DraftSubject, NewDraft, Published, UnitContent};
use kernel::PageSize;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::assortment::{editor, line, make_unit, table};
use crate::support::Shop;

async fn shop() -> Shop {
    Shop::with(&[("stool", &[("LEG", 3)])], &[("LEG", &[30])]).await
}

fn content(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().expect("an object")
}

async fn begin(shop: &Shop, key: &str, target: Option<Uuid>, typed: Option<Value>) -> Draft {
    let new = NewDraft {
        subject: DraftSubject::Product,
        target_id: target,
        content: typed.as_ref().map(content),
    };
    begin_draft(&shop.staff, &editor(shop), key, &new)
        .await
        .expect("begun")
}

fn read(draft: &Draft) -> DraftPublication {
    let content: UnitContent = serde_json::from_value(Value::Object(draft.content.clone())).expect("whole");
    DraftPublication::Product(content)
}

async fn publish(shop: &Shop, draft: &Draft) -> Result<Published, EditError> {
    publish_draft(&shop.staff, &editor(shop), draft.id, Some((draft, &read(draft)))).await
}

#[tokio::test]
async fn a_draft_keeps_whatever_was_typed() {
    let shop = shop().await;
    let begun = begin(&shop, "k", None, Some(json!({ "name": { "ru": "Сто" } }))).await;
    let again = begin(&shop, "k", None, Some(json!({ "name": { "ru": "Сто" } }))).await;
    assert_eq!(begun, again, "the same key begins it once");
    let typed = DraftContent {
        content: content(&json!({ "name": { "ru": "Стол" }, "weight_g": "тяжёлый" })),
    };
    let saved = save_draft(&shop.staff, &editor(&shop), begun.id, 1, &typed)
        .await
        .expect("saved");
    assert_eq!((saved.version, &saved.content), (2, &typed.content));
    let lost = save_draft(&shop.staff, &editor(&shop), begun.id, 1, &typed).await;
    assert!(
        matches!(
            lost,
            Err(EditError::Stale {
                version: 2,
                changed: None
            })
        ),
        "{lost:?}"
    );
    assert_eq!(
        draft(&shop.staff, "ivanova", begun.id).await.expect("an answer"),
        Some(saved)
    );
    assert_eq!(
        draft(&shop.staff, "petrov", begun.id).await.expect("an answer"),
        None
    );
    let lost = delete_draft(&shop.staff, "petrov", begun.id, 2).await;
    assert!(matches!(lost, Err(EditError::NotFound)), "{lost:?}");
    delete_draft(&shop.staff, "ivanova", begun.id, 2)
        .await
        .expect("gone");
    assert_eq!(
        draft(&shop.staff, "ivanova", begun.id).await.expect("an answer"),
        None
    );
}

#[tokio::test]
async fn an_employee_has_one_draft_of_a_target() {
    let shop = shop().await;
    let leg = shop.component("LEG").await;
    let made = make_unit(&shop, &table("table", &[line(leg, 4)])).await;
    let target = Some(made.unit.id.uuid());
    let first = begin(&shop, "k1", target, None).await;
    let second = begin(&shop, "k2", target, None).await;
    assert_eq!(first, second);
    assert_eq!(read(&first), DraftPublication::Product(made.unit.content));
    assert_eq!(first.base_version, Some(1));
}

#[tokio::test]
async fn drafts_are_listed_last_saved_first() {
    let shop = shop().await;
    let mut begun = Vec::new();
    for number in 0..3 {
        shop.clock.advance(time::Duration::seconds(1));
        begun.push(
            begin(&shop, &format!("k{number}"), None, Some(json!({ "n": number })))
                .await
                .id,
        );
    }
    begun.reverse();
    let size = PageSize::new(2).expect("sound");
    let first = list_drafts(&shop.staff, "ivanova", None, size)
        .await
        .expect("a page");
    let rest = list_drafts(&shop.staff, "ivanova", first.next_cursor.as_deref(), size)
        .await
        .expect("a page");
    let listed: Vec<Uuid> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|draft| draft.id)
        .collect();
    assert_eq!((listed, rest.next_cursor), (begun, None));
}

#[tokio::test]
async fn a_draft_is_published_once_by_many() {
    let shop = shop().await;
    let leg = shop.component("LEG").await;
    let typed = serde_json::to_value(table("table", &[line(leg, 4)])).expect("JSON");
    let begun = begin(&shop, "k", None, Some(typed)).await;
    let outcomes = futures_util::future::join_all((0..6).map(|_| publish(&shop, &begun))).await;
    let mut saved = outcomes.into_iter().map(|outcome| match outcome {
        Ok(Published::Product(view)) => view.unit,
        other => panic!("{other:?}"),
    });
    let first = saved.next().expect("six");
    assert!(saved.all(|unit| unit == first));
    assert_eq!(
        shop.count("SELECT count(*) FROM product WHERE slug = 'table'")
            .await,
        1
    );
    assert_eq!(shop.count("SELECT count(*) FROM draft").await, 0);
    // Also when the caller finds no draft any more.
    let again = publish_draft(&shop.staff, &editor(&shop), begun.id, None).await;
    assert!(matches!(again, Ok(Published::Product(view)) if view.unit == first));
    let never = publish_draft(&shop.staff, &editor(&shop), Uuid::nil(), None).await;
    assert!(matches!(never, Err(EditError::NotFound)), "{never:?}");
}

#[tokio::test]
async fn a_draft_of_what_has_moved_on_is_refused_with_what_changed() {
    let shop = shop().await;
    let leg = shop.component("LEG").await;
    let made = make_unit(&shop, &table("table", &[line(leg, 4)])).await;
    let begun = begin(&shop, "k", Some(made.unit.id.uuid()), None).await;
    let heavier = UnitContent {
        weight_g: 99_000,
        ..made.unit.content.clone()
    };
    change_unit(&shop.staff, &editor(&shop), made.unit.id, 1, &heavier)
        .await
        .expect("nobody else");
    let told = publish(&shop, &begun).await;
    let Err(EditError::Stale {
        version: 2,
        changed: Some(changed),
    }) = told
    else {
        panic!("{told:?}")
    };
    assert_eq!((changed.len(), &*changed[0].field), (1, "weight_g"));
    assert_eq!(
        shop.count("SELECT count(*) FROM draft").await,
        1,
        "nothing typed is lost"
    );
}

#[tokio::test]
async fn what_is_typed_while_it_is_published_is_not_lost() {
    let shop = shop().await;
    let leg = shop.component("LEG").await;
    for round in 0..6 {
        let typed = serde_json::to_value(table(&format!("t{round}"), &[line(leg, 4)])).expect("JSON");
        let begun = begin(&shop, &format!("k{round}"), None, Some(typed)).await;
        let more = DraftContent {
            content: content(&json!({ "name": "more" })),
        };
        let editor = editor(&shop);
        let (published, saved) = tokio::join!(
            publish(&shop, &begun),
            save_draft(&shop.staff, &editor, begun.id, 1, &more)
        );
        match (published, saved) {
            (Ok(_), Err(EditError::NotFound)) | (Err(EditError::Stale { .. }), Ok(_)) => {}
            other => panic!("{other:?}"),
        }
    }
}
