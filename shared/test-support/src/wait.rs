use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout_at};

/// How long to wait between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// Looks again and again until `look` finds something, and returns it: for black-box tests, where there is no
/// event to await. Panics, naming `what`, when there is nothing by `deadline`, also when a look itself hangs.
pub async fn wait_for<T>(what: &str, deadline: Duration, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let end = Instant::now() + deadline;
    loop {
        match timeout_at(end, look()).await {
            Ok(Some(found)) => return found,
            Ok(None) if Instant::now() < end => sleep(PAUSE).await,
            _ => panic!("waited {deadline:?} in vain for {what}"),
        }
    }
}

/// A port of 127.0.0.1 that nothing listened on a moment ago. Where possible bind port 0 instead and ask for
/// the address: another process may take this one first.
pub fn free_port() -> u16 {
    let listener =
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("the loopback interface has a free port");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}
