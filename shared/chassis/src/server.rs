use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::connection::{self, Ended};
use crate::entrance::{Entrance, Guest, Stream};
use crate::{Service, Shutdown};

/// A router and the address it is to be served at.
#[derive(Debug)]
pub struct Listener {
    key: String,
    address: SocketAddr,
    router: Router,
    ops: bool,
    entrance: Option<Entrance>,
}

impl Listener {
    /// Serves `router` at `address`, which came from the configuration key `key`.
    pub fn new(key: impl Into<String>, address: SocketAddr, router: Router) -> Self {
        Self {
            key: key.into(),
            address,
            router,
            ops: false,
            entrance: None,
        }
    }

    /// The same for an [`Service::ops_router`]: while the others drain it still answers, so that whoever asks
    /// `/readyz` hears 503 instead of nothing.
    pub fn ops(key: impl Into<String>, address: SocketAddr, router: Router) -> Self {
        Self {
            ops: true,
            ..Self::new(key, address, router)
        }
    }

    /// Puts TLS or the PROXY protocol before HTTP; `None` leaves it plain.
    #[must_use]
    pub fn entrance(mut self, entrance: Option<Entrance>) -> Self {
        self.entrance = entrance;
        self
    }
}

/// Why serving cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another process listens there.
    #[error("{key}: port {} of {} is taken by another process; stop it or set another address", address.port(), address.ip())]
    Taken {
        /// The configuration key of the address.
        key: String,
        /// The address.
        address: SocketAddr,
    },
    /// The operating system refuses the address.
    #[error("{key}: cannot listen on {address}: {source}")]
    Bind {
        /// The configuration key of the address.
        key: String,
        /// The address.
        address: SocketAddr,
        /// What it says.
        source: io::Error,
    },
}

/// How a drain went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Drained {
    /// Connections that the deadline cut off.
    pub cut_connections: usize,
    /// Jobs that the deadline cut off.
    pub cut_jobs: usize,
}

/// Binds and serves until `shutdown`; see [`Server`].
pub async fn serve(
    services: Vec<Service>,
    listeners: Vec<Listener>,
    shutdown: Shutdown,
    drain_delay: Duration,
    drain_deadline: Duration,
) -> Result<Drained, ServeError> {
    let server = Server::bind(listeners).await?;
    Ok(server.run(services, shutdown, drain_delay, drain_deadline).await)
}

/// Bound listeners. Nothing is answered before [`Server::run`].
#[derive(Debug)]
pub struct Server {
    bound: Vec<(TcpListener, Listener)>,
}

