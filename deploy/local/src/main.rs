//! `garnitur`: the whole shop in one process, on embedded surroundings that speak the real protocols.

use std::process::ExitCode;

use chassis::Shutdown;
use clap::Parser as _;
use garnitur::{Args, DataFolder, Ports, Secrets, Shop, Wiring, banner};
use telemetry::{LogFormat, TelemetryConfig};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("garnitur: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> anyhow::Result<()> {
    let telemetry = telemetry::init(
        &TelemetryConfig {
            log_format: LogFormat::Pretty,
            log_filter: args.log.clone(),
            otlp_endpoint: args.otlp.clone(),
            trace_sample_ratio: 1.0,
        },
        "garnitur",
    )?;
    let shutdown = Shutdown::on_signals()?;
    let result = serve(args, &shutdown).await;
    telemetry.shutdown().await;
    result
}

async fn serve(args: Args, shutdown: &Shutdown) -> anyhow::Result<()> {
    let path = args.data_folder()?;
    println!("Opening the shop; its data are in {}", path.display());
    let folder = DataFolder::take(&path)?;
    let wiring = Wiring {
        ports: Ports::standard(args.port_offset),
        secrets: Secrets::load_or_make(&folder.join("secrets.toml"))?,
        pay_within: args.pay_within,
        grace: 60,
        slot_capacity: 12,
        shared_buffers: "256MB".to_owned(),
        edge_connections: None,
        otlp: args.otlp,
        log: args.log,
    };
    // Ctrl-C before the shop is open: what was started stops when it is dropped.
    let shop = tokio::select! {
        shop = Shop::open(folder, wiring, shutdown.clone()) => shop?,
        () = shutdown.wait() => return Ok(()),
    };
    println!("{}", banner(shop.wiring()));
    shop.run().await?;
    println!("The shop is closed.");
    Ok(())
}
