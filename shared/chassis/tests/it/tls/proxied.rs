//! The PROXY protocol in front of HTTP and TLS.

use std::time::Duration;

use auth::Network;
use chassis::{HttpConfig, Security};
use test_support::wait_for;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::bench::{Bench, Served, days, exchange, shake};

const SOON: Duration = Duration::from_secs(10);
const V1: &[u8] = b"PROXY TCP4 192.0.2.7 10.1.0.1 40000 443\r\n";
const V2: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\x0a\x01\0\x01\x9c\x40\x01\xbb";
const OF_THE_BALANCER: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

fn behind(balancers: &[&str]) -> HttpConfig {
    let network = |text: &&str| text.parse::<Network>().expect("a network");
    HttpConfig {
        proxies: balancers.iter().map(network).collect(),
        entrance_timeout_ms: 500,
        ..HttpConfig::default()
    }
}

async fn begun(served: &Served, header: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).await.expect("a connection");
    stream.write_all(header).await.expect("it is taken");
    stream
}

async fn who(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> String {
    exchange(stream, "/who").await.unwrap_or_default()
}

#[tokio::test]
async fn the_balancers_word_on_the_callers_address_is_taken() {
    let served = Bench::new()
        .server(Security::Plain, behind(&["127.0.0.0/8", "::1"]))
        .await;
    for (header, address) in [
        (V1, "192.0.2.7"),
        (V2, "192.0.2.7"),
        (OF_THE_BALANCER, "127.0.0.1"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
    ] {
        let mut stream = begun(&served, header).await;
        let answer = who(&mut stream).await;
        assert!(answer.ends_with(&format!("nobody at {address}")), "{answer}");
    }
}

/// The header is one of the connection: what comes in later requests is what it was in the first.
#[tokio::test]
async fn it_holds_for_every_request_of_the_connection() {
    let served = Bench::new().server(Security::Plain, behind(&["127.0.0.1"])).await;
    let mut stream = begun(&served, V2).await;
    stream
        .write_all(b"GET /who HTTP/1.1\r\nhost: test\r\n\r\n")
        .await
        .expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"nobody at 192.0.2.7") {
        assert_ne!(stream.read_buf(&mut answer).await.expect("kept alive"), 0);
    }
    assert!(who(&mut stream).await.ends_with("nobody at 192.0.2.7"));
}

#[tokio::test]
async fn from_a_balancer_a_connection_without_a_good_header_is_closed() {
    let served = Bench::new().server(Security::Plain, behind(&["127.0.0.1"])).await;
    for header in [b"".as_slice(), b"PROXY TCP4 nonsense\r\n", &V2[..12]] {
        let mut stream = begun(&served, header).await;
        assert_eq!(who(&mut stream).await, "", "{}", header.escape_ascii());
    }
    wait_for("three refused", SOON, async || {
        (served.refused("proxy") == Some(3)).then_some(())
    })
    .await;

    let mut silent = begun(&served, &V2[..20]).await;
    let closed = tokio::time::timeout(SOON, silent.read_u8())
        .await
        .expect("it is closed");
    closed.expect_err("nothing is sent");
    wait_for("one timed out", SOON, async || {
        (served.refused("timeout") == Some(1)).then_some(())
    })
    .await;
}

/// Anyone could write such a header: where it is not asked for, it is no HTTP.
#[tokio::test]
async fn from_others_the_header_is_not_accepted() {
    for listed in [&["10.1.0.0/16"][..], &[]] {
        let served = Bench::new().server(Security::Plain, behind(listed)).await;
        for header in [V1, V2] {
            let mut stream = begun(&served, header).await;
            let answer = who(&mut stream).await;
            assert!(!answer.contains("192.0.2.7"), "{answer}");
            assert!(
                answer.is_empty() || answer.starts_with("HTTP/1.1 400 "),
                "{answer}"
            );
        }
        let mut stream = begun(&served, b"").await;
        assert!(who(&mut stream).await.ends_with("nobody at 127.0.0.1"));
    }
}

/// The balancer has a certificate of its own, the caller an address.
#[tokio::test]
async fn it_comes_before_tls() {
    let bench = Bench::new();
    let served = bench.server(Security::Mutual, behind(&["127.0.0.1"])).await;
    let own = bench.issue("haproxy", days(1));
    let stream = begun(&served, V2).await;
    let mut stream = shake(&bench, stream, Some(&own)).await.expect("a handshake");
    assert!(who(&mut stream).await.ends_with("haproxy at 192.0.2.7"));

    let stream = begun(&served, b"").await;
    shake(&bench, stream, Some(&own)).await.expect_err("no header");
}
