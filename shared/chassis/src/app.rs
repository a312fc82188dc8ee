use std::future::Future;
use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use confique::Config;
use kernel::{SharedClock, SystemClock};
use telemetry::{Metrics, TelemetryConfig};
use utoipa::openapi::OpenApi;

use crate::description::printed;
use crate::service::merged;
use crate::{
    Cli, Command, Entrance, Face, Faces, HttpConfig, Listener, Outgoing, Server, Service, Shutdown, Tls,
    TlsConfig, healthcheck,
};

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
    /// The way to other services.
    pub outgoing: Outgoing,
}

impl Context {
    /// A context with the machine's clock, fresh metrics and plain calls.
    pub fn new(service: &str, faces: Faces, shutdown: Shutdown) -> Self {
        Self {
            clock: Arc::new(SystemClock),
            metrics: Metrics::new(service),
            faces,
            shutdown,
            outgoing: Outgoing::plain(),
        }
    }
}

/// A service, as its binary and `garnitur` run it.
pub trait App {
    /// The service's name in flags, variables (`GARNITUR_<NAME>_…`), metrics and traces.
    const NAME: &'static str;
    /// One line on what it is, for `--help`.
    const ABOUT: &'static str;
    /// Its configuration; by convention with the sections `http`, `tls` and `telemetry`.
    type Config: Config + Send + Sync;

    /// The section that says where it listens.
    fn http(config: &Self::Config) -> &HttpConfig;

    /// The section with its certificate.
    fn tls(config: &Self::Config) -> &TlsConfig;

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
        Command::Healthcheck => healthcheck::ask(A::http(&config), A::tls(&config)),
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
        .context("http.internal is not set: /metrics needs an address")?;
    let mut context = Context::new(A::NAME, faces.clone(), shutdown.clone());
    let tls = Tls::open(A::tls(config), &context.metrics, &context.clock)?;
    context.outgoing = tls.outgoing();
    let metrics = context.metrics.clone();
    let service = A::build(config, context).await?;
    let entrance = |face| Entrance::of(face, http, A::tls(config), &tls, &metrics);
    let ops = Listener::ops("http.internal", internal, service.ops_router());
    let mut listeners = vec![ops.entrance(entrance(Face::Internal))];
    if let Some(probes) = http.probes {
        listeners.push(Listener::ops("http.probes", probes, service.probes_router()));
    }
    for face in faces.iter().filter(|face| *face != Face::Internal) {
        if let Some(router) = service.router(face) {
            let key = format!("http.{face}");
            let address = http
                .address(face)
                .with_context(|| format!("{key} is not set, and --face {face} needs it"))?;
            listeners.push(Listener::new(key, address, router).entrance(entrance(face)));
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

pub(crate) fn print(text: &str) -> std::io::Result<()> {
    std::io::stdout().write_all(text.as_bytes())
}
