//! Starting, stopping and starting again.

use std::time::Duration;

use chassis::Shutdown;
use contracts::orders::OrderStatus;
use e2e::{Customer, Fleet, ServiceName, temporary_folder, wiring};
use garnitur::{DataFolder, Secrets, Shop, Wiring};
use tokio::net::TcpListener;

/// Opens the shop on this folder, does something with it, and closes it.
async fn with_shop(folder: &std::path::Path, wiring: Wiring, work: impl AsyncFnOnce()) {
    let shutdown = Shutdown::new();
    let data = DataFolder::take(folder).unwrap();
    let shop = Shop::open(data, wiring, shutdown.clone()).await.unwrap();
    let run = tokio::spawn(shop.run());
    work().await;
    shutdown.trigger();
    tokio::time::timeout(Duration::from_secs(30), run)
        .await
        .expect("it closes in time")
        .unwrap()
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_orders_payments_and_secrets() {
    let temporary = temporary_folder();
    let file = temporary.path().join("secrets.toml");
    let mut parts = wiring(1_200);
    parts.secrets = Secrets::load_or_make(&file).unwrap();
    assert_eq!(parts.secrets, Secrets::load_or_make(&file).unwrap());
    let mode = std::os::unix::fs::MetadataExt::mode(&file.metadata().unwrap());
    assert_eq!(mode & 0o077, 0, "only the owner reads the secrets");

    let customer = Customer::new(parts.customers_url());
    let (mut number, mut product, mut left) = (String::new(), None, 0);
    with_shop(temporary.path(), parts.clone(), async || {
        let wanted = customer.product_in_stock(3).await;
        let order = customer.order(&[(wanted.id, 1)]).await.order;
        customer.pay(&order.number).await;
        (number, product, left) = (order.number, Some(wanted.id), wanted.available - 1);
    })
    .await;
    with_shop(temporary.path(), parts, async || {
        assert_eq!(customer.track(&number).await.status, OrderStatus::Paid);
        customer.wait_for_stock(product.unwrap(), left).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hinders_the_start_is_said() {
    let temporary = temporary_folder();
    let parts = wiring(1_200);
    let taken = TcpListener::bind(("127.0.0.1", parts.ports.ldap)).await.unwrap();
    let data = DataFolder::take(temporary.path()).unwrap();
    assert!(
        DataFolder::take(temporary.path())
            .unwrap_err()
            .to_string()
            .contains("another garnitur"),
        "two shops on one folder would fight"
    );
    let error = Shop::open(data, parts.clone(), Shutdown::new())
        .await
        .err()
        .expect("a port is taken")
        .to_string();
    assert!(
        error.contains(&format!("{} (directory)", parts.ports.ldap)),
        "{error}"
    );
    assert!(error.contains("--port-offset"), "{error}");
    drop(taken);
}

#[tokio::test(flavor = "multi_thread")]
async fn services_end_on_sigterm() {
    let mut fleet = Fleet::start(1_200).await;
    for service in [ServiceName::Orders, ServiceName::Catalog, ServiceName::Backoffice] {
        let code = tokio::time::timeout(Duration::from_secs(30), fleet.terminate(service)).await;
        assert_eq!(code.expect("within the deadline"), Some(0), "{service:?}");
    }
}
