//! The same over real sockets: the default way of connecting.

use balancer::{Client, Error, Policy, Request};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::net::hello;

#[tokio::test]
async fn one_connection_serves_many_calls() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.expect("a connection");
        // No second accept: a second connection would never be answered.
        let _ = http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service_fn(hello))
            .await;
    });
    let client = Client::fixed("tcp", [origin], Policy::default()).expect("an origin");
    for _ in 0..100 {
        let answer = client.send(Request::post("/")).await.expect("an answer");
        assert_eq!(answer.body, "hello");
    }
    server.abort();
}

#[tokio::test]
async fn a_closed_port_is_a_connect_error() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let client = Client::fixed("tcp", [origin], Policy::default()).expect("an origin");
    let error = client.send(Request::post("/")).await.expect_err("nobody listens");
    assert!(matches!(error, Error::Connect { .. }), "{error}");
    assert!(!error.may_have_acted());
}
