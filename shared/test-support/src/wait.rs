use std::net::{Ipv4Addr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
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

/// Ports that are given away: none that services have by themselves, and below those that the kernel takes for
/// connections and for port 0 (from 32768 on Linux), which would come between finding a port and listening on it.
const PORTS: Range<u16> = 16_384..32_768;

/// A port of 127.0.0.1 that nothing listened on a moment ago. Comes once in a process as long as there are others;
/// processes begin to look at different ones. Panics when there is none. Where possible bind port 0 instead and ask for
/// the address.
pub fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let count = u32::from(PORTS.end - PORTS.start);
    // Far apart also for processes that started one after the other (Knuth's multiplicative hashing).
    let first = std::process::id().wrapping_mul(10_127);
    (0..count)
        .map(|_| first.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % count)
        .filter_map(|nth| u16::try_from(nth).ok().map(|nth| PORTS.start + nth))
        .find(|&port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok())
        .expect("the loopback interface has a free port")
}
