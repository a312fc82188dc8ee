use axum::http::{Method, StatusCode};
use embedded::ldap::DEMO_PASSWORD;
use serde_json::{Value, json};

use crate::support::{Answer, House};

const EMPLOYEES: &str = "/api/staff/v1/employees";

/// The house with an administrator's token.
async fn house() -> (House, String) {
    let house = House::new().await;
    let token = house.access("admin.smirnov").await;
    (house, token)
}

async fn ask(house: &House, token: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
    house
        .staff(method, &format!("{EMPLOYEES}{path}"), Some(token), body)
        .await
}

/// The id of somebody of the demonstration shop.
async fn id_of(house: &House, token: &str, login: &str) -> String {
    let page = ask(house, token, Method::GET, &format!("?q={login}"), None).await;
    page.body["items"][0]["id"].as_str().expect("one").to_owned()
}

fn new(login: &str, roles: &[&str]) -> Value {
    json!({
        "login": login, "given_name": "Новый", "surname": "Сотрудник", "password": "First-Password-1", "roles": roles,
    })
}

#[tokio::test]
async fn employees_are_listed_page_by_page() {
    let (house, token) = house().await;
    let mut seen = Vec::new();
    let mut path = "?page_size=5".to_owned();
    loop {
        let page = ask(&house, &token, Method::GET, &path, None).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.body);
        let items = page.body["items"].as_array().expect("items");
        assert!(items.len() <= 5);
        seen.extend(
            items
                .iter()
                .map(|item| item["login"].as_str().expect("a login").to_owned()),
        );
        let Some(cursor) = page.body["next_cursor"].as_str() else {
            break;
        };
        path = format!("?page_size=5&cursor={cursor}");
    }
    assert_eq!(seen.len(), 12);
    assert!(seen.is_sorted(), "{seen:?}");

    let page = ask(&house, &token, Method::GET, "?role=warehouse&q=сидоров", None).await;
    let [sidorov] = page.body["items"].as_array().expect("items").as_slice() else {
        panic!("{}", page.body);
    };
    assert_eq!(sidorov["login"], "sklad.sidorov");
    assert_eq!(sidorov["name"], "Сидоров Сергей");
    assert_eq!(sidorov["roles"], json!(["warehouse"]));
    assert_eq!(sidorov["expires_at"], Value::Null);
    let off = ask(&house, &token, Method::GET, "?q=lebedev", None).await;
    assert_eq!(off.body["items"][0]["enabled"], false);
    for wrong in [
        "?page_size=0",
        "?page_size=101",
        "?cursor=x",
        "?role=boss",
        "?nonsense=1",
    ] {
        let answer = ask(&house, &token, Method::GET, wrong, None).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{wrong}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn only_administrators_administer() {
    let (house, token) = house().await;
    let path = format!("/{}", id_of(&house, &token, "courier.petrov").await);
    for login in [
        "sklad.sidorov",
        "audit.orlova",
        "support.morozov",
        "chief.vasilyev",
    ] {
        let other = house.access(login).await;
        for (method, path, body) in [
            (Method::GET, "", None),
            (Method::POST, "", Some(new("new.one", &[]))),
            (Method::GET, path.as_str(), None),
            (
                Method::PATCH,
                path.as_str(),
                Some(json!({"roles": ["administrator"]})),
            ),
            (Method::DELETE, path.as_str(), None),
        ] {
            let answer = ask(&house, &other, method.clone(), path, body).await;
            assert_eq!(answer.problem(), (403, "forbidden"), "{login}: {method} {path}");
        }
    }
}

#[tokio::test]
async fn from_the_first_day_to_the_last() {
    let (house, token) = house().await;
    let made = ask(
        &house,
        &token,
        Method::POST,
        "",
        Some(new("new.one", &["warehouse"])),
    )
    .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!(made.body["name"], "Сотрудник Новый");
    assert_eq!(made.body["password_expired"], true);
    let path = format!("/{}", made.text("id"));
    // The first password is good for nothing but to be changed.
    let refused = house.sign_in("new.one", "First-Password-1").await;
    assert_eq!(refused.problem(), (401, "bad-credentials"));

    let password = json!({"password": "Second-Password-2", "must_change": false});
    let set = ask(
        &house,
        &token,
        Method::PUT,
        &format!("{path}/password"),
        Some(password),
    )
    .await;
    assert_eq!(set.status, StatusCode::OK, "{}", set.body);
    let session = house.sign_in("new.one", "Second-Password-2").await;
    assert_eq!(session.body["roles"], json!(["warehouse"]));

    // Other roles end the session: its tokens would go on saying the old ones.
    let change = json!({"roles": ["analyst"], "given_name": "Мария"});
    let changed = ask(&house, &token, Method::PATCH, &path, Some(change)).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    assert_eq!(changed.body["roles"], json!(["analyst"]));
    assert_eq!(changed.body["name"], "Сотрудник Мария");
    let renew = "/api/staff/v1/sessions/renew";
    let over = house
        .staff(Method::POST, renew, Some(&session.text("session_token")), None)
        .await;
    assert_eq!(over.problem(), (401, "unauthenticated"));

    let session = house.sign_in("new.one", "Second-Password-2").await;
    assert_eq!(session.body["roles"], json!(["analyst"]));
    let off = ask(
        &house,
        &token,
        Method::PATCH,
        &path,
        Some(json!({"enabled": false})),
    )
    .await;
    assert_eq!(off.body["enabled"], false);
    let over = house
        .staff(Method::POST, renew, Some(&session.text("session_token")), None)
        .await;
    assert_eq!(over.problem(), (401, "unauthenticated"));
    assert_eq!(
        house.sign_in("new.one", "Second-Password-2").await.problem(),
        (401, "bad-credentials")
    );

    let gone = ask(&house, &token, Method::DELETE, &path, None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(
        ask(&house, &token, Method::GET, &path, None).await.problem(),
        (404, "not-found")
    );

    let audit = house.audit().await;
    let done: Vec<(&str, &Value)> = audit
        .iter()
        .filter(|(action, actor, _)| action.starts_with("employee.") && actor == "admin.smirnov")
        .map(|(action, _, details)| (action.as_str(), details))
        .collect();
    assert_eq!(
        done,
        [
            ("employee.create", &json!({"roles": ["warehouse"]})),
            ("employee.password", &json!({})),
            ("employee.change", &json!({"fields": ["given_name"]})),
            ("employee.roles", &json!({"roles": ["analyst"]})),
            ("employee.disable", &json!({})),
            ("employee.delete", &json!({})),
        ]
    );
    let all = format!("{audit:?}");
    for secret in ["First-Password-1", "Second-Password-2", "Мария", "Сотрудник"] {
        assert!(!all.contains(secret), "{secret} in the audit");
    }
}

#[tokio::test]
async fn what_cannot_be_is_said_and_recorded() {
    let (house, token) = house().await;
    let refused = ask(&house, &token, Method::POST, "", Some(new("sklad.sidorov", &[]))).await;
    assert_eq!(refused.problem(), (409, "login-taken"));
    let mut weak = new("weak.one", &[]);
    weak["password"] = json!("weak");
    let weak = ask(&house, &token, Method::POST, "", Some(weak)).await;
    assert_eq!(
        (weak.problem(), weak.fields()),
        ((422, "validation"), vec!["password"])
    );
    let mut wrong = new("Weak One", &[]);
    wrong["surname"] = json!(" ");
    let wrong = ask(&house, &token, Method::POST, "", Some(wrong)).await;
    assert_eq!(wrong.fields(), ["login", "surname"]);
    let reasons: Vec<Value> = house
        .audit()
        .await
        .into_iter()
        .filter(|(action, ..)| action == "employee.failed")
        .map(|(.., details)| details["reason"].clone())
        .collect();
    assert_eq!(reasons, ["login_taken", "password_refused"]);
}

#[tokio::test]
async fn nobody_shuts_out_the_own_account() {
    let (house, token) = house().await;
    let path = format!("/{}", id_of(&house, &token, "admin.smirnov").await);
    for change in [json!({"enabled": false}), json!({"roles": ["courier"]})] {
        let answer = ask(&house, &token, Method::PATCH, &path, Some(change)).await;
        assert_eq!(answer.problem(), (409, "own-account"));
    }
    assert_eq!(
        ask(&house, &token, Method::DELETE, &path, None).await.problem(),
        (409, "own-account")
    );
    assert_eq!(
        house.sign_in("admin.smirnov", DEMO_PASSWORD).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn without_the_directory_nothing_is_said_to_be_done() {
    let (mut house, token) = house().await;
    house.ldap.take().expect("running").stop().await;
    let answer = ask(&house, &token, Method::POST, "", Some(new("new.one", &[]))).await;
    assert_eq!(answer.problem(), (503, "unavailable"));
    assert_eq!(
        ask(&house, &token, Method::GET, "", None).await.problem(),
        (503, "unavailable")
    );
}
