use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// A wire to the server, on which answers can be held back.
pub struct Wire {
    url: String,
    held: watch::Sender<bool>,
    /// How often the server was told to begin a transaction.
    begun: watch::Sender<usize>,
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
        let (held, begun) = (watch::Sender::new(false), watch::Sender::new(0));
        let (holds, begins) = (held.clone(), begun.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await;
                let (from_server, to_server) = server.expect("the server listens").into_split();
                let (from_client, to_client) = client.into_split();
                tokio::spawn(ask(from_client, to_server, begins.clone()));
                tokio::spawn(answer(from_server, to_client, holds.subscribe()));
            }
        });
        Self {
            url: url.into(),
            held,
            begun,
        }
    }

    /// The address of this end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Holds answers back, or lets them through.
    pub fn hold(&self, held: bool) {
        self.held.send_replace(held);
    }

    /// Returns when the server is being told to begin a transaction.
    pub async fn begins(&self) {
        let mut begun = self.begun.subscribe();
        begun.mark_unchanged();
        begun.changed().await.expect("the wire lives");
    }
}

async fn ask(mut client: OwnedReadHalf, mut server: OwnedWriteHalf, begun: watch::Sender<usize>) {
    let mut bytes = vec![0; 8_192];
    while let Ok(read @ 1..) = client.read(&mut bytes).await {
        if server.write_all(&bytes[..read]).await.is_err() {
            return;
        }
        if bytes[..read].windows(5).any(|part| part == b"BEGIN") {
            begun.send_modify(|times| *times += 1);
        }
    }
}

async fn answer(mut server: OwnedReadHalf, mut client: OwnedWriteHalf, mut held: watch::Receiver<bool>) {
    let mut bytes = vec![0; 8_192];
    while let Ok(read @ 1..) = server.read(&mut bytes).await {
        if held.wait_for(|held| !held).await.is_err() || client.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}
