//! Passwords do not reach logs through `Debug`.

use pg::{DatabaseSpec, DatabaseUrl, Metrics, Pg, PgConfig, RoleSpec};

const SECRET: &str = "Zaporozhets";

#[test]
fn an_address_shows_everything_but_its_password() {
    let url = DatabaseUrl::from(format!("postgres://edge:{SECRET}@db.local:5433/tally"));
    assert_eq!(format!("{url:?}"), "postgres://edge:***@db.local:5433/tally");
    assert!(url.expose().contains(SECRET));
}

#[test]
fn an_address_without_a_password_is_shown_as_it_is() {
    let url = DatabaseUrl::from("postgres://edge@db.local/tally");
    assert_eq!(format!("{url:?}"), "postgres://edge@db.local/tally");
}

/// The driver takes a password there as well.
#[test]
fn a_password_among_the_parameters_is_hidden_too() {
    let url = DatabaseUrl::from(format!(
        "postgres://db.local/tally?user=edge&password={SECRET}&sslmode=require"
    ));
    let shown = format!("{url:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    assert!(shown.starts_with("postgres://db.local/tally"), "{shown}");
}

#[test]
fn what_is_no_address_is_not_shown_at_all() {
    let url = DatabaseUrl::from(format!("edge {SECRET}"));
    assert_eq!(format!("{url:?}"), "[not a URL]");
}

#[tokio::test]
async fn what_holds_a_password_hides_it() {
    let role = RoleSpec {
        name: "edge",
        password: SECRET,
    };
    let spec = DatabaseSpec {
        name: "tally",
        owner: role,
        roles: &[role],
    };
    let config = PgConfig::new(format!("postgres://edge:{SECRET}@127.0.0.1/tally"));
    let pg = Pg::connect(&config, Metrics::unregistered()).expect("the address is one");
    for shown in [
        format!("{role:?}"),
        format!("{spec:#?}"),
        format!("{config:#?}"),
        format!("{pg:#?}"),
    ] {
        assert!(!shown.contains(SECRET), "{shown}");
    }
    assert!(format!("{role:?}").contains("edge"));
}
