use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A way to a server that can be closed, or swallow everything.
pub struct Gate {
    address: SocketAddr,
    state: watch::Sender<State>,
    connections: Arc<AtomicUsize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Closed,
    Hushed,
}

impl Gate {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (state, watched) = watch::channel(State::Open);
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&connections);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(pass(stream, server, watched.clone()));
            }
        });
        Self {
            address,
            state,
            connections,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How many connections were tried.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }

    /// Ends what is connected and what connects.
    pub fn close(&self) {
        self.state.send_replace(State::Closed);
    }

    /// Takes everything and says nothing, as a server that hangs.
    pub fn hush(&self) {
        self.state.send_replace(State::Hushed);
    }
}

async fn pass(mut stream: TcpStream, server: SocketAddr, mut state: watch::Receiver<State>) {
    loop {
        let now = *state.borrow_and_update();
        match now {
            State::Closed => return,
            // Held, not read.
            State::Hushed => {
                if state.changed().await.is_err() {
                    return;
                }
                // What was said meanwhile would not be answered in order.
                return;
            }
            State::Open => {
                let mut inner = TcpStream::connect(server).await.expect("it listens");
                tokio::select! {
                    _ = copy_bidirectional(&mut stream, &mut inner) => return,
                    _ = state.changed() => {}
                }
            }
        }
    }
}
