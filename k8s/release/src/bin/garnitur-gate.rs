//! `garnitur-gate`: answers Flagger's hooks for a stand.

use std::net::SocketAddr;

use anyhow::Context as _;
use clap::Parser;
use garnitur_release::gate;
use tokio::signal::unix::{SignalKind, signal};

/// Holds a rollout until the schema is there and the first site has taken the same image.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Where Flagger asks.
    #[arg(long, default_value = "0.0.0.0:8080")]
    listen: SocketAddr,
    /// The stand: its namespaces are named after it.
    #[arg(long, env = "GATE_STAND")]
    stand: String,
    /// A Kubernetes API that asks for nothing, such as `kubectl proxy`. Without it, that of the pod.
    #[arg(long)]
    api: Option<String>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    tracing_subscriber::fmt().json().init();
    let api = match cli.api {
        Some(base) => gate::Api::plain(base)?,
        None => gate::Api::of_pod()?,
    };
    let listener = tokio::net::TcpListener::bind(cli.listen)
        .await
        .context("--listen")?;
    let mut terminate = signal(SignalKind::terminate())?;
    axum::serve(listener, gate::router(api, cli.stand))
        .with_graceful_shutdown(async move {
            terminate.recv().await;
        })
        .await?;
    Ok(())
}
