//! Files that change under a running service.

use std::sync::Arc;
use std::time::Duration;

use ca::Validity;
use chassis::{HttpConfig, Security};
use http::StatusCode;
use kernel::{Clock as _, SystemClock};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use test_support::wait_for;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::bench::{Bench, Served, ask, connect, days, exchange};

const SOON: Duration = Duration::from_secs(10);
const EXPIRY: &str = "tls_certificate_expiry_timestamp_seconds";

async fn renewals(served: &Served, result: &str, times: i64) {
    let name = format!("tls_renewals_total{{result=\"{result}\"}}");
    wait_for(&format!("{times} {result}"), SOON, async || {
        (served.metric(&name) == Some(times)).then_some(())
    })
    .await;
}

fn der(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).expect("PEM")
}

#[tokio::test]
async fn a_renewed_certificate_is_taken_and_connections_at_hand_stay() {
    let bench = Bench::new();
    let served = bench.server(Security::Mutual, HttpConfig::default()).await;
    let own = bench.issue("catalog", days(1));
    wait_for("the metric", SOON, async || served.metric(EXPIRY)).await;
    let before = served.metric(EXPIRY).expect("it is there");

    // One connection is busy with a request, another idle.
    let client = bench.client("catalog", &served);
    let busy = tokio::spawn(async move { ask(&client, "/wait").await });
    let mut idle = connect(&bench, served.address, Some(&own))
        .await
        .expect("a handshake");
    let request = b"GET /who HTTP/1.1\r\nhost: test\r\n\r\n";
    idle.write_all(request).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"catalog at 127.0.0.1") {
        assert_ne!(idle.read_buf(&mut answer).await.expect("kept alive"), 0);
    }

    let validity = days(9);
    let renewed = bench.issue("orders", validity);
    bench.install("orders", &renewed);
    renewals(&served, "taken", 1).await;
    let until = validity.until.unix_timestamp();
    assert_eq!(served.metric(EXPIRY), Some(until));
    assert_ne!(until, before);
    let fresh = connect(&bench, served.address, Some(&own))
        .await
        .expect("a handshake");
    let shown = fresh.get_ref().1.peer_certificates().expect("a certificate");
    assert_eq!(shown[0], der(&renewed.certificate));

    let answer = exchange(&mut idle, "/who")
        .await
        .expect("the old connection goes on");
    assert!(answer.ends_with("catalog at 127.0.0.1"), "{answer}");
    served.go_on.notify_one();
    let answer = busy
        .await
        .expect("no panic")
        .expect("the request at hand is answered");
    assert_eq!(answer, (StatusCode::OK, "waited".to_owned()));
}

#[tokio::test]
async fn a_renewed_pair_that_is_no_good_is_refused() {
    let bench = Bench::new();
    let served = bench.server(Security::Mutual, HttpConfig::default()).await;
    wait_for("the metric", SOON, async || served.metric(EXPIRY)).await;
    let before = served.metric(EXPIRY);
    let now = SystemClock.now();
    let past = Validity {
        from: now - time::Duration::days(3),
        until: now - time::Duration::minutes(1),
    };
    let mut mixed = bench.issue("orders", days(9));
    mixed.key = bench.issue("orders", days(9)).key;
    let mut garbled = bench.issue("orders", days(9));
    garbled.certificate.truncate(300);
    let foreign = Bench::new().issue("orders", days(9));
    let late = bench.issue("orders", past);
    for (times, bad) in [(1, mixed), (2, garbled), (3, foreign), (4, late)] {
        bench.install("orders", &bad);
        renewals(&served, "refused", times).await;
    }
    std::fs::remove_file(bench.path("orders.pem")).expect("it was there");
    renewals(&served, "refused", 5).await;
    assert_eq!(served.metric(EXPIRY), before, "the old one stays");
    ask(&bench.client("catalog", &served), "/who")
        .await
        .expect("an answer");

    bench.of("orders");
    renewals(&served, "taken", 1).await;
}

/// Trust is renewed too: an authority that is taken from the list opens nothing any more.
#[tokio::test]
async fn renewed_authorities_are_taken() {
    let (bench, other) = (Bench::new(), Bench::new());
    let served = bench.server(Security::Mutual, HttpConfig::default()).await;
    let foreign = other.issue("catalog", days(1));
    let mut stream = connect(&bench, served.address, Some(&foreign))
        .await
        .expect("its own side");
    exchange(&mut stream, "/who")
        .await
        .expect_err("it is not trusted yet");
    let both = format!(
        "{}{}",
        bench.authority.certificate(),
        other.authority.certificate()
    );
    std::fs::write(bench.path("ca.pem"), both).expect("write");
    renewals(&served, "taken", 1).await;
    let mut stream = connect(&bench, served.address, Some(&foreign))
        .await
        .expect("its own side");
    exchange(&mut stream, "/who").await.expect("it is trusted now");
}

/// A caller shows its renewed certificate from the next connection on.
#[tokio::test]
async fn calls_use_the_renewed_certificate() {
    let bench = Bench::new();
    let (first, second) = (bench.issue("catalog", days(1)), bench.issue("catalog", days(2)));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let acceptor = acceptor(&bench);
    let config = bench.install("catalog", &first);
    let client = super::bench::client(&config, &format!("https://localhost:{}", address.port()));
    let shown = async || {
        let (stream, _) = listener.accept().await.expect("a connection");
        let mut stream = acceptor.accept(stream).await.expect("a handshake");
        let shown = stream.get_ref().1.peer_certificates().expect("a certificate")[0].clone();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            assert_ne!(stream.read_buf(&mut request).await.expect("a request"), 0);
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        stream.write_all(answer).await.expect("sent");
        stream.shutdown().await.expect("closed");
        shown.into_owned()
    };
    let (answer, certificate) = tokio::join!(ask(&client, "/"), shown());
    assert_eq!(answer.expect("an answer").0, StatusCode::OK);
    assert_eq!(certificate, der(&first.certificate));

    bench.install("catalog", &second);
    wait_for("the second certificate", SOON, async || {
        let (answer, certificate) = tokio::join!(ask(&client, "/"), shown());
        assert_eq!(answer.expect("an answer").0, StatusCode::OK);
        (certificate == der(&second.certificate)).then_some(())
    })
    .await;
}

fn acceptor(bench: &Bench) -> TlsAcceptor {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots
        .add(der(bench.authority.certificate()))
        .expect("an authority");
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let own = bench.issue("orders", days(1));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_client_cert_verifier(verifier.build().expect("a verifier"))
        .with_single_cert(
            vec![der(&own.certificate)],
            PrivateKeyDer::from_pem_slice(own.key.as_bytes()).expect("PEM"),
        )
        .expect("they belong together");
    TlsAcceptor::from(Arc::new(config))
}
