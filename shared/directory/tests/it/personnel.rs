//! Employees of the embedded directory are administered as those of Active Directory are.

use contracts::backoffice::Role;
use directory::{LdapDirectory, Name, NewEmployee, Personnel as _, PersonnelError, SignInError};
use embedded::ldap::{DEMO_PASSWORD, Domain, Employee, Server, demo};
use kernel::Personal;

use crate::support::{config, serve, sign_in};

fn administering(server: &Server, domain: &Domain) -> LdapDirectory {
    let mut config = config(server.addr());
    config.employees_dn = Some(domain.employees_dn());
    LdapDirectory::new(&config).expect("complete")
}

fn new(login: &str, password: &str, roles: &[Role]) -> NewEmployee {
    NewEmployee {
        login: login.to_owned(),
        name: Name::new("Новый", "Сотрудник").expect("a name"),
        password: Personal::new(password.to_owned()),
        roles: roles.to_vec(),
    }
}

#[tokio::test]
async fn from_the_first_day_to_the_last() {
    let domain = demo();
    let server = serve(&domain).await;
    let directory = administering(&server, &domain);
    let hired = directory
        .create(&new("new.one", "First-Password-1", &[Role::Courier]))
        .await
        .expect("made");
    assert_eq!(
        (hired.name.expose().as_str(), hired.roles),
        ("Сотрудник Новый", vec![Role::Courier])
    );
    assert!(hired.enabled && hired.password_expired && !hired.locked && hired.expires_at.is_none());
    let refused = sign_in(&directory, "new.one", "First-Password-1")
        .await
        .expect_err("to be changed");
    assert!(matches!(refused, SignInError::PasswordMustChange), "{refused:?}");
    let password = Personal::new("Второй-пароль-2".to_owned());
    directory
        .set_password(hired.id, &password, false)
        .await
        .expect("set");
    let roles = [Role::Warehouse, Role::Analyst];
    assert_eq!(
        directory.set_roles(hired.id, &roles).await.expect("given").roles,
        roles
    );
    let name = Name::new("Мария", "О’Нил").expect("a name");
    assert_eq!(
        directory
            .rename(hired.id, &name)
            .await
            .expect("named")
            .surname
            .expose(),
        "О’Нил"
    );
    let employee = sign_in(&directory, "new.one", "Второй-пароль-2")
        .await
        .expect("right");
    assert_eq!(
        (employee.id, employee.roles.as_slice()),
        (hired.id, roles.as_slice())
    );
    assert!(!directory.set_enabled(hired.id, false).await.expect("off").enabled);
    let refused = sign_in(&directory, "new.one", "Второй-пароль-2")
        .await
        .expect_err("off");
    assert!(matches!(refused, SignInError::Disabled), "{refused:?}");
    directory.delete(hired.id).await.expect("gone");
    let missing = directory.employee(hired.id).await;
    assert!(matches!(missing, Err(PersonnelError::NotFound)), "{missing:?}");
}

#[tokio::test]
async fn what_a_domain_controller_refuses_is_refused() {
    let mut domain = demo();
    domain
        .employees
        .push(Employee::new("locked", "Л", "З", DEMO_PASSWORD).locked());
    let server = serve(&domain).await;
    let directory = administering(&server, &domain);
    let refused = directory
        .create(&new("weak.one", "weak", &[]))
        .await
        .expect_err("weak");
    assert!(matches!(refused, PersonnelError::PasswordRefused), "{refused:?}");
    for login in ["sklad.sidorov", "svc-garnitur", "garnitur-couriers"] {
        let refused = directory
            .create(&new(login, "First-Password-1", &[]))
            .await
            .expect_err(login);
        assert!(
            matches!(refused, PersonnelError::LoginTaken),
            "{login}: {refused:?}"
        );
    }
    let all = directory.employees().await.expect("listed");
    let locked = all.iter().find(|record| record.login == "locked").expect("there");
    assert!(locked.locked && !directory.unlock(locked.id).await.expect("unlocked").locked);

    // An employee may look, and no more.
    let mut config = config(server.addr());
    config.employees_dn = Some(domain.employees_dn());
    config.bind_dn = Some("admin.smirnov@garnitur.local".to_owned());
    config.bind_password = Some(Personal::new(DEMO_PASSWORD.to_owned()));
    let employee = LdapDirectory::new(&config).expect("complete");
    let refused = employee.set_enabled(locked.id, false).await;
    assert!(
        matches!(refused, Err(PersonnelError::Forbidden(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn more_than_an_answer_holds_is_listed() {
    let mut domain = demo();
    domain.employees = (0..2_345)
        .map(|n| {
            Employee::new(&format!("e{n:04}"), "И", "Ф", DEMO_PASSWORD).in_groups(&["Garnitur-Couriers"])
        })
        .collect();
    let server = serve(&domain).await;
    let all = administering(&server, &domain).employees().await.expect("listed");
    assert_eq!(all.len(), 2_345);
    for (n, record) in all.iter().enumerate() {
        assert_eq!(record.login, format!("e{n:04}"));
        assert_eq!(record.roles, [Role::Courier]);
    }
}

#[tokio::test]
async fn employees_are_administered_where_it_is_said_and_encrypted() {
    let domain = demo();
    let server = serve(&domain).await;
    let directory = LdapDirectory::new(&config(server.addr())).expect("complete");
    let refused = directory.employees().await.expect_err("nowhere");
    assert!(matches!(refused, PersonnelError::NotConfigured), "{refused:?}");
    let mut config = config(server.addr());
    config.employees_dn = Some("OU=Employees,DC=elsewhere".to_owned());
    let error = LdapDirectory::new(&config).expect_err("elsewhere").to_string();
    assert!(error.contains("directory.employees_dn"), "{error}");
    config.employees_dn = Some(domain.employees_dn());
    config.url = crate::support::urls(&["ldap://dc.garnitur.example"]);
    config.allow_plaintext = true;
    let error = LdapDirectory::new(&config).expect_err("in clear").to_string();
    assert!(error.contains("directory.employees_dn"), "{error}");
}
