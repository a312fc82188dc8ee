//! The vocabulary as employees edit it.

use catalog_store::edit::{EditError, Editor};
use catalog_store::{change_entry, create_entry, delete_entry, entry, list_entries, restore_entry};
use contracts::catalog::{
    CategoryContent, ChoiceContent, ColorContent, Entry, MarginContent, PropertyContent, PropertyUse,
    RuleContent, ValueKind, WarehouseContent,
};
use serde_json::json;

use crate::support::{Shop, text};

fn editor(shop: &Shop) -> Editor<'_> {
    Editor {
        clock: &shop.clock,
        subscriptions: &shop.subscriptions,
        actor: "ivanova",
    }
}

fn category(code: &str, parent: Option<&str>) -> CategoryContent {
    CategoryContent {
        code: code.to_owned(),
        parent: parent.map(str::to_owned),
        name: text(code),
        position: 1,
        properties: Vec::new(),
    }
}

async fn make<C: catalog_store::Vocabulary>(shop: &Shop, content: &C) -> Entry<C> {
    let key = format!("{}-{}", C::KIND.code(), content.code());
    create_entry(&shop.staff, &editor(shop), &key, content)
        .await
        .expect("made")
}

/// Fields and codes of what was wrong.
fn faults<T: std::fmt::Debug>(refused: Result<T, EditError>) -> Vec<(String, &'static str)> {
    match refused {
        Err(EditError::Invalid(faults)) => faults
            .into_iter()
            .map(|fault| (fault.field, fault.code))
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// Codes of those that need it.
fn users<T: std::fmt::Debug>(refused: Result<T, EditError>) -> Vec<String> {
    match refused {
        Err(EditError::InUse { users, total }) => {
            assert_eq!(usize::try_from(total).ok(), Some(users.len()));
            users.into_iter().map(|user| user.code).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn two_moves_at_once_make_no_cycle_together() {
    let shop = Shop::empty().await;
    for code in ["a", "b"] {
        make(&shop, &category(code, None)).await;
    }
    for _ in 0..5 {
        let (first, second) = (category("a", Some("b")), category("b", Some("a")));
        let version = async |code: &str| {
            let now = entry::<CategoryContent>(&shop.staff, code).await;
            now.expect("the database answers").expect("it is there").version
        };
        let (of_a, of_b) = (version("a").await, version("b").await);
        let editor = editor(&shop);
        let (one, other) = tokio::join!(
            change_entry(&shop.staff, &editor, "a", of_a, &first),
            change_entry(&shop.staff, &editor, "b", of_b, &second),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        let (moved, refused) = if one.is_ok() { (one, other) } else { (other, one) };
        match refused {
            Err(EditError::Invalid(faults)) => {
                assert_eq!((faults[0].field.as_str(), faults[0].code), ("parent", "cycle"));
                assert!(faults[0].message.en.contains('a') && faults[0].message.en.contains('b'));
            }
            other => panic!("{other:?}"),
        }
        let moved = moved.expect("one of them");
        let back = category(&moved.content.code, None);
        change_entry(&shop.staff, &editor, &back.code, moved.version, &back)
            .await
            .expect("moved back");
    }
}

#[tokio::test]
async fn the_tree_stays_a_tree() {
    let shop = Shop::empty().await;
    let refused = create_entry(&shop.staff, &editor(&shop), "k", &category("a", Some("none"))).await;
    assert_eq!(faults(refused), [("parent".to_owned(), "unknown")]);
    let mut above: Option<String> = None;
    for level in 1..=8 {
        let code = format!("level-{level}");
        make(&shop, &category(&code, above.as_deref())).await;
        above = Some(code);
    }
    let refused = create_entry(
        &shop.staff,
        &editor(&shop),
        "k",
        &category("level-9", above.as_deref()),
    )
    .await;
    assert_eq!(faults(refused), [("parent".to_owned(), "too_deep")]);
    // A subtree moves as a whole, so its height counts.
    make(&shop, &category("top", None)).await;
    let deeper = category("level-1", Some("top"));
    let refused = change_entry(&shop.staff, &editor(&shop), "level-1", 1, &deeper).await;
    assert_eq!(faults(refused), [("parent".to_owned(), "too_deep")]);
    let refused = delete_entry::<CategoryContent>(&shop.staff, &editor(&shop), "level-7", 1).await;
    assert_eq!(users(refused), ["level-8"]);
    // What is below something deleted cannot come back before it.
    for code in ["level-8", "level-7"] {
        delete_entry::<CategoryContent>(&shop.staff, &editor(&shop), code, 1)
            .await
            .expect("nobody needs it");
    }
    let refused = restore_entry::<CategoryContent>(&shop.staff, &editor(&shop), "level-8", 2).await;
    assert_eq!(faults(refused), [("parent".to_owned(), "unknown")]);
    let back = restore_entry::<CategoryContent>(&shop.staff, &editor(&shop), "level-7", 2)
        .await
        .expect("its parent is there");
    assert_eq!((back.version, back.deleted_at), (3, None));
}

fn doors() -> PropertyContent {
    PropertyContent {
        code: "doors".to_owned(),
        name: text("doors"),
        kind: ValueKind::Choice,
        unit: None,
        filterable: true,
        position: 1,
        choices: ["sliding", "swing"]
            .map(|code| ChoiceContent {
                code: code.to_owned(),
                name: text(code),
            })
            .into(),
    }
}

#[tokio::test]
async fn values_hold_their_property() {
    let shop = Shop::with(&[("desk", &[("TOP", 1)])], &[("TOP", &[1])]).await;
    make(&shop, &doors()).await;
    sqlx::query("UPDATE product SET properties = '{\"doors\": \"sliding\"}'")
        .execute(shop.db.admin())
        .await
        .expect("a value");
    let change = async |base, property: &PropertyContent| {
        change_entry(&shop.staff, &editor(&shop), "doors", base, property).await
    };
    let as_text = PropertyContent {
        kind: ValueKind::Text,
        choices: Vec::new(),
        ..doors()
    };
    assert_eq!(users(change(1, &as_text).await), ["desk"]);
    let mut fewer = doors();
    fewer.choices.remove(0);
    assert_eq!(users(change(1, &fewer).await), ["desk"]);
    let refused = delete_entry::<PropertyContent>(&shop.staff, &editor(&shop), "doors", 1).await;
    assert_eq!(users(refused), ["desk"]);
    let mut fewer = doors();
    fewer.choices.remove(1);
    let changed = change(1, &fewer).await.expect("nobody swings");
    assert_eq!((changed.version, changed.content), (2, fewer));
    // Shapes that make no sense.
    let mut twice = doors();
    twice.choices[1].code = "sliding".to_owned();
    twice.unit = Some("mm".to_owned());
    assert_eq!(
        faults(change(2, &twice).await),
        [
            ("unit".to_owned(), "unfit"),
            ("choices[1].code".to_owned(), "twice")
        ]
    );
    let built_in = PropertyContent {
        code: "color".to_owned(),
        ..as_text
    };
    let refused = create_entry(&shop.staff, &editor(&shop), "k", &built_in).await;
    assert_eq!(faults(refused), [("code".to_owned(), "taken")]);
}

#[tokio::test]
async fn rules_make_sense_and_hold_what_they_name() {
    let shop = Shop::with(&[("desk", &[("TOP", 1)])], &[("TOP", &[1])]).await;
    make(&shop, &doors()).await;
    let rule = |condition| RuleContent {
        code: "fit".to_owned(),
        name: text("fit"),
        category: Some("tables".to_owned()),
        component_type: Some("panel".to_owned()),
        condition,
    };
    for (condition, field, code) in [
        (
            json!({ "check": "equal", "unit": "color" }),
            "condition",
            "malformed",
        ),
        (
            json!({ "check": "equal", "unit": "color", "component": "none" }),
            "condition.component",
            "unknown",
        ),
        (
            json!({ "check": "equal", "unit": "color", "component": "material" }),
            "condition",
            "incomparable",
        ),
        (
            json!({ "check": "range", "component": "doors", "min": 1 }),
            "condition.component",
            "not_number",
        ),
        (
            json!({ "check": "one_of", "component": "doors", "values": ["open"] }),
            "condition.values[0]",
            "unfit",
        ),
    ] {
        let refused = create_entry(&shop.staff, &editor(&shop), "k", &rule(condition)).await;
        assert_eq!(faults(refused), [(field.to_owned(), code)]);
    }
    make(
        &shop,
        &rule(json!({
            "check": "one_of", "component": "doors", "values": ["swing"], "when": { "unit": "color", "values": ["oak"] }
        })),
    )
    .await;
    let mut fewer = doors();
    fewer.choices.remove(1);
    let refused = change_entry(&shop.staff, &editor(&shop), "doors", 1, &fewer).await;
    assert_eq!(users(refused), ["fit"]);
    let refused = delete_entry::<ColorContent>(&shop.staff, &editor(&shop), "oak", 1).await;
    assert_eq!(users(refused), ["TOP", "desk", "fit"]);
}

#[tokio::test]
async fn a_margin_reaches_the_prices_of_its_branch() {
    let shop = Shop::with(
        &[("desk", &[("TOP", 1)]), ("stool", &[("TOP", 2)])],
        &[("TOP", &[1])],
    )
    .await;
    make(&shop, &category("office", None)).await;
    let desks = make(&shop, &category("desks", Some("office"))).await;
    sqlx::query("UPDATE product SET category = 'desks' WHERE slug = 'desk'")
        .execute(shop.db.admin())
        .await
        .expect("moved");
    let prices = async || {
        while catalog_store::reprice_margins(&shop.internal, 1)
            .await
            .expect("a database")
            > 0
        {}
        let prices: Vec<i64> = sqlx::query_scalar("SELECT price_amount FROM product ORDER BY slug")
            .fetch_all(shop.db.admin())
            .await
            .expect("prices");
        prices
    };
    assert_eq!(prices().await, [160_00, 320_00]);
    let margin = |category: Option<&str>, margin_bp| MarginContent {
        category: category.map(str::to_owned),
        margin_bp,
        step: 1_00,
    };
    sqlx::query("DELETE FROM stale_product")
        .execute(shop.db.admin())
        .await
        .expect("none");
    make(&shop, &margin(Some("office"), 10_000)).await;
    assert_eq!(prices().await, [200_00, 320_00], "of the category below it, too");
    assert_eq!(
        shop.count("SELECT count(*) FROM stale_product").await,
        1,
        "lists are told"
    );
    let rest = change_entry(&shop.staff, &editor(&shop), "_default", 1, &margin(None, 0)).await;
    assert_eq!(rest.expect("changed").version, 2);
    assert_eq!(prices().await, [200_00, 200_00]);
    // A branch that moves away comes under another margin.
    let away = category("desks", None);
    change_entry(&shop.staff, &editor(&shop), "desks", desks.version, &away)
        .await
        .expect("moved");
    assert_eq!(prices().await, [100_00, 200_00]);
    let refused = delete_entry::<MarginContent>(&shop.staff, &editor(&shop), "_default", 2).await;
    assert_eq!(faults(refused), [("category".to_owned(), "needed")]);
    delete_entry::<MarginContent>(&shop.staff, &editor(&shop), "office", 1)
        .await
        .expect("deleted");
    let again = make_again(&shop, &margin(Some("office"), 5_000)).await;
    assert_eq!(again.version, 3, "the journal goes on");
}

async fn make_again(shop: &Shop, content: &MarginContent) -> Entry<MarginContent> {
    create_entry(&shop.staff, &editor(shop), "another key", content)
        .await
        .expect("made again")
}

#[tokio::test]
async fn a_warehouse_with_pieces_stays() {
    let shop = Shop::with(&[], &[("TOP", &[2, 0, 0])]).await;
    let refused = delete_entry::<WarehouseContent>(&shop.staff, &editor(&shop), "MSK", 1).await;
    assert_eq!(users(refused), ["TOP"]);
    delete_entry::<WarehouseContent>(&shop.staff, &editor(&shop), "SPB", 1)
        .await
        .expect("it is empty");
    let all = list_entries::<WarehouseContent>(&shop.staff)
        .await
        .expect("a list");
    let codes: Vec<_> = all.items.iter().map(|entry| &*entry.content.code).collect();
    assert_eq!(codes, ["MSK", "EKB", "SPB"], "deleted ones last");
    let spaces = catalog_store::warehouse_spaces(&shop.staff)
        .await
        .expect("spaces");
    // 700 × 1200 × 600 mm are 504 litres.
    assert_eq!(spaces.get("MSK"), Some(&1_008));
    assert_eq!(spaces.get("EKB"), None);
}

#[tokio::test]
async fn categories_keep_their_properties_in_order() {
    let shop = Shop::empty().await;
    make(&shop, &doors()).await;
    let seat = PropertyContent {
        code: "seat_mm".to_owned(),
        kind: ValueKind::Number,
        unit: Some("mm".to_owned()),
        choices: Vec::new(),
        ..doors()
    };
    make(&shop, &seat).await;
    let with = |codes: &[&str]| CategoryContent {
        properties: codes
            .iter()
            .map(|code| PropertyUse {
                property: (*code).to_owned(),
                required: *code == "doors",
            })
            .collect(),
        ..category("chairs", None)
    };
    let made = make(&shop, &with(&["seat_mm", "doors"])).await;
    assert_eq!(made.content, with(&["seat_mm", "doors"]));
    for (codes, field, code) in [
        (&["doors", "doors"][..], "properties[1].property", "twice"),
        (&["wheels"][..], "properties[0].property", "unknown"),
    ] {
        let refused = change_entry(&shop.staff, &editor(&shop), "chairs", 1, &with(codes)).await;
        assert_eq!(faults(refused), [(field.to_owned(), code)]);
    }
    let changed = change_entry(&shop.staff, &editor(&shop), "chairs", 1, &with(&["doors"])).await;
    assert_eq!(changed.expect("changed").content, with(&["doors"]));
}
