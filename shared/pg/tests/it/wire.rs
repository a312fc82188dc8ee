use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// A wire to the server, on which answers can be held back.
pub struct Wire {
    url: String,
    state: watch::Sender<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    /// Closes for answers with the next `BEGIN`.
    Armed,
    Held,
}

impl Wire {
    /// To the server of this address.
    pub async fn to(url: &str) -> Self {
        let mut url = Url::parse(url).expect("an address");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let server = url.port().expect("the server has a port");
        let here = listener.local_addr().expect("bound").port();
        url.set_port(Some(here)).expect("addresses have ports");
        let state = watch::Sender::new(State::Open);
        let of_all = state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await;
                let (from_server, to_server) = server.expect("the server listens").into_split();
                let (from_client, to_client) = client.into_split();
                tokio::spawn(ask(from_client, to_server, of_all.clone()));
                tokio::spawn(answer(from_server, to_client, of_all.subscribe()));
            }
        });
        Self {
            url: url.into(),
            state,
        }
    }

    /// The address of this end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Holds all answers back from the next `BEGIN` on.
    pub fn hold_at_begin(&self) {
        self.state.send_replace(State::Armed);
    }

    /// Returns when answers are held back.
    pub async fn held(&self) {
        let mut state = self.state.subscribe();
        let held = state.wait_for(|state| *state == State::Held).await;
        held.expect("the wire lives");
    }

    /// Lets all answers through.
    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }
}

async fn ask(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, state: watch::Sender<State>) {
    let mut bytes = vec![0; 8_192];
    while let Ok(read @ 1..) = client.read(&mut bytes).await {
        if bytes[..read].windows(5).any(|part| part == b"BEGIN") {
            state.send_if_modified(|state| {
                let armed = *state == State::Armed;
                if armed {
                    *state = State::Held;
                }
                armed
            });
        }
        if server.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

async fn answer(mut server: OwnedReadHalf, mut client: OwnedWriteHalf, mut state: watch::Receiver<State>) {
    let mut bytes = vec![0; 8_192];
    while let Ok(read @ 1..) = server.read(&mut bytes).await {
        let opened = state.wait_for(|state| *state != State::Held).await.is_ok();
        if !opened || client.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
