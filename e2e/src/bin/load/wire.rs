//! An HTTP/1.1 client that does no more than is needed here: what it saves is left to what is measured, since both
//! share the machine.

use std::io;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A kept connection.
pub struct Wire {
    stream: TcpStream,
    host: String,
    buffer: Vec<u8>,
}

/// An answer; the body is in the connection's buffer until the next call.
pub struct Reply<'a> {
    pub status: u16,
    pub body: &'a [u8],
}

/// A request, ready to be sent again and again.
pub fn request(host: &str, method: &str, path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}").into_bytes();
    if !body.is_empty() || method != "GET" {
        request.extend_from_slice(format!("content-length: {}\r\n", body.len()).as_bytes());
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(body);
    request
}

/// Header that says what the body is.
pub const JSON: &str = "content-type: application/json\r\n";

impl Wire {
    pub async fn open(host: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(host).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            host: host.to_owned(),
            buffer: Vec::with_capacity(64 * 1024),
        })
    }

    /// Makes a request and sends it.
    pub async fn call(
        &mut self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> io::Result<Reply<'_>> {
        let request = request(&self.host, method, path, headers, body);
        self.send(&request).await
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<Reply<'_>> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let head = loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(end) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let (status, length) = parse(&self.buffer[..head])?;
        while self.buffer.len() < head + length {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(Reply {
            status,
            body: &self.buffer[head..],
        })
    }
}

/// Status and length of the body.
fn parse(head: &[u8]) -> io::Result<(u16, usize)> {
    let bad = || {
        io::Error::new(
            io::ErrorKind::InvalidData,
            String::from_utf8_lossy(head).into_owned(),
        )
    };
    let text = std::str::from_utf8(head).map_err(|_| bad())?;
    let status = text
        .get(9..12)
        .and_then(|code| code.parse().ok())
        .ok_or_else(bad)?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.trim().parse().ok())?
    });
    match (status, length) {
        (_, Some(length)) => Ok((status, length)),
        (204 | 304, None) => Ok((status, 0)),
        _ => Err(bad()),
    }
}
