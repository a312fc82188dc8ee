use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::directory::Directory;
use super::domain::Domain;
use super::session::serve;

/// How many connections are served at a time; further ones wait.
const MAX_CONNECTIONS: usize = 512;

/// Why the directory cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken, or not ours.
    #[error("the LDAP directory cannot listen on {addr}: {source}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// A running directory. Dropping it stops it at once; [`Server::stop`] waits until it has.
#[derive(Debug)]
pub struct Server {
    addr: SocketAddr,
    stop: CancellationToken,
    task: Option<tokio::task::JoinHandle<()>>,
}

impl Server {
    /// Serves `domain` on `addr`; port 0 takes a free one. Fails when the address cannot be listened on.
    pub async fn start(addr: SocketAddr, domain: &Domain) -> Result<Self, StartError> {
        let listen = |source| StartError::Listen { addr, source };
        let listener = TcpListener::bind(addr).await.map_err(listen)?;
        let bound = listener.local_addr().map_err(listen)?;
        let directory = Arc::new(Directory::new(domain.clone()));
        let stop = CancellationToken::new();
        let task = tokio::spawn(accept(listener, directory, stop.clone()));
        tracing::info!(addr = %bound, "the LDAP directory listens");
        Ok(Self {
            addr: bound,
            stop,
            task: Some(task),
        })
    }

    /// Where it listens.
    pub const fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Its URL, such as `ldap://127.0.0.1:3389`.
    pub fn url(&self) -> String {
        format!("ldap://{}", self.addr)
    }

    /// Closes the listener and all connections and waits until they are.
    pub async fn stop(mut self) {
        self.stop.cancel();
        if let Some(task) = self.task.take() {
            // A panic of the accept loop was reported when it happened.
            let _ = task.await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn accept(listener: TcpListener, directory: Arc<Directory>, stop: CancellationToken) {
    let permits = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    let served = stop.run_until_cancelled(async {
        loop {
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((stream, _)) => {
                    let directory = Arc::clone(&directory);
                    connections.spawn(async move {
                        connection(stream, &directory).await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    // Out of file descriptors, mostly: accepting again at once would spin.
                    tracing::warn!(%error, "a connection to the LDAP directory was not accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            // A connection whose parser panicked ends alone.
            while let Some(ended) = connections.try_join_next() {
                if let Err(error) = ended {
                    tracing::warn!(%error, "a connection to the LDAP directory broke down");
                }
            }
        }
    });
    served.await;
    drop(listener);
    connections.shutdown().await;
}

async fn connection(stream: TcpStream, directory: &Directory) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY");
    }
    serve(stream, directory).await;
}
