//! `garnitur-setup`: the one-shot jobs of the shop in containers. Each may be repeated.

mod database;
mod demo;
mod folder;
mod keys;
mod secrets;

use std::path::PathBuf;
use std::process::ExitCode;

use chassis::ConfigArgs;
use clap::Parser;

/// Prepares the shop in containers.
#[derive(Debug, Parser)]
#[command(name = "garnitur-setup", version)]
enum Command {
    /// Make the secrets that are missing, and write each container's from them.
    Secrets {
        /// Folder that keeps them.
        folder: PathBuf,
        /// User, and group, whom the files are given to: the one that the containers run as.
        #[arg(long, value_name = "ID")]
        owner: Option<u32>,
    },
    /// Make the database, its owner and its roles where they are missing.
    Database {
        /// `orders`, `catalog` or `internal`.
        name: String,
        /// What `secrets` wrote for it.
        #[arg(long, value_name = "FILE")]
        secrets: PathBuf,
    },
    /// Bring the demonstration assortment into a migrated database of catalog.
    Demo {
        /// Configuration of catalog, with `database.owner`.
        #[command(flatten)]
        config: ConfigArgs,
        /// File that remembers which drawing became which picture.
        #[arg(long, value_name = "FILE")]
        memory: PathBuf,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Command::parse() {
        Command::Secrets { folder, owner } => secrets::write(&folder, owner),
        Command::Database { name, secrets } => database::provide(&name, &secrets).await,
        Command::Demo { config, memory } => demo::seed(&config, &memory).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("garnitur-setup: {error:#}");
            ExitCode::FAILURE
        }
    }
}
