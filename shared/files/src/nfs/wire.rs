//! TCP under the RPC client.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use nfs3_client::io::{AsyncRead, AsyncWrite};
use nfs3_client::net::Connector;
use tokio::net::{TcpSocket, TcpStream};

/// One end of a connection. Clones are the same connection.
#[derive(Debug, Clone)]
pub(super) struct Wire(Arc<TcpStream>);

impl Wire {
    fn new(stream: TcpStream) -> io::Result<Self> {
        // Requests are answered before the next one is sent, so nothing is gained by waiting for more of them.
        stream.set_nodelay(true)?;
        Ok(Self(Arc::new(stream)))
    }

    /// Whether nothing came from the server between two requests; the end of the connection, mostly.
    pub(super) fn is_quiet(&self) -> bool {
        matches!(self.0.try_read(&mut [0]), Err(error) if error.kind() == io::ErrorKind::WouldBlock)
    }
}

impl AsyncRead for Wire {
    async fn async_read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.0.readable().await?;
            match self.0.try_read(buffer) {
                // The client would ask for the rest for ever.
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
    }
}

impl AsyncWrite for Wire {
    async fn async_write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        loop {
            self.0.writable().await?;
            match self.0.try_write(buffer) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                result => return result,
            }
        }
    }
}

/// Opens connections.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tcp;

impl Tcp {
    /// Connects, from a port below 1024 if so wished.
    pub(super) async fn open(self, to: SocketAddr, privileged: bool) -> io::Result<Wire> {
        const PORTS: std::ops::Range<u16> = 600..1024;
        if !privileged {
            return self.connect(to).await;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a fraction of less than 500"
        )]
        let first = (kernel::random::fraction() * f64::from(PORTS.end - PORTS.start)) as usize;
        for port in PORTS.cycle().skip(first).take(PORTS.len()) {
            match self.connect_with_port(to, port).await {
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                result => return result,
            }
        }
        Err(io::Error::new(
            io::ErrorKind::AddrInUse,
            "all ports from 600 to 1023 are in use",
        ))
    }
}

impl Connector for Tcp {
    type Connection = Wire;

    async fn connect(&self, to: SocketAddr) -> io::Result<Wire> {
        Wire::new(TcpStream::connect(to).await?)
    }

    async fn connect_with_port(&self, to: SocketAddr, port: u16) -> io::Result<Wire> {
        let (socket, any) = match to {
            SocketAddr::V4(_) => (TcpSocket::new_v4()?, IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
            SocketAddr::V6(_) => (TcpSocket::new_v6()?, IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
        };
        socket.bind(SocketAddr::new(any, port))?;
        Wire::new(socket.connect(to).await?)
    }
}
