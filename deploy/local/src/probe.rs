use std::io;
use std::net::TcpListener;

use anyhow::bail;

use crate::Ports;

/// Looks whether every port is free before anything is started. The error names all that are not.
pub fn ports_are_free(ports: &Ports) -> anyhow::Result<()> {
    let taken: Vec<String> = ports
        .named()
        .into_iter()
        .filter(|(_, port)| is_taken(*port))
        .map(|(what, port)| format!("{port} ({what})"))
        .collect();
    if taken.is_empty() {
        return Ok(());
    }
    bail!(
        "taken by another process: port {}. Stop it, or start with --port-offset N to use other ports",
        taken.join(", port ")
    )
}

fn is_taken(port: u16) -> bool {
    // Like the listeners themselves: the standard library sets SO_REUSEADDR, so only a living listener counts.
    TcpListener::bind(("127.0.0.1", port)).is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
}
