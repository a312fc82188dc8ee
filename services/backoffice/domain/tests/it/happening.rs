use std::net::{IpAddr, Ipv4Addr};

use backoffice_domain::{ActorKind, Administering, Happening, Record, Refusal};
use kernel::EventId;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

const AT: OffsetDateTime = datetime!(2026-03-01 10:00:00.123456789 UTC);

fn recorded(happening: Happening<'_>) -> Record {
    happening.record(EventId::from(kernel::uuid::Uuid::nil()), AT, "orders")
}

fn summary(happening: Happening<'_>) -> (String, String, Option<String>, Value) {
    let record = recorded(happening);
    let details = serde_json::from_str(&record.details).expect("details are JSON");
    (record.action, record.actor, record.subject, details)
}

fn status(by: ActorKind, login: Option<&str>) -> Happening<'_> {
    Happening::OrderStatus {
        number: "7K2M-9QXA-4TBD",
        from: Some("paid"),
        to: "ready_to_ship",
        by,
        login,
    }
}

#[test]
fn an_order_is_the_subject_and_its_status_the_action() {
    assert_eq!(
        summary(status(ActorKind::Employee, Some("sklad.sidorov"))),
        (
            "order.ready_to_ship".to_owned(),
            "sklad.sidorov".to_owned(),
            Some("7K2M-9QXA-4TBD".to_owned()),
            json!({"by": "employee", "from": "paid"})
        )
    );
}

#[test]
fn a_customer_is_never_named() {
    // A customer's login is a phone number.
    let record = recorded(status(ActorKind::Customer, Some("+79991234567")));
    assert_eq!(record.actor, "customer");
    assert!(!format!("{record:?}").contains("9991234567"));
    assert_eq!(recorded(status(ActorKind::System, None)).actor, "system");
    assert_eq!(recorded(status(ActorKind::Courier, None)).actor, "courier");
}

#[test]
fn a_login_that_could_be_a_password_is_not_kept() {
    let refused = |typed, known| {
        let refusal = Refusal::BadCredentials;
        recorded(Happening::SessionRefused {
            typed,
            known,
            refusal,
            client: None,
        })
        .actor
    };
    assert_eq!(refused("Garnitur-1", false), "unknown");
    assert_eq!(refused("Nobody", false), "nobody");
    assert_eq!(refused("Sklad.Sidorov", true), "sklad.sidorov");
    for (refusal, proves) in [
        (Refusal::BadCredentials, false),
        (Refusal::Throttled, false),
        (Refusal::DirectoryDown, false),
        (Refusal::Locked, true),
        (Refusal::NoRole, true),
    ] {
        assert_eq!(refusal.proves_login(), proves, "{refusal:?}");
    }

    let courier = |accepted| {
        recorded(Happening::CourierSignIn {
            typed: "Courier.Petrov",
            known: false,
            accepted,
        })
    };
    assert_eq!(
        (courier(true).action.as_str(), courier(true).actor.as_str()),
        ("courier.signed_in", "courier.petrov")
    );
    assert_eq!(
        (courier(false).action.as_str(), courier(false).actor.as_str()),
        ("courier.refused", "unknown")
    );
}

#[test]
fn administering_names_the_administrator_and_the_employee() {
    let roles = ["courier".to_owned()];
    let administered = |what| {
        summary(Happening::EmployeeAdministered {
            what,
            employee: "new.one",
            login: "Admin.Smirnov",
        })
    };
    let (action, actor, subject, details) = administered(Administering::Create(&roles));
    assert_eq!(
        (action.as_str(), actor.as_str(), subject.as_deref()),
        ("employee.create", "admin.smirnov", Some("new.one"))
    );
    assert_eq!(details, json!({"roles": ["courier"]}));
    let (action, .., details) = administered(Administering::Failed("login_taken"));
    assert_eq!(
        (action.as_str(), details),
        ("employee.failed", json!({"reason": "login_taken"}))
    );
    let (action, .., details) = administered(Administering::Password);
    assert_eq!((action.as_str(), details), ("employee.password", json!({})));
}

#[test]
fn a_sign_in_says_where_from() {
    let client = Some(IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7)));
    let roles = ["warehouse".to_owned()];
    let (action, actor, subject, details) = summary(Happening::SessionOpened {
        login: "sklad.sidorov",
        roles: &roles,
        client,
    });
    assert_eq!(
        (action.as_str(), actor.as_str(), subject),
        ("session.opened", "sklad.sidorov", None)
    );
    assert_eq!(details, json!({"client": "10.0.0.7", "roles": ["warehouse"]}));
}

#[test]
fn other_toggles_are_told_with_their_reason() {
    let (action, actor, subject, details) = summary(Happening::TogglesChanged {
        version: 7,
        toggles: &["new-packing".to_owned()],
        reason: "trial in the warehouse",
        login: "Admin.Smirnov",
    });
    assert_eq!(
        (action.as_str(), actor.as_str(), subject),
        ("toggles.changed", "admin.smirnov", None)
    );
    assert_eq!(
        details,
        json!({"reason": "trial in the warehouse", "toggles": ["new-packing"], "version": 7})
    );
}

#[test]
fn what_comes_from_outside_is_cut_and_cleaned() {
    let long = "x".repeat(10_000);
    let record = recorded(Happening::StockCorrected {
        component: &long,
        warehouse: "MSK\n",
        delta: -3,
        reason: "broken\u{0}leg",
        login: "sklad.sidorov",
    });
    assert_eq!(record.subject.as_deref().map(str::len), Some(128));
    assert_eq!(
        record.details,
        r#"{"delta":-3,"reason":"broken leg","warehouse":"MSK "}"#
    );
}

#[test]
fn moments_are_kept_to_the_microsecond() {
    assert_eq!(
        recorded(status(ActorKind::System, None)).at,
        datetime!(2026-03-01 10:00:00.123456 UTC)
    );
}
