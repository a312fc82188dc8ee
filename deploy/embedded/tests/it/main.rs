//! The embedded surroundings against real clients.

mod payments;
mod postgres;
mod with_postgres;

use std::time::Duration;

use tokio::time::{Instant, sleep};

/// Asks again until `done`, for at most 20 s: what is waited for happens in another process.
async fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < deadline, "waited too long for {what}");
        sleep(Duration::from_millis(20)).await;
    }
}
