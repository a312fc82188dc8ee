//! Measures the hot paths of the shop: `load [--seconds N] [--concurrency N] [--growth]`.
//!
//! The services run as processes of their own on a durable PostgreSQL; this program plays the customers and, beside
//! them, the payment provider. Since machines differ, the floor of this one is measured in the same run: a static
//! answer from axum, and pgbench. docs/PERFORMANCE.md explains the numbers.

mod big_unit;
mod cpu;
mod floor;
mod growth;
mod house;
mod measure;
mod questions;
mod report;
mod scenarios;
mod wire;

use std::time::Duration;

use clap::Parser;
use e2e::{Fleet, forget_statements, statements};

use report::Report;
use scenarios::{Scenario, Shopping};

/// Measures the hot paths of the shop against the floor of this machine.
#[derive(Debug, Parser)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line")]
struct Args {
    /// How long each path is measured.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How many customers there are at a time.
    #[arg(long, default_value_t = 32)]
    concurrency: usize,
    /// Also lists the statements that cost most.
    #[arg(long)]
    statements: bool,
    /// Measures what the assortment service costs as the assortment grows instead, at `--sizes`.
    #[arg(long)]
    growth: bool,
    /// Numbers of units for `--growth`. A hundred thousand take about a minute to make.
    #[arg(long, value_delimiter = ',', default_value = "1000,100000,1000000")]
    sizes: Vec<u32>,
    /// Makes the first of `--sizes`, says where its database is, and keeps it until Ctrl-C, to look at statements by hand.
    #[arg(long)]
    hold: bool,
    /// Serves the static answer that the floor is measured with, and nothing else.
    #[arg(long, hide = true)]
    serve_floor: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    if args.serve_floor {
        return floor::serve().await;
    }
    let (duration, concurrency) = (Duration::from_secs(args.seconds), args.concurrency);
    if args.hold {
        return growth::hold(args.sizes.first().copied().unwrap_or(1_000)).await;
    }
    if args.growth {
        let manner = growth::Manner {
            concurrency,
            duration,
            with_statements: args.statements,
        };
        let growth = growth::measure(&args.sizes, manner).await?;
        println!("{growth}");
        return growth.check().await;
    }
    let mut report = Report::new(concurrency);
    report.floor = Some(floor::measure(duration, concurrency).await?);

    let fleet = Fleet::start_for_load().await;
    let mut database = fleet.superuser("postgres").await;
    let shopping = Shopping::prepare(&fleet).await?;
    for scenario in Scenario::ALL {
        // Once for caches, pools and branch predictors, then for the books.
        shopping.run(scenario, concurrency, duration / 5).await?;
        forget_statements(&mut database).await;
        let mut measured = shopping.run(scenario, concurrency, duration).await?;
        let sent = statements(&mut database).await;
        if args.statements {
            report::list_statements(&measured, &sent);
        }
        let sent = sent.iter().map(|statement| statement.calls).sum();
        measured.statements = Some(sent);
        report.add(measured);
    }
    report.add(shopping.crowd(500, duration).await?);
    report.add(shopping.paced_crowd(500, 2_000, duration).await?);
    println!("{report}");
    println!("{}", big_unit::measure(&fleet).await?);
    fleet.operator().expect_peace().await;
    Ok(())
}
