use contracts::backoffice::Role;
use directory::{LdapDirectory, Name, NewEmployee, Personnel as _, PersonnelError, SignInError};
use kernel::Personal;
use uuid::Uuid;

use super::domain::{BASE, EMPLOYEES, PASSWORD, domain};
use crate::support::sign_in;

fn new(login: &str, password: &str, roles: &[Role]) -> NewEmployee {
    NewEmployee {
        login: login.to_owned(),
        name: Name::new("Новый", "Сотрудник").expect("a name"),
        password: Personal::new(password.to_owned()),
        roles: roles.to_vec(),
    }
}

fn secret(password: &str) -> Personal<String> {
    Personal::new(password.to_owned())
}

#[tokio::test]
async fn from_the_first_day_to_the_last() {
    let Some(domain) = domain().await else { return };
    let directory = domain.directory();
    let hired = directory
        .create(&new("new.one", "First-Password-1", &[Role::Courier]))
        .await
        .expect("made");
    assert_eq!(hired.login, "new.one");
    assert_eq!(hired.name.expose(), "Сотрудник Новый");
    assert_eq!(hired.roles, [Role::Courier]);
    assert!(hired.enabled && hired.password_expired && !hired.locked && hired.expires_at.is_none());

    // The first password is for the first day only.
    let refused = sign_in(&directory, "new.one", "First-Password-1")
        .await
        .expect_err("to be changed");
    assert!(matches!(refused, SignInError::PasswordMustChange), "{refused:?}");
    let record = directory
        .set_password(hired.id, &secret("Второй-пароль-2"), false)
        .await
        .expect("set");
    assert!(!record.password_expired);
    let employee = sign_in(&directory, "new.one", "Второй-пароль-2")
        .await
        .expect("right");
    assert_eq!((employee.id, employee.roles), (hired.id, vec![Role::Courier]));

    let roles = [Role::Warehouse, Role::Analyst];
    let record = directory.set_roles(hired.id, &roles).await.expect("given");
    assert_eq!(record.roles, roles);
    // Once more: nothing to do is no failure.
    assert_eq!(directory.set_roles(hired.id, &roles).await.expect("had"), record);
    let employee = sign_in(&directory, "new.one", "Второй-пароль-2")
        .await
        .expect("right");
    assert_eq!(employee.roles, roles);

    let name = Name::new("Мария", "О’Нил, \"*\"").expect("a name");
    let record = directory.rename(hired.id, &name).await.expect("named");
    assert_eq!(record.name.expose(), "О’Нил, \"*\" Мария");
    assert_eq!((record.given_name, record.surname), (name.given, name.surname));

    let record = directory.set_enabled(hired.id, false).await.expect("off");
    assert!(!record.enabled);
    let refused = sign_in(&directory, "new.one", "Второй-пароль-2")
        .await
        .expect_err("off");
    assert!(matches!(refused, SignInError::Disabled), "{refused:?}");
    assert!(directory.set_enabled(hired.id, true).await.expect("on").enabled);
    sign_in(&directory, "new.one", "Второй-пароль-2")
        .await
        .expect("on");

    let record = directory.delete(hired.id).await.expect("gone");
    assert_eq!(record.login, "new.one");
    for result in [
        directory.employee(hired.id).await,
        directory.delete(hired.id).await,
        directory.set_enabled(hired.id, true).await,
    ] {
        assert!(matches!(result, Err(PersonnelError::NotFound)), "{result:?}");
    }
    let refused = sign_in(&directory, "new.one", "Второй-пароль-2")
        .await
        .expect_err("gone");
    assert!(matches!(refused, SignInError::BadCredentials), "{refused:?}");
}

