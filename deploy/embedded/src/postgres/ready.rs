use std::fs;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::SUPERUSER;

/// How long one attempt to connect may take.
const ATTEMPT: Duration = Duration::from_secs(2);

/// Whether the postmaster `pid` itself says in its pid file that it is ready. Asking the port alone would take a
/// stranger's server for ours.
pub(super) fn says_ready(data: &Path, pid: u32) -> bool {
    let Ok(text) = fs::read_to_string(data.join("postmaster.pid")) else {
        return false;
    };
    let mut lines = text.lines();
    // Line 1 is the process id, line 8 the state (PostgreSQL's src/include/utils/pidfile.h).
    let ours = lines.next().is_some_and(|line| line.trim() == pid.to_string());
    ours && lines.nth(6).is_some_and(|line| line.trim() == "ready")
}

/// Whether the server on `port` takes connections: it answers a start message with an authentication request (`R`).
/// A server that is starting or stopping answers with an error (`E`).
pub(super) async fn accepts(port: u16) -> bool {
    tokio::time::timeout(ATTEMPT, first_answer(port))
        .await
        .is_ok_and(|answer| answer.is_ok_and(|byte| byte == b'R'))
}

async fn first_answer(port: u16) -> std::io::Result<u8> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    stream.write_all(&start_message()).await?;
    stream.read_u8().await
}

/// The start message of protocol 3.0: length, version, name and value pairs, a closing zero.
fn start_message() -> Vec<u8> {
    let body = format!("user\0{SUPERUSER}\0database\0postgres\0\0");
    let length = u32::try_from(8 + body.len()).unwrap_or(u32::MAX);
    let mut message = length.to_be_bytes().to_vec();
    message.extend_from_slice(&196_608_u32.to_be_bytes());
    message.extend_from_slice(body.as_bytes());
    message
}
