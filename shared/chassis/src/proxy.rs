//! The PROXY protocol, with which a balancer in front tells the address that called it
//! (<https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt>, versions 1 and 2).

use std::io;
use std::net::SocketAddr;

use proxy_header::{ParseConfig, Protocol, ProxyHeader};
use tokio::io::{AsyncRead, AsyncReadExt as _};

/// What a header of version 2 begins with.
const SIGNATURE: [u8; 12] = *b"\r\n\r\n\0\r\nQUIT\n";
/// Signature, version with command, protocol, and the length of what follows.
const FIXED: usize = 16;
/// How much may follow; addresses take at most 216 bytes, the rest is details that are skipped.
const LONGEST: usize = 2_048;
/// The longest header of version 1, with its line end.
const LONGEST_LINE: usize = 107;

/// Reads the header that a connection begins with, and not a byte more. Answers the caller's address; `None` where the
/// balancer speaks for itself, as in its health checks. Fails where there is no header, or none that makes sense.
pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<SocketAddr>> {
    // Both versions are longer than the signature.
    let mut header = vec![0; SIGNATURE.len()];
    stream.read_exact(&mut header).await?;
    if header == SIGNATURE {
        header.resize(FIXED, 0);
        stream.read_exact(&mut header[SIGNATURE.len()..]).await?;
        let length = usize::from(u16::from_be_bytes([header[14], header[15]]));
        if length > LONGEST {
            return Err(malformed("it is too long"));
        }
        header.resize(FIXED + length, 0);
        stream.read_exact(&mut header[FIXED..]).await?;
    } else if header.starts_with(b"PROXY ") {
        // A line ends where it ends: what follows is not ours to read.
        while !header.ends_with(b"\r\n") {
            if header.len() == LONGEST_LINE {
                return Err(malformed("its line does not end"));
            }
            header.push(stream.read_u8().await?);
        }
    } else {
        return Err(malformed("there is none"));
    }
    let (parsed, length) =
        ProxyHeader::parse(&header, ParseConfig::default()).map_err(|error| malformed(&error.to_string()))?;
    if length != header.len() {
        return Err(malformed("its lengths differ"));
    }
    match parsed.proxied_address() {
        Some(address) if address.protocol != Protocol::Stream => Err(malformed("it is of another protocol")),
        address => Ok(address.map(|address| address.source)),
    }
}

fn malformed(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("PROXY header: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn parse(bytes: &[u8]) -> Result<(Option<SocketAddr>, Vec<u8>), io::ErrorKind> {
        let mut stream = bytes;
        let address = read(&mut stream).await.map_err(|error| error.kind())?;
        Ok((address, stream.to_vec()))
    }

    /// A header of version 2 with this command, protocol and content.
    fn v2(command: u8, protocol: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).expect("it is short").to_be_bytes();
        [&SIGNATURE[..], &[command, protocol], &length, content].concat()
    }

    const V4: [u8; 12] = [192, 0, 2, 7, 10, 1, 0, 1, 0x9c, 0x40, 0x01, 0xbb];

    #[tokio::test]
    async fn the_callers_address_is_read_and_nothing_more() {
        let caller = |text: &str| Some(text.parse::<SocketAddr>().expect("an address"));
        let mut v6 = [0; 36];
        v6[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        v6[15] = 7;
        v6[32..].copy_from_slice(&[0x9c, 0x40, 0x01, 0xbb]);
        let details = [&V4[..], &[0x03, 0, 4, 1, 2, 3, 4]].concat();
        for (header, address) in [
            (v2(0x21, 0x11, &V4), caller("192.0.2.7:40000")),
            (v2(0x21, 0x11, &details), caller("192.0.2.7:40000")),
            (v2(0x21, 0x21, &v6), caller("[2001:db8::7]:40000")),
            (v2(0x20, 0x00, &[]), None),
            (v2(0x20, 0x11, &V4), None),
            (v2(0x21, 0x31, &[0; 216]), None),
            (
                b"PROXY TCP4 192.0.2.7 10.1.0.1 40000 443\r\n".to_vec(),
                caller("192.0.2.7:40000"),
            ),
            (
                b"PROXY TCP6 2001:db8::7 ::1 40000 443\r\n".to_vec(),
                caller("[2001:db8::7]:40000"),
            ),
            (b"PROXY UNKNOWN\r\n".to_vec(), None),
        ] {
            let request = b"GET / HTTP/1.1\r\n";
            let bytes = [&header[..], request].concat();
            assert_eq!(
                parse(&bytes).await,
                Ok((address, request.to_vec())),
                "{}",
                header.escape_ascii()
            );
        }
    }

    #[tokio::test]
    async fn what_is_no_header_is_refused() {
        use io::ErrorKind::{InvalidData, UnexpectedEof};
        let endless = [b"PROXY UNKNOWN ".as_slice(), &[b'x'; 200]].concat();
        let mut long = v2(0x21, 0x11, &V4);
        long[14] = 0xff;
        for (bytes, kind) in [
            (b"GET / HTTP/1.1\r\nhost: shop\r\n\r\n".to_vec(), InvalidData),
            (
                b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03ab".to_vec(),
                InvalidData,
            ),
            (b"PROXY TCP4 nonsense\r\n".to_vec(), InvalidData),
            (
                b"PROXY TCP4 192.0.2.7 10.1.0.1 40000 99999\r\n".to_vec(),
                InvalidData,
            ),
            (
                b"PROXY TCP4 192.0.2.7 10.1.0.1 40000 443\n\n".to_vec(),
                UnexpectedEof,
            ),
            (endless, InvalidData),
            (v2(0x11, 0x11, &V4), InvalidData),
            (v2(0x22, 0x11, &V4), InvalidData),
            (v2(0x21, 0x12, &V4), InvalidData),
            (v2(0x21, 0x41, &V4), InvalidData),
            (v2(0x21, 0x11, &V4[..11]), InvalidData),
            (long, InvalidData),
            (v2(0x21, 0x11, &V4)[..20].to_vec(), UnexpectedEof),
            (b"\r\n\r\n".to_vec(), UnexpectedEof),
            (Vec::new(), UnexpectedEof),
        ] {
            assert_eq!(parse(&bytes).await, Err(kind), "{}", bytes.escape_ascii());
        }
    }
}
