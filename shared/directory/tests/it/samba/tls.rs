use directory::{LdapDirectory, SignInError};

use super::domain::{PASSWORD, domain};
use crate::support::{sign_in, urls};

#[tokio::test]
async fn starttls_does_what_ldaps_does() {
    let Some(domain) = domain().await else { return };
    let mut config = domain.config();
    config.url = urls(&[&format!("ldap://localhost:{}", domain.server.address(389).port())]);
    config.starttls = true;
    let directory = LdapDirectory::new(&config).expect("complete");
    let employee = sign_in(&directory, "sklad.sidorov", PASSWORD)
        .await
        .expect("right");
    assert_eq!(employee.login, "sklad.sidorov");
}

#[tokio::test]
async fn the_certificate_must_be_the_directorys() {
    let Some(domain) = domain().await else { return };
    for starttls in [false, true] {
        let port = domain.server.address(if starttls { 389 } else { 636 }).port();
        let scheme = if starttls { "ldap" } else { "ldaps" };
        let mut unknown = domain.config();
        unknown.starttls = starttls;
        unknown.url = urls(&[&format!("{scheme}://localhost:{port}")]);
        let mut misnamed = unknown.clone();
        unknown.ca_file = None;
        misnamed.url = urls(&[&format!("{scheme}://127.0.0.1:{port}")]);
        for config in [unknown, misnamed] {
            let directory = LdapDirectory::new(&config).expect("complete");
            let error = sign_in(&directory, "sklad.sidorov", PASSWORD)
                .await
                .expect_err("not trusted");
            assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
            assert!(error.to_string().contains("certificate"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_directory_that_wants_encryption_says_so() {
    let Some(domain) = domain().await else { return };
    let mut config = domain.config();
    config.url = urls(&[&format!("ldap://localhost:{}", domain.server.address(389).port())]);
    let directory = LdapDirectory::new(&config).expect("complete");
    let error = sign_in(&directory, "sklad.sidorov", PASSWORD)
        .await
        .expect_err("in clear");
    let message = error.to_string();
    assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
    // strongerAuthRequired (RFC 4511)
    assert!(message.contains("rc=8"), "{message}");
}
