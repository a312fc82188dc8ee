//! The payment provider of demonstrations as a process of its own.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use clap::{Parser, Subcommand};
use embedded::payments::{Options, Server};
use kernel::Personal;
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

/// Plays the payment provider. Every option can be given as a variable.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where it listens.
    #[arg(
        long,
        env = "PAYMENTS_LISTEN",
        default_value = "127.0.0.1:8090",
        global = true
    )]
    listen: SocketAddr,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until SIGTERM or Ctrl-C.
    Serve(Box<Serve>),
    /// Ask the running simulator whether it lives; fails if not.
    Healthcheck,
}

#[derive(Debug, clap::Args)]
struct Serve {
    /// Where customers' browsers reach it.
    #[arg(long, env = "PAYMENTS_PUBLIC_URL")]
    public_url: Option<Url>,
    /// Identifier of the shop that may use it.
    #[arg(long, env = "PAYMENTS_SHOP_ID", default_value = "100500")]
    shop_id: String,
    /// File with the shop's secret key.
    #[arg(long, env = "PAYMENTS_SECRET_KEY_FILE")]
    secret_key_file: PathBuf,
    /// Where news of payments is posted.
    #[arg(long, env = "PAYMENTS_WEBHOOK_URL")]
    webhook_url: Option<Url>,
    /// File that keeps the payments over a restart.
    #[arg(long, env = "PAYMENTS_JOURNAL")]
    journal: Option<PathBuf>,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let done = match arguments.command {
        Command::Serve(serve) => run(arguments.listen, *serve),
        Command::Healthcheck => healthcheck(arguments.listen.port()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("payment-simulator: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(listen: SocketAddr, serve: Serve) -> anyhow::Result<()> {
    let key = std::fs::read_to_string(&serve.secret_key_file)
        .with_context(|| format!("cannot read {}", serve.secret_key_file.display()))?;
    // Before the listener is there, so that no early signal is missed.
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let server = Server::start(Options {
        listen,
        public_url: serve.public_url,
        shop_id: serve.shop_id,
        secret_key: Personal::new(key.trim_end().to_owned()),
        webhook_url: serve.webhook_url,
        journal: serve.journal,
    })
    .await?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    server.stop().await;
    Ok(())
}

fn healthcheck(port: u16) -> anyhow::Result<()> {
    const LIMIT: Duration = Duration::from_secs(3);
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.write_all(b"GET /healthz HTTP/1.0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let status = answer.lines().next().unwrap_or_default();
    ensure!(status.contains(" 200 "), "{address} answers {status}");
    Ok(())
}
