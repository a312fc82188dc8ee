use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::{BadEndpoint, Discover, Endpoint};

/// Finds all addresses of a name.
pub trait Resolve: Send + Sync + 'static {
    /// The addresses at which `host` listens on `port`, in any order.
    fn resolve(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>>;
}

/// The way in which the machine finds addresses.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

impl Resolve for System {
    fn resolve(&self, host: &str, port: u16) -> BoxFuture<'static, io::Result<Vec<SocketAddr>>> {
        let host = host.to_owned();
        Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) })
    }
}

/// Replicas at all addresses of some names, asked for again and again: of a name that stands for many, such as a headless
/// Service of Kubernetes, each address is a replica of its own (INF-5).
///
/// Until a name is first resolved it is itself the replica, and while it cannot be, its replicas are those of before.
#[derive(Debug)]
pub struct Dns(watch::Receiver<Arc<[Endpoint]>>);

impl Dns {
    /// Replicas at these origins, resolved anew after each `every`. Names stay names outside of a Tokio runtime. Fails on the
    /// first that is not an origin.
    pub fn new<S: AsRef<str>>(
        origins: impl IntoIterator<Item = S>,
        every: Duration,
        resolve: Arc<dyn Resolve>,
    ) -> Result<Self, BadEndpoint> {
        let origins: Vec<Endpoint> = origins
            .into_iter()
            .map(|origin| origin.as_ref().parse())
            .collect::<Result<_, _>>()?;
        let (sender, receiver) = watch::channel(Arc::from(origins.as_slice()));
        let named = |origin: &Endpoint| origin.host_and_port().0.parse::<IpAddr>().is_err();
        if let Ok(runtime) = Handle::try_current()
            && origins.iter().any(named)
        {
            runtime.spawn(follow(origins, every, resolve, sender));
        }
        Ok(Self(receiver))
    }
}

impl Discover for Dns {
    fn watch(&self) -> watch::Receiver<Arc<[Endpoint]>> {
        self.0.clone()
    }
}

/// Resolves until nobody watches any more.
async fn follow(
    origins: Vec<Endpoint>,
    every: Duration,
    resolve: Arc<dyn Resolve>,
    sender: watch::Sender<Arc<[Endpoint]>>,
) {
    let mut found: Vec<Vec<Endpoint>> = origins.iter().map(|origin| vec![origin.clone()]).collect();
    let mut ticks = tokio::time::interval(every);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = sender.closed() => return,
        }
        for (origin, found) in origins.iter().zip(&mut found) {
            let (host, port) = origin.host_and_port();
            if host.parse::<IpAddr>().is_ok() {
                continue;
            }
            match resolve.resolve(host, port).await {
                Ok(mut addresses) if !addresses.is_empty() => {
                    // The order is another one each time and says nothing.
                    addresses.sort_unstable();
                    addresses.dedup();
                    *found = addresses.into_iter().map(|address| origin.at(address)).collect();
                }
                Ok(_) => tracing::debug!(host, "a name has no address"),
                Err(error) => tracing::debug!(host, %error, "a name cannot be resolved"),
            }
        }
        let all: Arc<[Endpoint]> = found.iter().flatten().cloned().collect();
        sender.send_if_modified(|known| {
            let is_new = **known != *all;
            if is_new {
                tracing::info!(replicas = all.len(), "names have other addresses");
                *known = all;
            }
            is_new
        });
    }
}
