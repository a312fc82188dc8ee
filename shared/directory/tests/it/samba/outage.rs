use std::time::Duration;

use directory::{Directory as _, LdapDirectory, SignInError};
use test_support::{containers, wait_for};
use tokio::time::Instant;

use super::domain::{Domain, PASSWORD};
use crate::support::sign_in;

/// A domain controller of its own: it is paused and killed.
#[tokio::test]
async fn a_domain_controller_that_hangs_or_dies_and_comes_back() {
    if !containers::wanted() {
        return;
    }
    let domain = Domain::start().await;
    let mut config = domain.config();
    config.connect_timeout_ms = 1_000;
    config.request_timeout_ms = 1_500;
    config.probe_after_ms = 0;
    let directory = LdapDirectory::new(&config).expect("complete");
    let signed_in = async || sign_in(&directory, "courier.petrov", PASSWORD).await;
    let recovered = async || signed_in().await.ok();
    wait_for("the domain controller", Duration::from_secs(60), recovered).await;

    domain.server.pause().await;
    for _ in 0..3 {
        let started = Instant::now();
        let error = signed_in().await.expect_err("it hangs");
        assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
        // Probing a pooled connection, then making one.
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{:?}",
            started.elapsed()
        );
    }
    domain.server.unpause().await;
    wait_for("it to go on", Duration::from_secs(60), recovered).await;

    domain.server.kill().await;
    let started = Instant::now();
    let error = signed_in().await.expect_err("it is dead");
    assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
    directory.probe().await.expect_err("it is dead");
    assert!(
        started.elapsed() < Duration::from_secs(3),
        "{:?}",
        started.elapsed()
    );
    domain.server.start().await;
    wait_for("it to be back", Duration::from_secs(120), recovered).await;
}
