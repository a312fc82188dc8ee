use files::{ConfigError, NfsStore};

use crate::support::defaults;

#[test]
fn nothing_is_required_until_it_is_used() {
    let error = NfsStore::new(&defaults()).expect_err("there is no server");
    assert!(matches!(error, ConfigError::Missing));
    assert!(error.to_string().starts_with("files.url is not set"));
}

#[test]
fn an_address_is_nfs() {
    for (url, right) in [
        ("nfs://127.0.0.1:12049/garnitur", true),
        ("nfs://files.garnitur.example/srv/garnitur", true),
        ("nfs://[::1]/garnitur", true),
        ("nfs://host/", true),
        ("nfs://host", false),
        ("nfs:///garnitur", false),
        ("nfs://host:0/garnitur", false),
        ("nfs://host/garnitur?version=4", false),
        ("nfs://user:password@host/garnitur", false),
        ("http://host/garnitur", false),
        ("file:///srv/garnitur", false),
    ] {
        let mut config = defaults();
        config.url = Some(url.parse().expect("a URL"));
        assert_eq!(NfsStore::new(&config).is_ok(), right, "{url}");
    }
}
