//! What this machine can do at best: a static answer from axum, and PostgreSQL without a shop around it.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::routing::get;

use crate::measure::{Timings, hammer};
use crate::wire::{Wire, request};

/// The floor.
pub struct Floor {
    /// A static answer of 2 KB.
    pub axum: Timings,
    /// `pgbench -S`, transactions a second.
    pub select: f64,
    /// `pgbench` (TPC-B-like), transactions a second.
    pub tpcb: f64,
}

/// Serves 2 KB, and says where.
pub async fn serve() -> anyhow::Result<()> {
    let body = "x".repeat(2_048);
    let router = Router::new().route("/", get(async move || body.clone()));
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", socket.local_addr()?);
    axum::serve(socket, router).await?;
    Ok(())
}

/// Measures it. PostgreSQL runs with the settings that the shop's has.
pub async fn measure(duration: Duration, concurrency: usize) -> anyhow::Result<Floor> {
    let mut server = Command::new(std::env::current_exe()?)
        .arg("--serve-floor")
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start the static server")?;
    let mut host = String::new();
    BufReader::new(server.stdout.as_mut().context("its output")?).read_line(&mut host)?;
    let host = host.trim().to_owned();
    let mut workers = Vec::new();
    for _ in 0..concurrency {
        workers.push(Wire::open(&host).await?);
    }
    let bytes = request(&host, "GET", "/", "", b"");
    let axum = hammer(workers, duration, move |mut wire: Wire| {
        let bytes = bytes.clone();
        async move {
            anyhow::ensure!(wire.send(&bytes).await?.status == 200);
            Ok(wire)
        }
    })
    .await;
    server.kill()?;
    server.wait()?;
    let (select, tpcb) = postgres(duration, concurrency).await?;
    Ok(Floor {
        axum: axum?,
        select,
        tpcb,
    })
}

async fn postgres(duration: Duration, concurrency: usize) -> anyhow::Result<(f64, f64)> {
    let folder = e2e::temporary_folder();
    let mut server = embedded::postgres::Server::start(
        embedded::postgres::Options::new(folder.path().join("postgres"), 0)
            .setting("shared_buffers", "256MB"),
    )
    .await?;
    let url = server.admin_url();
    pgbench(&["-i", "-q", "-s", "10", &url])?;
    let (seconds, clients) = (duration.as_secs().to_string(), concurrency.to_string());
    let select = pgbench(&[
        "-S", "-M", "prepared", "-j", "2", "-c", &clients, "-T", &seconds, &url,
    ])?;
    let tpcb = pgbench(&["-M", "prepared", "-j", "2", "-c", &clients, "-T", &seconds, &url])?;
    server.stop().await?;
    Ok((transactions(&select)?, transactions(&tpcb)?))
}

fn pgbench(arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("pgbench")
        .args(arguments)
        .output()
        .context("pgbench is part of PostgreSQL's packages")?;
    if !output.status.success() {
        bail!("pgbench: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn transactions(output: &str) -> anyhow::Result<f64> {
    let line = output
        .lines()
        .find_map(|line| line.strip_prefix("tps = "))
        .context("pgbench says its rate")?;
    Ok(line.split_whitespace().next().unwrap_or_default().parse()?)
}
