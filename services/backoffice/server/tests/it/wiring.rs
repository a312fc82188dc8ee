use backoffice_server::{Backoffice, Config};
use chassis::config::Loader;
use chassis::{App as _, Context, Face, Faces, Shutdown};
use serde_json::{Value, json};
use toml::Table;

async fn failure(face: Face, values: Value) -> String {
    let values = Table::try_from(values).expect("a table");
    let config: Config = Loader::new("backoffice")
        .base("test", values)
        .load()
        .expect("it can be read");
    let context = Context::new("backoffice", Faces::new([face]), Shutdown::new());
    let error = Backoffice::build(&config, context)
        .await
        .expect_err("it cannot be built");
    format!("{error:#}")
}

#[tokio::test]
async fn what_is_missing_is_named_by_its_key() {
    let database = json!({"staff": "postgres://a:b@127.0.0.1/c", "internal": "postgres://a:b@127.0.0.1/c"});
    assert!(failure(Face::Staff, json!({})).await.contains("database.staff"));
    assert!(
        failure(Face::Internal, json!({}))
            .await
            .contains("database.internal")
    );
    assert!(
        failure(Face::Staff, json!({"database": database}))
            .await
            .contains("staff.private_key")
    );
    let key = json!({"private_key": "nonsense"});
    assert!(
        failure(Face::Staff, json!({"database": database, "staff": key}))
            .await
            .contains("PKCS#8")
    );
    let key = json!({"private_key": auth::generate_keys().private_pem});
    assert!(
        failure(Face::Staff, json!({"database": database, "staff": key}))
            .await
            .contains("directory.url")
    );
    let callers = json!({"callers": {"orders": "short"}});
    assert!(
        failure(Face::Internal, json!({"database": database, "services": callers}))
            .await
            .contains("orders")
    );
    let idle = json!({"idle_min": 1});
    assert!(
        failure(Face::Internal, json!({"database": database, "sessions": idle}))
            .await
            .contains("access token")
    );
}

#[test]
fn a_bad_network_is_refused_when_the_configuration_is_read() {
    let values = Table::try_from(json!({"http": {"forwarders": ["portal"]}})).expect("a table");
    let refused = Loader::new("backoffice")
        .base("test", values)
        .load::<Config>()
        .expect_err("not a network");
    assert!(refused.to_string().contains("http.forwarders"), "{refused}");
}
