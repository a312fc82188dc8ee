use http::StatusCode;
use serde_json::{Value, json};

use crate::support::{House, location, set_cookies, text};

const PATH: &str = "/settings/toggles";

fn form(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

fn definitions() -> Value {
    json!({"flags": {
        "new-packing": {
            "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "targeting": {"if": [
                {"==": [{"var": "cohort"}, "pilot"]}, "on", {"fractional": [["off", 90], ["on", 10]]},
            ]},
        },
        "odd": {
            "state": "DISABLED", "variants": {"a": 1, "b": 2}, "defaultVariant": "a",
            "targeting": {"if": [{"starts_with": [{"var": "targetingKey"}, "test."]}, "b", null]},
        },
    }})
}

async fn refused(house: &House, cookie: &str, pairs: &[(&str, &str)], status: StatusCode) -> String {
    let response = house.post(PATH, cookie, &form(pairs)).await;
    assert_eq!(response.status(), status, "{pairs:?}");
    text(response).await
}

#[tokio::test]
async fn the_page_shows_state_cohorts_and_shares_and_who_changed_them() {
    let house = House::new().await;
    let cookie = house.sign_in("admin.smirnov").await;
    let page = house.page(PATH, &cookie).await;
    assert!(page.contains("Переключателей пока нет"), "{page}");
    house
        .fake
        .put_toggles(definitions(), "chief.vasilyev", "Проба <b>упаковки</b>");
    let page = house.page(PATH, &cookie).await;
    for said in [
        "Действует версия 1.",
        "new-packing",
        r#"<span class="muted">pilot</span> on"#,
        r#"<span class="muted">10 %</span> on"#,
        r#"<span class="muted">90 %</span> off"#,
        "своё правило, меняется в JSON",
        "выключен",
        "chief.vasilyev",
        "Проба &#60;b&#62;упаковки",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let english = house.page(PATH, &format!("{cookie}; lang=en")).await;
    assert!(
        english.contains("Version 1 is in force.") && english.contains("a rule of its own, changed in JSON")
    );
}

#[tokio::test]
async fn a_toggle_is_added_changed_and_removed() {
    let house = House::new().await;
    let cookie = house.sign_in("admin.smirnov").await;
    let add = form(&[
        ("version", "0"),
        ("action", "add"),
        ("key", "new-packing"),
        ("reason", "Проба"),
    ]);
    let response = house.post(PATH, &cookie, &add).await;
    assert_eq!(
        (response.status(), location(&response)),
        (StatusCode::SEE_OTHER, PATH)
    );
    let flash = set_cookies(&response).remove(0);
    let flash = flash.split(';').next().expect("a pair");
    let page = house.page(PATH, &format!("{cookie}; {flash}")).await;
    assert!(page.contains("Действует версия 1 переключателей."), "{page}");

    // Variants in the order of their names: off, on.
    let set = form(&[
        ("version", "1"),
        ("key", "new-packing"),
        ("state", "on"),
        ("default", "off"),
        ("cohorts-0", ""),
        ("share-0", "75"),
        ("cohorts-1", "pilot, early-birds"),
        ("share-1", "25 %"),
        ("reason", "Четверть сотрудников"),
        ("action", "set"),
    ]);
    let response = house.post(PATH, &cookie, &set).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    let now = house.fake.toggles();
    assert_eq!(
        now.definitions["flags"]["new-packing"],
        json!({
            "state": "ENABLED", "variants": {"on": true, "off": false}, "defaultVariant": "off",
            "targeting": {"if": [
                {"in": [{"var": "cohort"}, ["pilot", "early-birds"]]}, "on",
                {"fractional": [["off", 75], ["on", 25]]},
            ]},
        })
    );
    let change = now.change.expect("it was changed");
    assert_eq!(
        (change.actor.as_str(), change.reason.as_str()),
        ("admin.smirnov", "Четверть сотрудников")
    );

    let remove = form(&[
        ("version", "2"),
        ("key", "new-packing"),
        ("reason", "Проба окончена"),
        ("action", "remove"),
    ]);
    house.post(PATH, &cookie, &remove).await;
    assert_eq!(house.fake.toggles().definitions["flags"], json!({}));
}

/// What a form cannot show is left as it is.
#[tokio::test]
async fn a_rule_of_its_own_survives_a_change_of_the_state() {
    let house = House::new().await;
    let cookie = house.sign_in("admin.smirnov").await;
    house.fake.put_toggles(definitions(), "chief.vasilyev", "Проба");
    let set = form(&[
        ("version", "1"),
        ("key", "odd"),
        ("state", "on"),
        ("default", "b"),
        ("share-0", "100"),
        ("reason", "Включаем"),
        ("action", "set"),
    ]);
    house.post(PATH, &cookie, &set).await;
    let mut expected = definitions()["flags"]["odd"].clone();
    expected["state"] = "ENABLED".into();
    expected["defaultVariant"] = "b".into();
    assert_eq!(house.fake.toggles().definitions["flags"]["odd"], expected);
}

#[tokio::test]
async fn who_was_slower_is_told_and_sees_what_is_in_force_now() {
    let house = House::new().await;
    let cookie = house.sign_in("admin.smirnov").await;
    house.fake.put_toggles(definitions(), "admin.smirnov", "Проба");
    house
        .fake
        .put_toggles(definitions(), "chief.vasilyev", "Ещё одна");
    let set = [
        ("version", "1"),
        ("key", "new-packing"),
        ("state", "off"),
        ("default", "on"),
        ("cohorts-1", "early-birds"),
        ("reason", "Отключаем"),
        ("action", "set"),
    ];
    let page = refused(&house, &cookie, &set, StatusCode::PRECONDITION_FAILED).await;
    assert!(
        page.contains("кто-то успел раньше") && page.contains("Сейчас действует версия 2"),
        "{page}"
    );
    // The form is as it was entered, over the version of now: sent again, it counts.
    assert!(page.contains(r#"name="version" value="2""#) && !page.contains(r#"name="version" value="1""#));
    assert!(page.contains(r#"value="early-birds""#) && page.contains(r#"value="Отключаем""#));
    assert_eq!(house.fake.toggles().version, 2);

    // All definitions are not laid over somebody else's: they are shown beside them.
    let mine = json!({"flags": {"mine": 1}}).to_string();
    let all = [
        ("version", "1"),
        ("action", "all"),
        ("definitions", &mine),
        ("reason", "Все"),
    ];
    let page = refused(&house, &cookie, &all, StatusCode::PRECONDITION_FAILED).await;
    let (kept, editor) = page.split_once("<textarea").expect("an editor");
    assert!(kept.contains("mine") && !editor.contains("mine"), "{page}");
    let english = house.post(PATH, &format!("{cookie}; lang=en"), &form(&all)).await;
    assert!(text(english).await.contains("someone was faster"));
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nothing_changes() {
    let house = House::new().await;
    let cookie = house.sign_in("admin.smirnov").await;
    house.fake.put_toggles(definitions(), "admin.smirnov", "Проба");
    let set = |extra: &[(&'static str, &'static str)]| {
        let mut pairs = vec![
            ("version", "1"),
            ("key", "new-packing"),
            ("state", "on"),
            ("default", "off"),
            ("reason", "Проба"),
            ("action", "set"),
        ];
        pairs.retain(|(name, _)| extra.iter().all(|(other, _)| other != name));
        pairs.extend_from_slice(extra);
        pairs
    };
    let bad = r#"{"flags": {"x": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "of"}}}"#;
    for (pairs, said) in [
        (set(&[("reason", "")]), "Назовите причину"),
        (set(&[("key", "gone")]), "Такого переключателя больше нет"),
        (set(&[("cohorts-0", "Пилот")]), "не может быть именем группы"),
        (
            set(&[("cohorts-0", "pilot"), ("cohorts-1", "pilot")]),
            "названа дважды",
        ),
        (set(&[("share-0", "-1")]), "целое число от 0 до 100"),
        (set(&[("share-0", "50"), ("share-1", "49")]), "в сумме дают 99"),
        (
            set(&[("default", "most")]),
            "переключатель «new-packing» отклонён",
        ),
        (set(&[("action", "add"), ("key", "odd")]), "уже есть"),
        (set(&[("action", "add"), ("key", "два слова")]), "без пробелов"),
        (set(&[("action", "all"), ("definitions", "{")]), "не JSON"),
        (
            set(&[("action", "all"), ("definitions", bad)]),
            "переключатель «x» отклонён: defaultVariant",
        ),
    ] {
        let page = refused(&house, &cookie, &pairs, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert!(page.contains(said), "{pairs:?}: {said}");
    }
    let odd = house
        .post(PATH, &cookie, &form(&set(&[("action", "explode")])))
        .await;
    assert_eq!(odd.status(), StatusCode::BAD_REQUEST);
    assert_eq!(house.fake.toggles().version, 1);
}

#[tokio::test]
async fn only_administrators_change_toggles() {
    let house = House::new().await;
    let add = form(&[
        ("version", "0"),
        ("action", "add"),
        ("key", "x"),
        ("reason", "Проба"),
    ]);
    for login in ["sklad.sidorov", "audit.orlova", "stat.fedorova"] {
        let cookie = house.sign_in(login).await;
        assert_eq!(
            house.get(PATH, &cookie).await.status(),
            StatusCode::FORBIDDEN,
            "{login}"
        );
        let response = house.post(PATH, &cookie, &add).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{login}");
    }
    let response = house.post(PATH, "", &add).await;
    assert_eq!(location(&response), "/sign-in?next=%2Fsettings%2Ftoggles");
    assert_eq!(house.fake.toggles().version, 0);
}
