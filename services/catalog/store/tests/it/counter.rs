//! Statements counted on the wire, `BEGIN` and `COMMIT` included.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pg::Pg;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::support::patient;

/// Passes connections on to the server and counts what it is asked to carry out: `Query` and `Execute` messages
/// (PostgreSQL manual, 55.7).
pub(crate) struct Counter {
    statements: Arc<AtomicUsize>,
    url: String,
}

impl Counter {
    pub(crate) async fn before(url: &str) -> Self {
        let mut url = url::Url::parse(url).expect("an address");
        let host = url.host_str().expect("a host").to_owned();
        let server = (host, url.port().unwrap_or(5432));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(listener.local_addr().expect("bound").port()))
            .expect("a port");
        let statements = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&statements);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("the server");
                for end in [&client, &server] {
                    end.set_nodelay(true).expect("a socket");
                }
                let (from_client, mut to_client) = client.into_split();
                let (mut from_server, to_server) = server.into_split();
                tokio::spawn(count(from_client, to_server, Arc::clone(&counted)));
                tokio::spawn(async move { copy(&mut from_server, &mut to_client).await });
            }
        });
        Self {
            statements,
            url: url.into(),
        }
    }

    pub(crate) fn pg(&self) -> Pg {
        patient(&self.url)
    }

    pub(crate) fn take(&self) -> usize {
        self.statements.swap(0, Ordering::Relaxed)
    }
}

/// Reads message by message until one side is gone.
async fn count(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    statements: Arc<AtomicUsize>,
) -> std::io::Result<()> {
    const PROTOCOL_3: u32 = 0x0003_0000;
    let mut started = false;
    loop {
        let kind = if started {
            Some(client.read_u8().await?)
        } else {
            None
        };
        let length = client.read_u32().await?;
        let mut body = vec![0; usize::try_from(length).expect("small") - 4];
        client.read_exact(&mut body).await?;
        let mut message = Vec::with_capacity(body.len() + 5);
        message.extend(kind);
        message.extend(length.to_be_bytes());
        message.extend(&body);
        if let Some(kind) = kind {
            if matches!(kind, b'Q' | b'E') {
                statements.fetch_add(1, Ordering::Relaxed);
            }
        } else {
            // Before the start-up message the client may ask for encryption.
            started = body.starts_with(&PROTOCOL_3.to_be_bytes());
        }
        server.write_all(&message).await?;
    }
}
