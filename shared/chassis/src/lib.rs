//! What every service is built upon: configuration, listeners, health, lifecycle and the one HTTP stack.
//!
//! A service implements [`App`] and its `main` is `chassis::run::<Catalog>()`. Whoever runs several services
//! in one process takes the parts: [`config::Loader`], [`Service`], [`Server`]. `examples/smallest.rs` is one in full.
//!
//! ```text
//! Config ──load──▶ App::build ──▶ Service { faces, ready checks, jobs } ──▶ Server::bind ──▶ run … SIGTERM … drained
//! ```

mod app;
mod cli;
mod connection;
mod description;
mod entrance;
mod healthcheck;
mod http_config;
mod job;
mod ops;
mod proxy;
mod readiness;
mod server;
mod service;
mod shutdown;
mod stack;
mod tls;

pub mod config;

pub use app::{App, Context, run};
pub use cli::{Cli, Command, ConfigArgs};
pub use config::{ConfigError, config_example, load};
pub use entrance::Entrance;
pub use http_config::HttpConfig;
pub use job::{Job, JobError};
pub use ops::openapi_route;
pub use server::{Drained, Listener, ServeError, Server, serve};
pub use service::{Face, Faces, Service};
pub use shutdown::Shutdown;
pub use stack::TIMED_OUT;
pub use tls::{BadAddress, Outgoing, Security, Tls, TlsConfig};

/// Answers are made of hundreds of small pieces. With the C library's allocator, making room for them and giving it back
/// was a quarter of the processor time that the service spent on a list.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
