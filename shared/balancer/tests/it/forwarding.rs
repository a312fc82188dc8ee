//! Passing an incoming request through.

use balancer::{BoxError, Error, Policy};
use bytes::Bytes;
use futures_util::stream;
use http::{Method, Request};
use http_body_util::{BodyExt as _, Empty, StreamBody};
use hyper::body::{Body, Frame};

use crate::net::{Mode, Net};

/// A body of unknown length that can be read once.
fn streamed(parts: &'static [&'static str]) -> impl Body<Data = Bytes, Error = BoxError> + Send + 'static {
    StreamBody::new(stream::iter(
        parts
            .iter()
            .map(|part| Ok(Frame::data(Bytes::from_static(part.as_bytes())))),
    ))
}

#[tokio::test(start_paused = true)]
async fn headers_of_one_connection_stay_behind() {
    let net = Net::new(&["a"]);
    let client = net
        .builder()
        .headers(|headers| {
            headers.insert("traceparent", http::HeaderValue::from_static("00-1-2-01"));
        })
        .build();
    let request = Request::post("http://shop.example/api/staff/v1/orders?state=paid")
        .header("host", "shop.example")
        .header("connection", "keep-alive, X-Secret, X-Forwarded-For")
        .header("x-secret", "1")
        .header("x-forwarded-for", "192.0.2.7")
        .header("te", "trailers")
        .header("upgrade", "websocket")
        .header("proxy-authorization", "Basic x")
        .header("cookie", "session=1")
        .body(streamed(&["one ", "two"]))
        .expect("a request");
    let answer = client.forward(request).await.expect("an answer");
    assert!(!answer.headers().contains_key("x-hop") && !answer.headers().contains_key("connection"));
    assert_eq!(answer.headers()["x-replica"], "a");
    assert_eq!(
        client.endpoints()[0].in_flight,
        1,
        "busy while its body is unread"
    );
    let body = answer.into_body().collect().await.expect("the body").to_bytes();
    assert_eq!(body, "one two");
    assert_eq!(client.endpoints()[0].in_flight, 0);

    let (head, body) = net.replica("a").last_seen();
    assert_eq!(body, "one two");
    assert_eq!(head.method, Method::POST);
    assert_eq!(head.uri, "/api/staff/v1/orders?state=paid");
    for gone in ["connection", "x-secret", "te", "upgrade", "proxy-authorization"] {
        assert!(!head.headers.contains_key(gone), "{gone} was passed on");
    }
    assert_eq!(head.headers["host"], "a");
    assert_eq!(head.headers["x-forwarded-host"], "shop.example");
    assert_eq!(head.headers["x-forwarded-for"], "192.0.2.7");
    assert_eq!(head.headers["cookie"], "session=1");
    assert_eq!(head.headers["traceparent"], "00-1-2-01");
}

#[tokio::test(start_paused = true)]
async fn a_streamed_body_survives_a_replica_that_is_down() {
    let net = Net::new(&["a", "b"]);
    net.replica("a").set(Mode::Down);
    let client = net.client(Policy::default());
    for _ in 0..20 {
        let request = Request::put("/x").body(streamed(&["whole"])).expect("a request");
        let answer = client.forward(request).await.expect("the other answers");
        let body = answer.into_body().collect().await.expect("the body").to_bytes();
        assert_eq!(body, "whole");
    }
    assert!(net.replica("a").dials() >= 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_is_forwarded_once_unless_safe() {
    let net = Net::new(&["a", "b"]);
    net.replica("a").set(Mode::Break);
    net.replica("b").set(Mode::Break);
    let client = net.client(Policy::default());
    let empty = |method| {
        Request::builder()
            .method(method)
            .uri("/")
            .body(Empty::<Bytes>::new())
            .expect("a request")
    };
    for (method, hits) in [(Method::POST, 1), (Method::DELETE, 1), (Method::GET, 4)] {
        let before = net.hits();
        let error = client
            .forward(empty(method.clone()))
            .await
            .err()
            .expect("breaks off");
        assert!(matches!(error, Error::Body { .. }), "{error}");
        assert_eq!(net.hits() - before, hits, "{method}");
        // Past any ejection.
        tokio::time::sleep(Policy::default().max_probation).await;
    }
}
