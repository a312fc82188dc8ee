use std::time::Duration;

use ca::{Authority, Validity};
use chassis::{HttpConfig, Security};
use http::StatusCode;
use kernel::{Clock as _, SystemClock};
use rcgen::SanType;
use test_support::wait_for;
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

use super::bench::{Bench, Served, ask, connect, days, exchange, leaf};

const SOON: Duration = Duration::from_secs(10);

async fn refused(served: &Served, reason: &str, times: i64) {
    wait_for(&format!("{times} refused for {reason}"), SOON, async || {
        (served.refused(reason) == Some(times)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_service_is_known_by_its_certificate() {
    let bench = Bench::new();
    let served = bench.server(Security::Mutual, HttpConfig::default()).await;
    for name in ["catalog", "storefront"] {
        let answer = ask(&bench.client(name, &served), "/who")
            .await
            .expect("an answer");
        assert_eq!(answer, (StatusCode::OK, format!("{name} at 127.0.0.1")));
    }
}

/// Handlers behind the gate cannot tell how their caller was recognised; who is not listed gets no further.
#[tokio::test]
async fn only_services_that_are_listed_come_in() {
    let bench = Bench::new();
    let served = bench.server(Security::Mutual, HttpConfig::default()).await;
    let answer = ask(&bench.client("catalog", &served), "/inner")
        .await
        .expect("an answer");
    assert_eq!(answer, (StatusCode::OK, "catalog".to_owned()));
    let (status, _) = ask(&bench.client("storefront", &served), "/inner")
        .await
        .expect("an answer");
    assert_eq!(status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn who_shows_no_good_certificate_is_refused() {
    let bench = Bench::new();
    let served = bench.server(Security::Mutual, HttpConfig::default()).await;
    let other = Authority::create("other", days(30)).expect("an authority");
    let foreign = other.issue(&leaf("catalog"), days(1)).expect("a certificate");
    let now = SystemClock.now();
    let past = Validity {
        from: now - time::Duration::days(3),
        until: now - time::Duration::minutes(1),
    };
    let future = Validity {
        from: now + time::Duration::hours(1),
        until: now + time::Duration::hours(2),
    };
    let (late, early) = (bench.issue("catalog", past), bench.issue("catalog", future));
    for own in [None, Some(&foreign), Some(&late), Some(&early)] {
        // The client's side of TLS 1.3 is through before the server has judged: the refusal comes on the first read.
        let mut stream = connect(&bench, served.address, own)
            .await
            .expect("its own side is through");
        exchange(&mut stream, "/who").await.expect_err("no answer");
    }
    refused(&served, "no_certificate", 1).await;
    refused(&served, "certificate", 3).await;
    let good = bench.issue("catalog", days(1));
    let mut stream = connect(&bench, served.address, Some(&good))
        .await
        .expect("it is good");
    let answer = exchange(&mut stream, "/who").await.expect("an answer");
    assert!(answer.ends_with("catalog at 127.0.0.1"), "{answer}");
}

/// A trusted certificate that names no service of ours is nobody's.
#[tokio::test]
async fn a_certificate_without_an_identity_is_refused() {
    let bench = Bench::new();
    let served = bench.server(Security::Mutual, HttpConfig::default()).await;
    let dns = || SanType::DnsName("catalog".try_into().expect("ASCII"));
    let id = |id: &str| SanType::URI(id.try_into().expect("ASCII"));
    for (times, names) in [
        (1, vec![dns()]),
        (2, vec![dns(), id("spiffe://elsewhere/catalog")]),
        (
            3,
            vec![id("spiffe://garnitur/catalog"), id("spiffe://garnitur/orders")],
        ),
    ] {
        let own = bench.named(names);
        let stream = connect(&bench, served.address, Some(&own)).await;
        let answer = exchange(&mut stream.expect("its own side is through"), "/who").await;
        assert_eq!(answer.unwrap_or_default(), "");
        refused(&served, "certificate", times).await;
    }
}

#[tokio::test]
async fn one_sided_tls_asks_nobody_for_a_certificate() {
    let bench = Bench::new();
    let served = bench.server(Security::Tls, HttpConfig::default()).await;
    let own = bench.issue("catalog", days(1));
    for own in [None, Some(&own)] {
        let mut stream = connect(&bench, served.address, own).await.expect("a handshake");
        let answer = exchange(&mut stream, "/who").await.expect("an answer");
        assert!(answer.ends_with("nobody at 127.0.0.1"), "{answer}");
    }
}

/// What a caller writes into headers says nothing about it.
#[tokio::test]
async fn a_plain_connection_has_no_identity() {
    let bench = Bench::new();
    let served = bench.server(Security::Plain, HttpConfig::default()).await;
    let mut stream = TcpStream::connect(served.address).await.expect("a connection");
    let path = "/who HTTP/1.1\r\npeer-service: catalog\r\nx-client-cert: catalog\r\nx-rest:";
    let answer = exchange(&mut stream, path).await.expect("an answer");
    assert!(answer.ends_with("nobody at 127.0.0.1"), "{answer}");
    let mut stream = TcpStream::connect(served.address).await.expect("a connection");
    let answer = exchange(&mut stream, "/inner").await.expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
}

/// Peers that connect and say nothing hold up neither others nor themselves for long.
#[tokio::test]
async fn a_slow_handshake_is_its_own_problem() {
    let bench = Bench::new();
    let http = HttpConfig {
        entrance_timeout_ms: 500,
        ..HttpConfig::default()
    };
    let served = bench.server(Security::Mutual, http).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(TcpStream::connect(served.address).await.expect("a connection"));
    }
    let answer = ask(&bench.client("catalog", &served), "/who")
        .await
        .expect("an answer");
    assert_eq!(answer.0, StatusCode::OK);
    assert_eq!(
        served.refused("timeout"),
        None,
        "others were served while they waited"
    );
    for mut stream in silent {
        let closed = tokio::time::timeout(SOON, stream.read_u8())
            .await
            .expect("it is closed");
        closed.expect_err("nothing is sent");
    }
    refused(&served, "timeout", 20).await;
}

#[tokio::test]
async fn a_drain_waits_for_no_handshake() {
    let bench = Bench::new();
    let http = HttpConfig {
        entrance_timeout_ms: 600_000,
        ..HttpConfig::default()
    };
    let served = bench.server(Security::Mutual, http).await;
    let mut silent = TcpStream::connect(served.address).await.expect("a connection");
    // An answer says that the connection before it was accepted, too.
    ask(&bench.client("catalog", &served), "/who")
        .await
        .expect("an answer");
    served.shutdown.trigger();
    assert_eq!(served.ended().await.cut_connections, 0);
    assert_eq!(silent.read(&mut [0]).await.expect("closed in order"), 0);
}

#[tokio::test]
async fn plain_http_is_no_handshake() {
    let bench = Bench::new();
    let served = bench.server(Security::Mutual, HttpConfig::default()).await;
    let mut stream = TcpStream::connect(served.address).await.expect("a connection");
    let answer = exchange(&mut stream, "/who").await.unwrap_or_default();
    assert!(!answer.contains("HTTP"), "{answer}");
    refused(&served, "tls", 1).await;
}
