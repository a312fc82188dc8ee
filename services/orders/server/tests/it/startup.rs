//! What is refused before anything is served.

use chassis::config::Loader;
use chassis::{App as _, Context, Face, Faces, Shutdown};
use orders_server::{Config, Orders};

#[tokio::test]
async fn no_request_may_outlive_the_hold_on_its_key() {
    let build = async |lease: u32| {
        let settings = [
            "services.catalog=[\"http://127.0.0.1:1\"]".to_owned(),
            format!("services.token={}", "t".repeat(43)),
            "payment.api_url=http://127.0.0.1:1".to_owned(),
            "payment.shop_id=shop".to_owned(),
            "payment.secret_key=secret".to_owned(),
            "http.request_timeout_ms=10000".to_owned(),
            format!("ordering.attempt_lease_s={lease}"),
        ];
        let config: Config = Loader::new("orders")
            .set(settings)
            .load()
            .expect("a configuration");
        let context = Context::new("orders", Faces::new([Face::Edge]), Shutdown::new());
        Orders::build(&config, context)
            .await
            .expect_err("it has no database")
            .to_string()
    };
    assert!(build(10).await.contains("ordering.attempt_lease_s"));
    // The next thing that is missing.
    assert!(!build(11).await.contains("ordering.attempt_lease_s"));
}
