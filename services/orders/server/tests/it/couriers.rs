use contracts::orders::{CourierOrders, OrderStatus};
use embedded::ldap::DEMO_PASSWORD;
use reqwest::StatusCode;
use serde_json::json;
use test_support::wait_for;
use time::Duration;

use crate::world::{SOON, World};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_couriers_sign_in_and_every_attempt_is_told() {
    let world = World::open().await;
    for (login, password, status, slug) in [
        ("courier.petrov", "wrong", 401, "bad-credentials"),
        ("nobody", DEMO_PASSWORD, 401, "bad-credentials"),
        ("sklad.lebedev", DEMO_PASSWORD, 401, "bad-credentials"),
        ("sklad.sidorov", DEMO_PASSWORD, 403, "forbidden"),
        ("office.zaytseva", DEMO_PASSWORD, 403, "forbidden"),
        // What means something in a filter means nothing here (RFC 4515).
        ("*", DEMO_PASSWORD, 401, "bad-credentials"),
        ("courier.*", DEMO_PASSWORD, 401, "bad-credentials"),
        ("courier.petrov)(|(cn=*", DEMO_PASSWORD, 401, "bad-credentials"),
        (
            "*)(sAMAccountName=*))(|(a=*",
            DEMO_PASSWORD,
            401,
            "bad-credentials",
        ),
        ("\\2a", DEMO_PASSWORD, 401, "bad-credentials"),
        // The password in the wrong field.
        (DEMO_PASSWORD, "courier.petrov", 401, "bad-credentials"),
    ] {
        let answer = world.sign_in(login, password).await;
        assert_eq!(
            (answer.status.as_u16(), answer.slug().as_str()),
            (status, slug),
            "{login}: {answer:?}"
        );
    }
    let answer = world.sign_in("COURIER.Petrov", DEMO_PASSWORD).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let sign_ins = wait_for("the sign-ins to be told", SOON, async || {
        let told: Vec<_> = world
            .catalog
            .events()
            .into_iter()
            .filter(|type_| type_.contains("sign-in"))
            .collect();
        (told.len() >= 12).then_some(told)
    });
    assert_eq!(sign_ins.await.len(), 12);
    assert!(
        !world.catalog.event_text().contains(DEMO_PASSWORD),
        "a password in an event"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_passwords_is_slowed_down() {
    let world = World::open().await;
    for _ in 0..10 {
        assert_eq!(
            world.sign_in("courier.petrov", "wrong").await.status,
            StatusCode::UNAUTHORIZED
        );
    }
    let blocked = world.sign_in("courier.petrov", DEMO_PASSWORD).await;
    assert_eq!(
        (blocked.status.as_u16(), blocked.slug().as_str()),
        (429, "throttled")
    );
    assert_eq!(
        world.sign_in("courier.ivanova", DEMO_PASSWORD).await.status,
        StatusCode::CREATED
    );
    world.clock.advance(Duration::minutes(5));
    assert_eq!(
        world.sign_in("courier.petrov", DEMO_PASSWORD).await.status,
        StatusCode::CREATED
    );
}

/// Fifty logins with one guess each are slowed down as well, by the address that the site tells (SEC-1).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_from_one_address_is_slowed_down() {
    let world = World::open().await;
    for guess in 0..50 {
        let login = format!("courier.nobody{guess}");
        let answer = world
            .sign_in_from("198.51.100.1, 192.0.2.7", &login, "wrong")
            .await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    // What stands before the address that the site was called from is the caller's own invention.
    for made_up in ["192.0.2.7", "198.51.100.2, 192.0.2.7"] {
        let blocked = world.sign_in_from(made_up, "courier.petrov", DEMO_PASSWORD).await;
        assert_eq!(
            (blocked.status.as_u16(), blocked.slug().as_str()),
            (429, "throttled")
        );
    }
    let elsewhere = world
        .sign_in_from("192.0.2.8", "courier.petrov", DEMO_PASSWORD)
        .await;
    assert_eq!(elsewhere.status, StatusCode::CREATED);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_by_signing_out_and_by_itself() {
    let world = World::open().await;
    let (first, second) = (
        world.courier("courier.petrov").await,
        world.courier("courier.petrov").await,
    );
    for _ in 0..2 {
        let out = world
            .http
            .delete(world.at("/courier/sessions"))
            .bearer_auth(&first);
        assert_eq!(world.send(out).await.status, StatusCode::NO_CONTENT);
    }
    assert_eq!(
        world.courier_orders(&first, "mine").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(world.courier_orders(&second, "mine").await.status, StatusCode::OK);
    world.clock.advance(Duration::hours(12));
    assert_eq!(
        world.courier_orders(&second, "mine").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_was_not_delivered_says_why_and_whom_to_call() {
    let world = World::open().await;
    let order = world.paid().await;
    let courier = world.courier("courier.petrov").await;
    let early = world.courier_step(&courier, &order.number, "claim", None).await;
    assert_eq!(
        (early.status.as_u16(), early.slug().as_str()),
        (409, "status-conflict")
    );
    world.ready(&order.number).await;
    world.courier_step(&courier, &order.number, "claim", None).await;
    assert_eq!(
        world
            .courier_step(&courier, &order.number, "release", None)
            .await
            .status,
        204
    );
    let free: CourierOrders = world.courier_orders(&courier, "available").await.read();
    assert_eq!(free.items.len(), 1);
    world.courier_step(&courier, &order.number, "claim", None).await;

    let bad = world
        .courier_step(
            &courier,
            &order.number,
            "not-delivered",
            Some(json!({ "reason": "rain" })),
        )
        .await;
    assert_eq!(
        (bad.status.as_u16(), bad.fields()),
        (422, vec!["reason".to_owned()])
    );
    for _ in 0..2 {
        let reason = json!({ "reason": "nobody_home" });
        let told = world
            .courier_step(&courier, &order.number, "not-delivered", Some(reason))
            .await;
        assert_eq!(told.status, StatusCode::NO_CONTENT, "{told:?}");
    }
    let answer = world.get(&format!("/track/{}", order.number)).await;
    for personal in [
        "Смирнова",
        "79991234567",
        "Мясницкая",
        "101000",
        "courier.petrov",
        "sklad",
    ] {
        assert!(
            !answer.text.contains(personal),
            "{personal} in tracking: {}",
            answer.text
        );
    }
    assert_eq!(answer.json()["not_delivered"]["reason"], "nobody_home");
    assert_eq!(
        answer.json()["not_delivered"]["operator_phone"],
        "+7 800 000-00-00"
    );
    assert_eq!(world.track(&order.number).await.status, OrderStatus::NotDelivered);
}
