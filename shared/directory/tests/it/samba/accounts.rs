use std::time::Duration;

use contracts::backoffice::Role;
use directory::{LdapDirectory, SignInError};
use test_support::wait_for;

use super::domain::{BASE, PASSWORD, domain};
use crate::support::sign_in;

#[tokio::test]
async fn employees_are_known_by_login_and_password() {
    let Some(domain) = domain().await else { return };
    let directory = domain.directory();
    let courier = sign_in(&directory, "Courier.Petrov", PASSWORD)
        .await
        .expect("right");
    assert_eq!(courier.login, "courier.petrov");
    assert_eq!(courier.name.expose(), "Петров Пётр");
    assert_eq!(courier.roles, [Role::Courier]);
    let chief = sign_in(&directory, "chief.vasilyev", PASSWORD)
        .await
        .expect("right");
    assert_eq!(chief.roles, [Role::Warehouse, Role::Assortment, Role::Analyst]);
    let office = sign_in(&directory, "office.zaytseva", PASSWORD)
        .await
        .expect("right");
    assert_eq!(office.roles, []);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_look_the_same() {
    let Some(domain) = domain().await else { return };
    let directory = domain.directory();
    for (login, password) in [
        ("audit.orlova", "wrong"),
        ("nobody", PASSWORD),
        ("*", PASSWORD),
        ("audit.*", PASSWORD),
        ("audit.orlova)(objectClass=*", PASSWORD),
        ("audit.orlova@garnitur.example", PASSWORD),
        ("GARNITUR\\audit.orlova", PASSWORD),
        ("audit.orlova", ""),
        // A computer: no person.
        ("DC1$", PASSWORD),
    ] {
        let refused = sign_in(&directory, login, password).await.expect_err(login);
        assert!(
            matches!(refused, SignInError::BadCredentials),
            "{login}: {refused:?}"
        );
        assert_eq!(
            refused.to_string(),
            "the login is unknown or the password is wrong"
        );
    }
}

#[tokio::test]
async fn accounts_that_may_not_sign_in_are_told_apart() {
    let Some(domain) = domain().await else { return };
    let (directory, admin) = (domain.directory(), domain.admin().await);

    let dn = admin.employ("state.disabled").await;
    admin.set(&dn, &[("userAccountControl", "514")]).await;
    let dn = admin.employ("state.expired").await;
    admin.set(&dn, &[("accountExpires", "132539328000000000")]).await;
    let dn = admin.employ("state.change").await;
    admin.set(&dn, &[("pwdLastSet", "0")]).await;
    let dn = admin.employ("state.hours").await;
    admin.set_bytes(&dn, "logonHours", &[0; 21]).await;
    let dn = admin.employ("state.machine").await;
    admin.set(&dn, &[("userWorkstations", "ELSEWHERE")]).await;

    type Expected = fn(&SignInError) -> bool;
    let expected: [(&str, Expected); 5] = [
        ("state.disabled", |error| matches!(error, SignInError::Disabled)),
        ("state.expired", |error| matches!(error, SignInError::Expired)),
        ("state.change", |error| {
            matches!(error, SignInError::PasswordMustChange)
        }),
        ("state.hours", |error| matches!(error, SignInError::Restricted)),
        ("state.machine", |error| matches!(error, SignInError::Restricted)),
    ];
    for (login, is_expected) in expected {
        let refused = sign_in(&directory, login, PASSWORD).await.expect_err(login);
        assert!(is_expected(&refused), "{login}: {refused:?}");
        // Without the password nothing is told.
        let refused = sign_in(&directory, login, "wrong").await.expect_err(login);
        assert!(
            matches!(refused, SignInError::BadCredentials),
            "{login}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn an_old_password_is_told_from_a_wrong_one() {
    let Some(domain) = domain().await else { return };
    let (directory, admin) = (domain.directory(), domain.admin().await);
    let dn = admin.employ("state.old").await;
    sign_in(&directory, "state.old", PASSWORD)
        .await
        .expect("it is new");
    // A policy of its own: after a second it is old.
    admin
        .add(
            &format!("CN=old,CN=Password Settings Container,CN=System,{BASE}"),
            &[
                ("objectClass", "msDS-PasswordSettings"),
                ("msDS-PasswordSettingsPrecedence", "1"),
                ("msDS-PasswordReversibleEncryptionEnabled", "FALSE"),
                ("msDS-PasswordHistoryLength", "0"),
                ("msDS-PasswordComplexityEnabled", "TRUE"),
                ("msDS-MinimumPasswordLength", "7"),
                ("msDS-MinimumPasswordAge", "0"),
                ("msDS-MaximumPasswordAge", "-10000000"),
                ("msDS-LockoutThreshold", "0"),
                ("msDS-LockoutObservationWindow", "-18000000000"),
                ("msDS-LockoutDuration", "-18000000000"),
                ("msDS-PSOAppliesTo", &dn),
            ],
        )
        .await;
    wait_for(
        "the password to be too old",
        Duration::from_secs(30),
        async || {
            let refused = sign_in(&directory, "state.old", PASSWORD).await.err()?;
            assert!(matches!(refused, SignInError::PasswordExpired), "{refused:?}");
            Some(())
        },
    )
    .await;
    let refused = sign_in(&directory, "state.old", "wrong")
        .await
        .expect_err("wrong");
    assert!(matches!(refused, SignInError::BadCredentials), "{refused:?}");
}

#[tokio::test]
async fn who_guesses_too_often_is_locked_out() {
    let Some(domain) = domain().await else { return };
    let (directory, admin) = (domain.directory(), domain.admin().await);
    admin.employ("state.locked").await;
    for guess in 1..=3 {
        let refused = sign_in(&directory, "state.locked", "wrong")
            .await
            .expect_err("wrong");
        assert!(matches!(refused, SignInError::BadCredentials), "{refused:?}");
        // Each guess counts once.
        let counted = admin.value("state.locked", "badPwdCount").await;
        assert_eq!(counted.as_deref(), Some(guess.to_string().as_str()));
    }
    for password in [PASSWORD, "wrong"] {
        let refused = sign_in(&directory, "state.locked", password)
            .await
            .expect_err("locked");
        assert!(matches!(refused, SignInError::Locked), "{refused:?}");
    }
}

#[tokio::test]
async fn groups_count_through_other_groups() {
    let Some(domain) = domain().await else { return };
    let admin = domain.admin().await;
    let group = |name: &str| format!("CN={name},OU=Groups,{BASE}");
    // Around in a circle, too, and with what DNs and filters escape in the name.
    let odd = format!("CN=City (north)\\, *,OU=Groups,{BASE}");
    let outer = group("Nested-Outer");
    let inner = group("Nested-Inner");
    for (dn, name) in [
        (&odd, "Nested-City"),
        (&outer, "Nested-Outer"),
        (&inner, "Nested-Inner"),
    ] {
        admin
            .add(dn, &[("objectClass", "group"), ("sAMAccountName", name)])
            .await;
    }
    let dn = admin.employ("nested.one").await;
    admin.join("Nested-Inner", &dn).await;
    admin.join(&odd, &inner).await;
    admin.join("Nested-Outer", &odd).await;
    admin.join("Nested-Inner", &outer).await;
    let mut config = domain.config();
    config.groups.support = vec!["nested-outer".to_owned()];
    let directory = LdapDirectory::new(&config).expect("complete");
    let nested = sign_in(&directory, "nested.one", PASSWORD).await.expect("right");
    assert_eq!(nested.roles, [Role::Support]);
}
