//! Calls with the service's certificate.

use balancer::Request;
use ca::Validity;
use chassis::{HttpConfig, Outgoing, Security, TlsConfig};
use http::StatusCode;
use kernel::{Clock as _, SystemClock};

use super::bench::{Bench, Served, ask, client, days, leaf, serve};

async fn served_with(bench: &Bench, tls: TlsConfig) -> Served {
    let tls = TlsConfig {
        edge: Security::Mutual,
        ..tls
    };
    let served = serve(&HttpConfig::default(), &tls).await;
    let answer = ask(&bench.client("catalog", &served), "/who").await;
    assert_eq!(answer.expect("an answer").0, StatusCode::OK);
    served
}

#[tokio::test]
async fn a_server_is_called_by_a_name_it_has() {
    let bench = Bench::new();
    let served = served_with(&bench, bench.of("orders")).await;
    let by_address = client(&bench.of("catalog"), &format!("https://{}", served.address));
    let error = ask(&by_address, "/who")
        .await
        .expect_err("it has no address in its certificate");
    assert!(matches!(error, balancer::Error::Connect { .. }), "{error}");

    let addressed = leaf("orders").ip([127, 0, 0, 1].into());
    let issued = bench.authority.issue(&addressed, days(1)).expect("a certificate");
    let served = served_with(&bench, bench.install("orders", &issued)).await;
    let by_address = client(&bench.of("catalog"), &format!("https://{}", served.address));
    ask(&by_address, "/who").await.expect("an answer");
}

/// No other authority is trusted, whatever the machine trusts.
#[tokio::test]
async fn a_server_of_another_authority_is_not_called() {
    let (ours, others) = (Bench::new(), Bench::new());
    let served = served_with(&others, others.of("orders")).await;
    let error = ask(&ours.client("catalog", &served), "/who")
        .await
        .expect_err("not of ours");
    assert!(matches!(error, balancer::Error::Connect { .. }), "{error}");
}

/// What was certainly not sent may be tried elsewhere: a replica whose certificate ran out is passed over.
#[tokio::test]
async fn a_replica_with_a_bad_certificate_is_passed_over() {
    let bench = Bench::new();
    let (good, bad) = (served_with(&bench, bench.of("orders")).await, Bench::new());
    let bad = served_with(&bad, bad.of("orders")).await;
    let tls = chassis::Tls::open(
        &bench.of("catalog"),
        &telemetry::Metrics::new("t"),
        &super::bench::clock(),
    );
    let address = |served: &Served| format!("https://localhost:{}", served.address.port());
    let client = tls
        .expect("good files")
        .outgoing()
        .client("orders", [address(&bad), address(&good)], None)
        .expect("addresses")
        .build();
    for _ in 0..20 {
        // Not repeatable: only what was never sent may be tried again.
        let answer = client.send(Request::post("/who")).await.expect("an answer");
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    }
}

#[tokio::test]
async fn without_a_certificate_only_plain_addresses_are_called() {
    let outgoing = Outgoing::plain();
    assert!(!outgoing.is_certified());
    let error = outgoing.client("orders", ["http://orders:8122", "https://orders:8122"], None);
    let error = error.err().expect("there is no certificate").to_string();
    assert!(
        error.contains("https://orders:8122") && error.contains("tls.certificate"),
        "{error}"
    );
    assert!(outgoing.client("orders", ["http://orders:8122"], None).is_ok());
    assert!(outgoing.client("orders", ["orders"], None).is_err());
}

/// With a certificate plain addresses can be called as ever.
#[tokio::test]
async fn a_plain_server_is_called_plainly() {
    let bench = Bench::new();
    let served = bench.server(Security::Plain, HttpConfig::default()).await;
    let plain = client(&bench.of("catalog"), &format!("http://{}", served.address));
    let answer = ask(&plain, "/who").await.expect("an answer");
    assert_eq!(answer.1, "nobody at 127.0.0.1");
}

#[tokio::test]
async fn a_server_whose_certificate_ran_out_is_not_called() {
    let bench = Bench::new();
    let now = SystemClock.now();
    // It is good while the server starts.
    let brief = Validity {
        from: now - time::Duration::hours(1),
        until: now + time::Duration::seconds(4),
    };
    let brief = bench.issue("orders", brief);
    let served = served_with(&bench, bench.install("orders", &brief)).await;
    test_support::wait_for(
        "the certificate to run out",
        std::time::Duration::from_secs(20),
        async || match ask(&bench.client("catalog", &served), "/who").await {
            Err(balancer::Error::Connect { .. }) => Some(()),
            _ => None,
        },
    )
    .await;
}
