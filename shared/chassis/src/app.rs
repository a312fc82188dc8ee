use std::future::Future;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use confique::Config;
use kernel::{SharedClock, SystemClock};
use telemetry::{Metrics, TelemetryConfig};
use utoipa::openapi::OpenApi;

use crate::description::printed;
use crate::service::merged;
use crate::{Cli, Command, Face, Faces, HttpConfig, Listener, Server, Service, Shutdown};

/// What the parts of a service are built with.
#[derive(Clone)]
pub struct Context {
    /// Where time comes from.
    pub clock: SharedClock,
    /// The service's metrics.
    pub metrics: Metrics,
    /// The faces to build; others need not be, nor their configuration be complete.
    pub faces: Faces,
    /// Heard by endless answers, which end on it.
    pub shutdown: Shutdown,
}

impl Context {
    /// A context with the machine's clock and fresh metrics.
    pub fn new(service: &str, faces: Faces, shutdown: Shutdown) -> Self {
        Self {
            clock: Arc::new(SystemClock),
            metrics: Metrics::new(service),
            faces,
            shutdown,
        }
    }
}

/// A service, as its binary and `garnitur` run it.
pub trait App {
    /// The service's name in flags, variables (`GARNITUR_<NAME>_…`), metrics and traces.
    const NAME: &'static str;
    /// One line on what it is, for `--help`.
    const ABOUT: &'static str;
    /// Its configuration; by convention with the sections `http` and `telemetry`.
    type Config: Config + Send + Sync;

    /// The section that says where it listens.
    fn http(config: &Self::Config) -> &HttpConfig;

    /// The section that says where logs and traces go.
    fn telemetry(config: &Self::Config) -> &TelemetryConfig;

    /// Connects what it needs and builds the faces asked for.
    fn build(config: &Self::Config, context: Context)
    -> impl Future<Output = anyhow::Result<Service>> + Send;

    /// Brings its database to this version's schema.
    fn migrate(config: &Self::Config) -> impl Future<Output = anyhow::Result<()>> + Send {
        let _ = config;
        async { bail!("this service owns no database") }
    }

    /// The descriptions of its faces, without building it.
    fn openapi() -> Vec<(Face, OpenApi)>;

    /// The schema of its GraphQL interface, where it has one.
    fn graphql() -> Option<String> {
        None
    }
}

/// The `main` of a service: command line, configuration, telemetry, serving, draining. An error is printed
/// with its causes and the exit code is 1.
pub fn run<A: App>() -> ExitCode {
    let cli = Cli::parse_for(A::NAME, A::ABOUT);
    match execute::<A>(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error:#}", A::NAME);
            ExitCode::FAILURE
        }
    }
}

fn execute<A: App>(cli: &Cli) -> anyhow::Result<()> {
    match &cli.command {
        Command::ConfigExample => {
            print(&crate::config_example::<A::Config>(A::NAME))?;
            return Ok(());
        }
        Command::Openapi { face } => {
            let faces = A::openapi()
                .into_iter()
                .filter(|(of, _)| face.is_none_or(|face| face == *of));
            print(&printed(&merged(faces.map(|(_, openapi)| openapi)))?)?;
            return Ok(());
        }
        Command::GraphqlSchema => {
            print(&A::graphql().context("this service has no GraphQL interface")?)?;
            return Ok(());
        }
        _ => {}
    }
    let config: A::Config = crate::load(A::NAME, &cli.config)?;
    match &cli.command {
        Command::Healthcheck => {
            let address = A::http(&config)
                .internal
                .context("http.internal is not set: nowhere to ask")?;
            healthcheck(address)
        }
        command => tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()?
            .block_on(work::<A>(command, &config)),
    }
}

async fn work<A: App>(command: &Command, config: &A::Config) -> anyhow::Result<()> {
    let guard = telemetry::init(A::telemetry(config), A::NAME)?;
    log_panics();
    let result = match command {
        Command::Serve { faces } => serve::<A>(config, Command::faces(faces)).await,
        _ => A::migrate(config).await,
    };
    guard.shutdown().await;
    result
}

async fn serve<A: App>(config: &A::Config, faces: Faces) -> anyhow::Result<()> {
    let shutdown = Shutdown::on_signals().context("signal handlers")?;
    let http = A::http(config);
    let internal = http
        .internal
        .context("http.internal is not set: /healthz and /metrics need an address")?;
    let service = A::build(config, Context::new(A::NAME, faces.clone(), shutdown.clone())).await?;
    let mut listeners = vec![Listener::ops("http.internal", internal, service.ops_router())];
    for face in faces.iter().filter(|face| *face != Face::Internal) {
        if let Some(router) = service.router(face) {
            let key = format!("http.{face}");
            let address = http
                .address(face)
                .with_context(|| format!("{key} is not set, and --face {face} needs it"))?;
            listeners.push(Listener::new(key, address, router));
        }
    }
    let server = Server::bind(listeners).await?;
    tracing::info!(service = A::NAME, addresses = ?server.addresses(), "serving");
    server
        .run(vec![service], shutdown, http.drain_delay(), http.drain_deadline())
        .await;
    Ok(())
}

/// Panics go to the log with the trace they happened in, instead of bare to standard error.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(
            location = panic.location().map(tracing::field::display),
            message = panic.payload_as_str().unwrap_or("without a message"),
            "panic"
        );
    }));
}

/// Asks `/readyz` with nothing but a socket, so that an image needs no HTTP client of its own.
fn healthcheck(address: SocketAddr) -> anyhow::Result<()> {
    const LIMIT: Duration = Duration::from_secs(4);
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    let address = SocketAddr::new(ip, address.port());
    let mut stream =
        TcpStream::connect_timeout(&address, LIMIT).with_context(|| format!("no answer from {address}"))?;
    stream.set_read_timeout(Some(LIMIT))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream
        .read_to_string(&mut answer)
        .with_context(|| format!("no answer from {address}"))?;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    if answer.starts_with("HTTP/1.1 200 ") {
        print(&format!("{body}\n"))?;
        Ok(())
    } else {
        bail!("not ready: {body}")
    }
}

fn print(text: &str) -> std::io::Result<()> {
    std::io::stdout().write_all(text.as_bytes())
}
