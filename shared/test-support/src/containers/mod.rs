//! Real servers in containers of our own images (feature `containers`).
//!
//! An image is one of `deploy/images`, made by `make images` and named `garnitur/<name>:dev`; nothing is pulled. The
//! engine is Docker's, at `DOCKER_HOST` or its usual socket; `scripts/docker-engine` starts one where there is none.
//!
//! ```no_run
//! use test_support::containers::{self, Image, Server};
//! use tokio::sync::OnceCell;
//!
//! /// One for all tests of the process.
//! async fn nats() -> Option<&'static Server> {
//!     static NATS: OnceCell<Server> = OnceCell::const_new();
//!     if !containers::wanted() {
//!         return None;
//!     }
//!     Some(NATS.get_or_init(|| Image::new("nats").port(4222).start()).await)
//! }
//! ```

mod image;
mod reaper;
mod server;

use std::future::Future;
use std::sync::LazyLock;

use tokio::runtime::{Builder, Runtime};

pub use image::Image;
pub use server::{Output, Server};

/// Leaves the tests out that need containers, where somebody without Docker works on something else. Never under
/// `CI=true`.
const LEAVE_OUT: &str = "GARNITUR_WITHOUT_CONTAINERS";

/// Whether tests with containers are to run: always, unless `GARNITUR_WITHOUT_CONTAINERS=1` is set, which under
/// `CI=true` is an error.
pub fn wanted() -> bool {
    let is_set = |name, value| std::env::var(name).is_ok_and(|is| is == value);
    if !is_set(LEAVE_OUT, "1") {
        return true;
    }
    assert!(
        !is_set("CI", "true"),
        "{LEAVE_OUT} is set under CI, where no test is left out"
    );
    eprintln!("left out, since {LEAVE_OUT} is set");
    false
}

/// Lives as long as the process: each test has a runtime of its own, and the connections of the engine's client would
/// end with that of the test that opened them.
fn engine() -> &'static Runtime {
    static ENGINE: LazyLock<Runtime> = LazyLock::new(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("containers")
            .enable_all()
            .build()
            .expect("a runtime can be built")
    });
    &ENGINE
}

/// Does something with the engine, on a thread of its own: not all of its client's futures can move between threads.
async fn on_engine<T, F>(work: impl FnOnce() -> F + Send + 'static) -> T
where
    T: Send + 'static,
    F: Future<Output = T>,
{
    let handle = engine().handle();
    match handle.spawn_blocking(move || handle.block_on(work())).await {
        Ok(done) => done,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
