//! `garnitur-ca`: makes the development CA and issues services' certificates.

use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use ca::{Folder, Leaf, Outcome};
use clap::{Parser, Subcommand};
use kernel::SystemClock;

/// The development CA of Garnitur: certificates for mutual TLS between services, where no other CA is.
#[derive(Debug, Parser)]
#[command(name = "garnitur-ca", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make DIR/ca.pem and DIR/ca.key. An authority that is there stays.
    Init {
        /// The folder; it is made if need be.
        dir: PathBuf,
        /// For how many days.
        #[arg(long, default_value_t = 3650, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        days: u32,
    },
    /// Write DIR/NAME.pem and DIR/NAME.key, for a server and a client, with the names NAME (DNS) and
    /// spiffe://garnitur/NAME. A certificate that is there stays while more than a third of its time is left.
    Issue {
        /// The folder of the authority.
        dir: PathBuf,
        /// The service.
        name: String,
        /// Another DNS name; may be given several times.
        #[arg(long = "dns", value_name = "D")]
        dns: Vec<String>,
        /// An address; may be given several times.
        #[arg(long = "ip", value_name = "I")]
        ips: Vec<IpAddr>,
        /// For how many days.
        #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: u32,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("garnitur-ca: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let clock = Arc::new(SystemClock);
    let (what, outcome) = match command {
        Command::Init { dir, days } => {
            let folder = Folder::open(dir, clock)?;
            (folder.authorities(), folder.init(days)?)
        }
        Command::Issue {
            dir,
            name,
            dns,
            ips,
            days,
        } => {
            let leaf = dns.into_iter().fold(Leaf::new(&name)?, Leaf::dns);
            let leaf = ips.into_iter().fold(leaf, Leaf::ip);
            let folder = Folder::open(dir, clock)?;
            (folder.pair(&leaf).0, folder.issue(&leaf, days)?)
        }
    };
    let outcome = match outcome {
        Outcome::Kept => "is good and stays",
        Outcome::Made => "is made",
        Outcome::Renewed => "is renewed",
    };
    println!("{} {outcome}", what.display());
    Ok(())
}
