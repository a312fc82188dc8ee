use std::collections::HashSet;

use contracts::backoffice::Role;
use directory::{LdapDirectory, SignInError};
use embedded::ldap::{DEMO_PASSWORD, Employee, demo};
use futures_util::future::join_all;

use crate::support::{config, directory, serve, sign_in};

#[tokio::test]
async fn an_employee_is_known_by_login_and_password() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    let courier = sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
        .await
        .expect("right");
    assert_eq!(courier.login, "courier.petrov");
    assert_eq!(courier.name.expose(), "Петров Пётр");
    assert_eq!(courier.roles, [Role::Courier]);

    // The case of a login does not matter, and the same person comes of it.
    let shouted = sign_in(&directory, "COURIER.Petrov", DEMO_PASSWORD)
        .await
        .expect("right");
    assert_eq!(shouted, courier);

    let other = sign_in(&directory, "courier.ivanova", DEMO_PASSWORD)
        .await
        .expect("right");
    assert_ne!(other.id, courier.id);
}

#[tokio::test]
async fn a_login_has_one_spelling() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    // The directory takes it for `courier.petrov`; a brake on guessing would count it as somebody else.
    for login in ["courier.pe\u{301}trov", "courier.petrov\u{300}"] {
        let refused = sign_in(&directory, login, DEMO_PASSWORD).await.expect_err(login);
        assert!(matches!(refused, SignInError::BadCredentials), "{refused:?}");
    }
}

#[tokio::test]
async fn every_group_gives_its_role() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    let expected: [(&str, &[Role]); 8] = [
        ("courier.ivanova", &[Role::Courier]),
        ("sklad.sidorov", &[Role::Warehouse]),
        ("assort.volkova", &[Role::Assortment]),
        ("admin.smirnov", &[Role::Administrator]),
        ("audit.orlova", &[Role::Security]),
        ("support.morozov", &[Role::Support]),
        ("stat.fedorova", &[Role::Analyst]),
        (
            "chief.vasilyev",
            &[Role::Warehouse, Role::Assortment, Role::Analyst],
        ),
    ];
    for (login, roles) in expected {
        let employee = sign_in(&directory, login, DEMO_PASSWORD).await.expect(login);
        assert_eq!(employee.roles, roles, "{login}");
    }
    // Somebody of the house, but nobody of the shop.
    let office = sign_in(&directory, "office.zaytseva", DEMO_PASSWORD)
        .await
        .expect("right");
    assert_eq!(office.roles, []);
}

#[tokio::test]
async fn groups_count_through_other_groups() {
    let mut domain = demo();
    // Around in a circle, too, and with a comma, a bracket and an asterisk in the name.
    let nested = [
        ("Office", "City (north), *"),
        ("City (north), *", "Garnitur-Support"),
        ("Garnitur-Support", "Office"),
    ];
    domain.nested = nested
        .map(|(inner, outer)| (inner.to_owned(), outer.to_owned()))
        .to_vec();
    let server = serve(&domain).await;
    let office = sign_in(&directory(&server), "office.zaytseva", DEMO_PASSWORD)
        .await
        .expect("right");
    assert_eq!(office.roles, [Role::Support]);
}

