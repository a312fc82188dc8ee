use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use kernel::{SharedClock, SystemClock};
use rustls::StreamOwned;

use crate::app::print;
use crate::{HttpConfig, Security, Tls, TlsConfig};

const LIMIT: Duration = Duration::from_secs(4);

/// Asks the running service's `/readyz` with nothing but a socket, so that an image needs no HTTP client of its own.
/// Where there is no plain listener for that, the service's own certificate opens the internal one.
pub(crate) fn ask(http: &HttpConfig, tls: &TlsConfig) -> anyhow::Result<()> {
    let (address, security) = match (http.probes, http.internal) {
        (Some(probes), _) => (probes, Security::Plain),
        (None, Some(internal)) => (internal, tls.internal),
        (None, None) => bail!("neither http.probes nor http.internal is set: nowhere to ask"),
    };
    let address = reachable(address);
    let stream =
        TcpStream::connect_timeout(&address, LIMIT).with_context(|| format!("no answer from {address}"))?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let answer = if security == Security::Plain {
        exchange(stream, address)
    } else {
        let clock: SharedClock = Arc::new(SystemClock);
        exchange(StreamOwned::new(Tls::own_client(tls, &clock)?, stream), address)
    };
    let answer = answer.with_context(|| format!("no answer from {address}"))?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if answer.starts_with("HTTP/1.1 200 ") {
        print(&format!("{body}\n"))?;
        Ok(())
    } else {
        bail!("not ready: {body}")
    }
}

fn exchange(mut stream: impl Read + Write, address: SocketAddr) -> std::io::Result<String> {
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Where a listener on any address can be reached from here.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
