//! Names that stand for many addresses.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use balancer::{Client, Dial, Dns, Io, Policy, Request, Resolve};
use futures_util::future::BoxFuture;
use http::Uri;

use crate::net::Net;

const EVERY: Duration = Duration::from_secs(5);

/// What names stand for at present.
#[derive(Default)]
struct Names(Mutex<Vec<SocketAddr>>);

impl Names {
    fn are(&self, addresses: &[&str]) {
        *self.0.lock().unwrap() = addresses.iter().map(|address| address.parse().unwrap()).collect();
    }
}

impl Resolve for Names {
    fn resolve(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        assert_eq!((host, port), ("catalog", 80));
        let addresses = self.0.lock().unwrap().clone();
        Box::pin(async move {
            if addresses.is_empty() {
                return Err(io::Error::other("no such name"));
            }
            Ok(addresses)
        })
    }
}

/// A net in which names are asked for, too.
struct Noting {
    net: Arc<Net>,
    names: Mutex<Vec<String>>,
}

impl Dial for Noting {
    fn dial(&self, uri: &Uri, name: &str) -> BoxFuture<'static, io::Result<Box<dyn Io>>> {
        self.names.lock().unwrap().push(name.to_owned());
        self.net.dial(uri, name)
    }
}

/// Lets the task that resolves have its turn.
async fn after(pause: Duration) {
    tokio::time::sleep(pause).await;
    tokio::task::yield_now().await;
}

#[tokio::test(start_paused = true)]
async fn each_address_of_a_name_is_a_replica() {
    let net = Net::new(&["10.0.0.1", "10.0.0.2", "10.0.0.3", "catalog"]);
    let names = Arc::new(Names::default());
    let dns = Dns::new(
        ["http://catalog:80"],
        EVERY,
        Arc::clone(&names) as Arc<dyn Resolve>,
    );
    let dns = dns.expect("an origin");
    let noting = Arc::new(Noting {
        net: Arc::clone(&net),
        names: Mutex::default(),
    });
    let client = Client::builder("test", &dns)
        .policy(Policy::default())
        .dial(Arc::clone(&noting) as Arc<dyn Dial>)
        .build();
    drop(dns);
    let ask = async || {
        let answer = client.send(Request::get("/")).await.expect("an answer");
        answer.headers["x-replica"].to_str().expect("ASCII").to_owned()
    };

    // As long as it stands for nothing, the name itself is called.
    assert_eq!(ask().await, "catalog");
    after(EVERY).await;
    assert_eq!(ask().await, "catalog");

    names.are(&["10.0.0.2:80", "10.0.0.1:80", "10.0.0.1:80"]);
    after(EVERY).await;
    assert_eq!(client.endpoints().len(), 2);
    for _ in 0..40 {
        assert_ne!(ask().await, "catalog");
    }
    assert!(net.replica("10.0.0.1").hits() > 0 && net.replica("10.0.0.2").hits() > 0);
    let latency = client.endpoints()[0].latency;

    // What is known of a replica stays while its address does, in whatever order they come.
    names.are(&["10.0.0.3:80", "10.0.0.1:80"]);
    after(EVERY).await;
    let hits = net.replica("10.0.0.2").hits();
    assert_eq!(client.endpoints()[0].latency, latency);
    for _ in 0..40 {
        ask().await;
    }
    assert!(net.replica("10.0.0.3").hits() > 0);
    assert_eq!(net.replica("10.0.0.2").hits(), hits);

    // A name that cannot be resolved for a while changes nothing.
    names.are(&[]);
    after(EVERY).await;
    assert_eq!(client.endpoints().len(), 2);
    ask().await;

    // Whoever connects knows the name: certificates say it, and not the address.
    let called = noting.names.lock().unwrap();
    assert!(called.iter().all(|name| name == "catalog"), "{called:?}");
}
