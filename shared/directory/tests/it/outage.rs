use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use directory::{Directory as _, LdapDirectory, SignInError};
use embedded::ldap::{DEMO_PASSWORD, demo};
use futures_util::future::join_all;
use kernel::Personal;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::support::{config, directory, serve, serve_on, sign_in, urls};

#[tokio::test]
async fn a_directory_that_is_away_is_said_to_be_at_once() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    let address = server.addr();
    directory.probe().await.expect("it is there");
    sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
        .await
        .expect("right");

    server.stop().await;
    let started = Instant::now();
    for login in ["courier.petrov", "nobody"] {
        let error = sign_in(&directory, login, DEMO_PASSWORD)
            .await
            .expect_err("nobody answers");
        assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
    }
    directory.probe().await.expect_err("nobody answers");
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );

    // Nothing but the server's return is needed, whatever the pool holds.
    let server = serve_on(address, &demo()).await;
    sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
        .await
        .expect("it is back");
    directory.probe().await.expect("it is back");
    server.stop().await;
}

#[tokio::test]
async fn a_restart_between_two_requests_goes_unnoticed() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    let address = server.addr();
    // Fills the pool.
    let attempts = (0..16).map(|_| sign_in(&directory, "courier.petrov", DEMO_PASSWORD));
    assert!(join_all(attempts).await.iter().all(Result::is_ok));
    server.stop().await;
    let _server = serve_on(address, &demo()).await;
    let attempts = (0..16).map(|_| sign_in(&directory, "courier.petrov", DEMO_PASSWORD));
    for result in join_all(attempts).await {
        result.expect("the server is there");
    }
}

#[tokio::test]
async fn a_directory_that_says_nothing_is_not_waited_for() {
    // Connections are taken by the system, nobody reads them.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .expect("a free port");
    let mut config = config(silent.local_addr().expect("bound"));
    config.request_timeout_ms = 200;
    let directory = LdapDirectory::new(&config).expect("complete");
    let started = Instant::now();
    // More than there are connections: those that wait for one have a limit, too.
    let attempts = (0..16).map(|_| sign_in(&directory, "courier.petrov", DEMO_PASSWORD));
    for result in join_all(attempts).await {
        let error = result.expect_err("nobody answers");
        assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
    }
    let took = started.elapsed();
    assert!(
        took >= Duration::from_millis(200) && took < Duration::from_secs(2),
        "{took:?}"
    );
}

#[tokio::test]
async fn a_refused_service_account_is_an_outage_not_a_wrong_password() {
    let server = serve(&demo()).await;
    let mut config = config(server.addr());
    config.bind_password = Some(Personal::new("old".to_owned()));
    let directory = LdapDirectory::new(&config).expect("complete");
    let error = sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
        .await
        .expect_err("nobody may search");
    assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
    let error = directory.probe().await.expect_err("nobody may search");
    assert!(error.to_string().contains("service account"), "{error}");
}

#[tokio::test]
async fn a_missing_base_is_an_outage() {
    let server = serve(&demo()).await;
    let mut config = config(server.addr());
    config.base_dn = Some("DC=elsewhere".to_owned());
    let directory = LdapDirectory::new(&config).expect("complete");
    let error = sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
        .await
        .expect_err("nobody is there");
    assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn a_sign_in_that_is_given_up_leaves_the_pool_whole() {
    let server = serve(&demo()).await;
    let directory = directory(&server);
    for pause in 0..40 {
        let attempt = sign_in(&directory, "courier.petrov", DEMO_PASSWORD);
        // Given up at another point each time.
        let _ = tokio::time::timeout(Duration::from_micros(pause * 50), attempt).await;
    }
    let courier = sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
        .await
        .expect("right");
    assert_eq!(courier.login, "courier.petrov");
}

#[tokio::test]
async fn encryption_that_the_server_has_not_is_an_outage() {
    let server = serve(&demo()).await;
    let address: SocketAddr = server.addr();
    let mut config = config(address);
    config.starttls = true;
    let starttls = LdapDirectory::new(&config).expect("complete");
    config.url = urls(&[&format!("ldaps://{address}")]);
    let ldaps = LdapDirectory::new(&config).expect("complete");
    for directory in [starttls, ldaps] {
        let error = sign_in(&directory, "courier.petrov", DEMO_PASSWORD)
            .await
            .expect_err("no encryption");
        assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
    }
}
