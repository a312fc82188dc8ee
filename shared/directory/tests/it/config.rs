use std::net::{Ipv4Addr, SocketAddr};

use directory::{ConfigError, DirectoryConfig, LdapDirectory};
use kernel::Personal;

use crate::support::{config, defaults, urls};

fn complete() -> DirectoryConfig {
    config(SocketAddr::from((Ipv4Addr::LOCALHOST, 389)))
}

fn refused(config: &DirectoryConfig) -> String {
    LdapDirectory::new(config).expect_err("an error").to_string()
}

#[test]
fn nothing_is_required_until_it_is_used() {
    assert!(refused(&defaults()).starts_with("directory.url is not set"));
}

#[test]
fn a_missing_key_is_named() {
    type Change = fn(&mut DirectoryConfig);
    let changes: [(&str, Change); 6] = [
        ("directory.url", |config| config.url = urls(&[])),
        ("directory.bind_dn", |config| config.bind_dn = None),
        ("directory.bind_dn", |config| config.bind_dn = Some(String::new())),
        ("directory.bind_password", |config| config.bind_password = None),
        ("directory.bind_password", |config| {
            config.bind_password = Some(Personal::default());
        }),
        ("directory.base_dn", |config| config.base_dn = None),
    ];
    for (key, change) in changes {
        let mut config = complete();
        change(&mut config);
        let error = LdapDirectory::new(&config).expect_err(key);
        assert!(
            matches!(error, ConfigError::Missing(missing) if missing == key),
            "{error}"
        );
    }
}

#[test]
fn passwords_do_not_travel_in_clear_by_accident() {
    for (url, allowed) in [
        ("ldap://127.0.0.1:389", true),
        ("ldap://[::1]", true),
        ("ldap://localhost", true),
        ("ldaps://dc.garnitur.example", true),
        ("ldap://dc.garnitur.example", false),
        ("ldap://10.0.0.1", false),
        ("ldap://127.0.0.1.garnitur.example", false),
        ("http://localhost", false),
        ("ldap:///", false),
        ("ldap:localhost", false),
    ] {
        let mut config = complete();
        config.url = urls(&[url]);
        assert_eq!(LdapDirectory::new(&config).is_ok(), allowed, "{url}");
    }
    let mut config = complete();
    config.url = urls(&["ldap://dc.garnitur.example"]);
    config.allow_plaintext = true;
    assert!(LdapDirectory::new(&config).is_ok());
    config.allow_plaintext = false;
    config.starttls = true;
    assert!(LdapDirectory::new(&config).is_ok());
}

#[test]
fn certificates_are_checked_at_the_start() {
    let mut config = complete();
    config.ca_file = Some("/nowhere/ca.pem".into());
    assert!(refused(&config).contains("/nowhere/ca.pem"));
    config.ca_file = Some(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").into());
    assert!(refused(&config).contains("no certificate"));
}