impl Server {
    /// Binds all addresses, or none: the first that fails is named with its configuration key.
    pub async fn bind(listeners: Vec<Listener>) -> Result<Self, ServeError> {
        let mut bound = Vec::with_capacity(listeners.len());
        for listener in listeners {
            match TcpListener::bind(listener.address).await {
                Ok(socket) => bound.push((socket, listener)),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(ServeError::Taken {
                        key: listener.key,
                        address: listener.address,
                    });
                }
                Err(source) => {
                    return Err(ServeError::Bind {
                        key: listener.key,
                        address: listener.address,
                        source,
                    });
                }
            }
        }
        Ok(Self { bound })
    }

    /// The addresses bound, in the order given: they tell the port where 0 was asked for.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.bound
            .iter()
            .map(|(socket, listener)| socket.local_addr().unwrap_or(listener.address))
            .collect()
    }

    /// Serves, and runs the services' jobs, until `shutdown` is ordered. Then, in this order:
    ///
    /// 1. `/readyz` answers 503 for `drain_delay`, while everything still works;
    /// 2. listeners close, idle connections too; requests and job runs at hand are finished;
    /// 3. the listeners of operation close;
    /// 4. what still runs `drain_deadline` after step 2 began, or on a hard stop, is cut off.
    pub async fn run(
        self,
        mut services: Vec<Service>,
        shutdown: Shutdown,
        drain_delay: Duration,
        drain_deadline: Duration,
    ) -> Drained {
        let jobs = Work::default();
        let job_stop = Shutdown::new();
        for service in &mut services {
            for job in service.take_jobs() {
                let (metrics, stop, cut) = (service.metrics().clone(), job_stop.clone(), jobs.cut.clone());
                let lost = Arc::clone(&jobs.lost);
                jobs.tracker.spawn(async move {
                    let name = job.name();
                    if cut.run_until_cancelled(job.work(metrics, stop)).await.is_none() {
                        tracing::warn!(job = name, "job cut off by the deadline");
                        lost.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        }
        let (public, ops) = (Work::default(), Work::default());
        for (socket, listener) in self.bound {
            let work = if listener.ops { &ops } else { &public };
            work.tracker
                .spawn(accept(socket, listener.router, listener.entrance, work.clone()));
        }

        shutdown.wait().await;
        for service in &services {
            service.drain();
        }
        tracing::info!(?drain_delay, ?drain_deadline, "draining");
        tokio::select! {
            () = tokio::time::sleep(drain_delay) => {}
            () = shutdown.wait_hard() => {}
        }
        job_stop.trigger();
        public.drain.cancel();
        let finished = async {
            tokio::join!(public.finished(), jobs.finished());
            // After the connections, since no request begins a task any more.
            for service in &services {
                let tasks = service.tasks();
                tasks.close();
                tasks.wait().await;
            }
            ops.drain.cancel();
            ops.finished().await;
        };
        tokio::select! {
            () = finished => {}
            () = tokio::time::sleep(drain_deadline) => tracing::warn!("drain deadline reached"),
            () = shutdown.wait_hard() => tracing::warn!("hard stop ordered"),
        }
        for work in [&public, &ops, &jobs] {
            work.drain.cancel();
            work.cut.cancel();
        }
        tokio::join!(public.finished(), ops.finished(), jobs.finished());
        let drained = Drained {
            cut_connections: public.lost() + ops.lost(),
            cut_jobs: jobs.lost(),
        };
        tracing::info!(?drained, "drained");
        drained
    }
}

/// Tasks that stop together.
#[derive(Debug, Clone, Default)]
struct Work {
    tracker: TaskTracker,
    drain: CancellationToken,
    cut: CancellationToken,
    lost: Arc<AtomicUsize>,
}

impl Work {
    async fn finished(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    fn lost(&self) -> usize {
        self.lost.load(Ordering::Relaxed)
    }
}

async fn accept(socket: TcpListener, router: Router, entrance: Option<Entrance>, work: Work) {
    loop {
        let accepted = tokio::select! {
            biased;
            () = work.drain.cancelled() => return,
            accepted = socket.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Answers are written whole; waiting for more to send (Nagle) would only delay them.
                let _ = stream.set_nodelay(true);
                let lost = Arc::clone(&work.lost);
                let (router, drain, cut) = (router.clone(), work.drain.clone(), work.cut.clone());
                // Two tasks of two types, so that a plain connection stays as small as it can be.
                match &entrance {
                    None => {
                        let connection = connection::serve(stream, peer, None, router, drain, cut);
                        work.tracker.spawn(async move { count(connection.await, &lost) });
                    }
                    Some(entrance) => {
                        let entrance = entrance.clone();
                        work.tracker.spawn(async move {
                            let entered = drain.run_until_cancelled(entrance.pass(stream, peer)).await;
                            if let Some(Some(guest)) = entered {
                                count(serve_guest(guest, router, drain, cut).await, &lost);
                            }
                        });
                    }
                }
            }
            Err(error) if is_of_connection(&error) => {}
            Err(error) => {
                // Out of file descriptors, mostly: trying again at once would only burn the processor.
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn serve_guest(
    guest: Guest,
    router: Router,
    drain: CancellationToken,
    cut: CancellationToken,
) -> Ended {
    let Guest {
        stream,
        address,
        service,
    } = guest;
    match stream {
        Stream::Plain(stream) => connection::serve(stream, address, service, router, drain, cut).await,
        Stream::Tls(stream) => connection::serve(stream, address, service, router, drain, cut).await,
    }
}

fn count(ended: Ended, lost: &AtomicUsize) {
    if ended == Ended::Cut {
        lost.fetch_add(1, Ordering::Relaxed);
    }
}

/// Whether an accept failed because of the one connection it was about.
fn is_of_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