#[tokio::test]
async fn groups_are_configured() {
    let mut domain = demo();
    domain.employees.push(
        Employee::new("x", "Й", "Ц", DEMO_PASSWORD).in_groups(&["Водители (юг)", "Garnitur-Administrators"]),
    );
    let server = serve(&domain).await;
    let mut config = config(server.addr());
    config.groups.courier = vec!["водители (ЮГ)".to_owned(), "Garnitur-Couriers".to_owned()];
    config.groups.administrator = vec![];
    let directory = LdapDirectory::new(&config).expect("complete");
    let driver = sign_in(&directory, "x", DEMO_PASSWORD).await.expect("right");
    assert_eq!(driver.roles, [Role::Courier]);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_look_the_same() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    for (login, password) in [
        ("courier.petrov", "wrong"),
        ("courier.petrov", "garnitur-1"),
        ("courier.petrov", " "),
        ("nobody", DEMO_PASSWORD),
        ("nobody", "wrong"),
        // A wrong password tells nothing about a disabled account either.
        ("sklad.lebedev", "wrong"),
    ] {
        let refused = sign_in(&directory, login, password).await.expect_err(login);
        assert!(
            matches!(refused, SignInError::BadCredentials),
            "{login}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn nobody_signs_in_without_a_password() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    // The server itself calls this a success: RFC 4513, 5.1.2.
    for password in ["", "\0", "\0Garnitur-1", "Garnitur-1\0"] {
        let refused = sign_in(&directory, "courier.petrov", password)
            .await
            .expect_err("no password");
        assert!(
            matches!(refused, SignInError::BadCredentials),
            "{password:?}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_login_is_never_a_filter() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    let long = "a".repeat(100_000);
    for login in [
        "",
        "*",
        "courier.*",
        "courier.petrov)(objectClass=*",
        ")(uid=*",
        "*)(uid=*))(|(uid=*",
        "courier.petrov\0",
        "courier.petrov\\",
        "\\2a",
        "courier.petrov\n",
        "(",
        "&",
        " courier.petrov",
        "courier.petrov@garnitur.local",
        "GARNITUR\\courier.petrov",
        "CN=Петров Пётр (courier.petrov),OU=Employees,DC=garnitur,DC=local",
        "пользователь",
        "😀",
        &long,
    ] {
        let refused = sign_in(&directory, login, DEMO_PASSWORD)
            .await
            .expect_err("nobody's login");
        assert!(
            matches!(refused, SignInError::BadCredentials),
            "{login:?}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn odd_logins_and_passwords_work() {
    let mut domain = demo();
    let odd = [
        ("o'neil*(x)\\y", "*)(uid=*"),
        ("иван.ёжиков", "пароль с пробелом"),
        ("emoji", "😀😀😀😀"),
        ("a,b=c+d\"e<f>g;h#", "\\2a\u{301}"),
    ];
    for (login, password) in odd {
        let employee = Employee::new(login, "О,\\", "\"Н#+", password).in_groups(&["Garnitur-Couriers"]);
        domain.employees.push(employee);
    }
    let server = serve(&domain).await;
    let directory = directory(&server);
    for (login, password) in odd {
        let employee = sign_in(&directory, login, password).await.expect(login);
        assert_eq!(
            (employee.login.as_str(), employee.roles.as_slice()),
            (login, [Role::Courier].as_slice())
        );
    }
}

#[tokio::test]
async fn accounts_that_may_not_sign_in_are_told_why() {
    let mut domain = demo();
    domain
        .employees
        .push(Employee::new("locked", "Л", "З", DEMO_PASSWORD).locked());
    let server = serve(&domain).await;
    let directory = directory(&server);
    let disabled = sign_in(&directory, "sklad.lebedev", DEMO_PASSWORD).await;
    assert!(matches!(disabled, Err(SignInError::Disabled)), "{disabled:?}");
    let locked = sign_in(&directory, "locked", DEMO_PASSWORD).await;
    assert!(matches!(locked, Err(SignInError::Locked)), "{locked:?}");
}

#[tokio::test]
async fn many_at_a_time_do_not_mix() {
    let mut domain = demo();
    for n in 0..100 {
        let employee = Employee::new(&format!("e{n}"), "И", &format!("Ф{n}"), &format!("password {n}"));
        domain.employees.push(employee.in_groups(&["Garnitur-Couriers"]));
    }
    let server = serve(&domain).await;
    let directory = directory(&server);
    let attempts = (0..200).map(|n| {
        let (directory, who) = (&directory, n / 2);
        // Every second one tries the next one's password.
        let password = format!("password {}", who + n % 2);
        async move { sign_in(directory, &format!("e{who}"), &password).await }
    });
    let mut seen = HashSet::new();
    for (n, result) in join_all(attempts).await.into_iter().enumerate() {
        if n % 2 == 0 {
            let employee = result.expect("right");
            assert_eq!(employee.login, format!("e{}", n / 2));
            assert_eq!(employee.name.expose(), &format!("Ф{} И", n / 2));
            assert!(seen.insert(employee.id));
        } else {
            assert!(
                matches!(result, Err(SignInError::BadCredentials)),
                "{n}: {result:?}"
            );
        }
    }
}
