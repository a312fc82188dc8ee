//! SIGTERM to a real process.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use test_support::wait_for;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::process::Process;
use crate::support::fetch;

/// The test decides how long the request is on its way: it holds the body back, which the handler has asked for.
#[tokio::test]
async fn a_request_in_flight_is_finished() {
    let mut process = Process::start(&["http.request_timeout_ms=600000"]).await;
    let (edge, ops) = (process.edge, process.ops);
    let mut request = TcpStream::connect(edge).await.unwrap();
    let head = b"POST /shout HTTP/1.1\r\nhost: test\r\ncontent-length: 2\r\nexpect: 100-continue\r\n\r\n";
    request.write_all(head).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"HTTP/1.1 100 Continue\r\n\r\n") {
        assert_ne!(request.read_buf(&mut answer).await.unwrap(), 0);
    }
    process.signal(Signal::TERM);
    process.logged("draining").await;

    wait_for("the listener to close", Duration::from_secs(5), async || {
        let refused = TcpStream::connect(edge).await.err()?;
        (refused.kind() == ErrorKind::ConnectionRefused).then_some(())
    })
    .await;
    let (status, body) = fetch(ops, "/readyz").await.expect("operation answers to the end");
    assert_eq!(status, 503);
    assert!(body.contains("draining"), "{body}");

    request.write_all(b"hi").await.unwrap();
    let mut answer = String::new();
    request
        .read_to_string(&mut answer)
        .await
        .expect("closed in order");
    assert!(
        answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\nHI"),
        "{answer}"
    );
    let drained = process.logged("drained").await;
    assert!(drained.to_string().contains("cut_connections: 0"), "{drained}");
    assert_eq!(process.ended().await, Some(0));
}

#[tokio::test]
async fn what_takes_longer_than_the_deadline_is_cut_off() {
    let mut process = Process::start(&["http.drain_deadline_ms=300", "http.request_timeout_ms=600000"]).await;
    let slow = tokio::spawn(fetch(process.edge, "/slowly/600000"));
    process.logged("taking the time").await;
    let started = Instant::now();
    process.signal(Signal::TERM);
    let drained = process.logged("drained").await;
    assert!(started.elapsed() >= Duration::from_millis(300));
    assert!(drained.to_string().contains("cut_connections: 1"), "{drained}");
    assert!(slow.await.unwrap().is_err(), "the connection just ends");
    assert_eq!(process.ended().await, Some(0));
}

#[tokio::test]
async fn a_second_signal_does_not_wait() {
    for (first, second) in [(Signal::TERM, Signal::TERM), (Signal::INT, Signal::INT)] {
        let mut process =
            Process::start(&["http.drain_deadline_ms=600000", "http.request_timeout_ms=600000"]).await;
        let slow = tokio::spawn(fetch(process.edge, "/slowly/600000"));
        process.logged("taking the time").await;
        process.signal(first);
        process.logged("draining").await;
        process.signal(second);
        process.logged("hard stop ordered").await;
        assert!(slow.await.unwrap().is_err());
        assert_eq!(process.ended().await, Some(0));
    }
}

/// Balancers notice by `/readyz`; until they have had the time to, requests are served as ever.
#[tokio::test]
async fn during_the_delay_everything_still_works() {
    let mut process = Process::start(&["http.drain_delay_ms=600000"]).await;
    process.signal(Signal::TERM);
    process.logged("draining").await;
    assert_eq!(fetch(process.ops, "/readyz").await.unwrap().0, 503);
    assert_eq!(
        fetch(process.edge, "/hello/Ann").await.unwrap(),
        (200, "Hello, Ann!".to_owned())
    );
    process.signal(Signal::TERM);
    process.logged("drained").await;
    assert_eq!(process.ended().await, Some(0));
}

/// A connection kept alive does not keep the process.
#[tokio::test]
async fn idle_connections_are_closed() {
    let process = Process::start(&["http.drain_deadline_ms=600000"]).await;
    let mut idle = TcpStream::connect(process.edge).await.unwrap();
    idle.write_all(b"GET /hello/Ann HTTP/1.1\r\nhost: test\r\n\r\n")
        .await
        .unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"Hello, Ann!") {
        assert_ne!(idle.read_buf(&mut answer).await.unwrap(), 0, "kept alive");
    }
    process.signal(Signal::TERM);
    assert_eq!(idle.read_buf(&mut answer).await.unwrap(), 0, "closed in order");
    assert_eq!(process.ended().await, Some(0));
}