#[tokio::test]
async fn the_password_policy_is_the_domains() {
    let Some(domain) = domain().await else { return };
    let directory = domain.directory();
    for weak in ["short", "alllowercaseletters"] {
        let refused = directory
            .create(&new("weak.one", weak, &[]))
            .await
            .expect_err(weak);
        assert!(matches!(refused, PersonnelError::PasswordRefused), "{refused:?}");
    }
    // Nothing is left of the attempts.
    let admin = domain.admin().await;
    assert_eq!(admin.value("weak.one", "sAMAccountName").await, None);
    let strong = directory
        .create(&new("weak.one", "Strong-enough-1", &[]))
        .await
        .expect("made");
    let refused = directory.set_password(strong.id, &secret("weak"), false).await;
    assert!(
        matches!(refused, Err(PersonnelError::PasswordRefused)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_login_is_taken_once() {
    let Some(domain) = domain().await else { return };
    let (directory, admin) = (domain.directory(), domain.admin().await);
    let group = format!("CN=taken.group,OU=Groups,{BASE}");
    admin
        .add(
            &group,
            &[("objectClass", "group"), ("sAMAccountName", "taken.group")],
        )
        .await;
    admin.employ("taken.one").await;
    // Of employees, of groups, and of accounts that are none of ours.
    for login in ["taken.one", "taken.group", "administrator", "svc-garnitur"] {
        let refused = directory
            .create(&new(login, "First-Password-1", &[]))
            .await
            .expect_err(login);
        assert!(
            matches!(refused, PersonnelError::LoginTaken),
            "{login}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn an_account_without_its_roles_is_not_left_behind() {
    let Some(domain) = domain().await else { return };
    let mut config = domain.config();
    config.groups.support = vec!["Garnitur-Nowhere".to_owned()];
    let directory = LdapDirectory::new(&config).expect("complete");
    let refused = directory
        .create(&new(
            "roles.none",
            "First-Password-1",
            &[Role::Courier, Role::Support],
        ))
        .await
        .expect_err("no group");
    assert!(
        matches!(refused, PersonnelError::NoGroup(Role::Support)),
        "{refused:?}"
    );
    let admin = domain.admin().await;
    assert_eq!(admin.value("roles.none", "sAMAccountName").await, None);
}

#[tokio::test]
async fn a_role_of_a_group_in_a_group_cannot_be_taken_from_one() {
    let Some(domain) = domain().await else { return };
    let (directory, admin) = (domain.directory(), domain.admin().await);
    let team = format!("CN=Inherit-Team,OU=Groups,{BASE}");
    admin
        .add(
            &team,
            &[("objectClass", "group"), ("sAMAccountName", "Inherit-Team")],
        )
        .await;
    let dn = admin.employ("inherit.one").await;
    admin.join("Inherit-Team", &dn).await;
    admin.join("Garnitur-Support", &team).await;
    admin.join("Garnitur-Couriers", &dn).await;
    let id = sign_in(&directory, "inherit.one", PASSWORD)
        .await
        .expect("right")
        .id;
    let refused = directory
        .set_roles(id, &[Role::Analyst])
        .await
        .expect_err("inherited");
    assert!(
        matches!(refused, PersonnelError::Inherited(Role::Support)),
        "{refused:?}"
    );
    // The rest is done.
    let record = directory.employee(id).await.expect("there");
    assert_eq!(record.roles, [Role::Support, Role::Analyst]);
}

#[tokio::test]
async fn who_is_locked_out_is_let_in_again() {
    let Some(domain) = domain().await else { return };
    let (directory, admin) = (domain.directory(), domain.admin().await);
    admin.employ("unlock.one").await;
    let id = sign_in(&directory, "unlock.one", PASSWORD)
        .await
        .expect("right")
        .id;
    for _ in 0..3 {
        sign_in(&directory, "unlock.one", "wrong")
            .await
            .expect_err("wrong");
    }
    assert!(directory.employee(id).await.expect("there").locked);
    assert!(!directory.unlock(id).await.expect("unlocked").locked);
    sign_in(&directory, "unlock.one", PASSWORD).await.expect("let in");
}

#[tokio::test]
async fn accounts_elsewhere_are_out_of_reach() {
    let Some(domain) = domain().await else { return };
    let (directory, admin) = (domain.directory(), domain.admin().await);
    let elsewhere = format!("CN=elsewhere.one,OU=Groups,{BASE}");
    admin
        .add(
            &elsewhere,
            &[("objectClass", "user"), ("sAMAccountName", "elsewhere.one")],
        )
        .await;
    let mut config = domain.config();
    config.employees_dn = Some(format!("OU=Groups,{BASE}"));
    let everywhere = LdapDirectory::new(&config).expect("complete");
    let id = everywhere
        .employees()
        .await
        .expect("listed")
        .pop()
        .expect("one")
        .id;
    let refused = directory
        .set_password(id, &secret("Other-Password-1"), false)
        .await;
    assert!(matches!(refused, Err(PersonnelError::NotFound)), "{refused:?}");
    // The directory itself says no, too, to whoever is configured to try.
    let refused = everywhere
        .set_password(id, &secret("Other-Password-1"), false)
        .await;
    assert!(
        matches!(refused, Err(PersonnelError::Forbidden(_))),
        "{refused:?}"
    );
    let refused = everywhere.delete(id).await;
    assert!(
        matches!(refused, Err(PersonnelError::Forbidden(_))),
        "{refused:?}"
    );
    let refused = directory.employee(Uuid::nil()).await;
    assert!(matches!(refused, Err(PersonnelError::NotFound)), "{refused:?}");
}

#[tokio::test]
async fn a_service_account_without_the_rights_is_told_so() {
    let Some(domain) = domain().await else { return };
    let admin = domain.admin().await;
    let dn = admin.employ("rights.none").await;
    let mut config = domain.config();
    config.bind_dn = Some(dn);
    config.bind_password = Some(secret(PASSWORD));
    let directory = LdapDirectory::new(&config).expect("complete");
    // Everybody in the domain may read; only some may write.
    sign_in(&directory, "rights.none", PASSWORD).await.expect("right");
    let refused = directory
        .create(&new("rights.two", "First-Password-1", &[]))
        .await;
    assert!(
        matches!(refused, Err(PersonnelError::Forbidden(_))),
        "{refused:?}"
    );
    let message = refused.expect_err("refused").to_string();
    assert!(
        !message.contains("rights.two") && !message.contains(EMPLOYEES),
        "{message}"
    );
}
