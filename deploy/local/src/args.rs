use std::path::{Path, PathBuf};

use clap::Parser;

/// Runs the whole shop: customers' site, courier app, employees' portal and everything they need.
#[derive(Debug, Clone, Parser)]
#[command(name = "garnitur", version)]
pub struct Args {
    /// Folder that keeps everything between runs: databases, files, secrets.
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,

    /// Added to every port, to run beside something that takes one of them.
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u16).range(..=11_000))]
    pub port_offset: u16,

    /// How many seconds an order waits for its payment.
    #[arg(long, default_value_t = 1_200, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub pay_within: u32,

    /// Base address of an OTLP collector (HTTP) that gets traces and logs.
    #[arg(long, value_name = "URL")]
    pub otlp: Option<url::Url>,

    /// Which log lines are shown, as in `info,sqlx=debug`.
    #[arg(long, default_value = "warn,nfs3_server=off", value_name = "FILTER")]
    pub log: String,
}

impl Args {
    /// The folder asked for, else `data` here. PostgreSQL refuses to run as root, so root starts it as the user
    /// `postgres`; where that user may not enter this folder (a checkout below `/root`), it is
    /// `/var/lib/garnitur`.
    pub fn data_folder(&self) -> std::io::Result<PathBuf> {
        if let Some(folder) = &self.data {
            return std::path::absolute(folder);
        }
        let here = std::env::current_dir()?;
        if rustix::process::geteuid().is_root() && !open_to_all(&here) {
            return Ok(PathBuf::from("/var/lib/garnitur"));
        }
        Ok(here.join("data"))
    }
}

/// Whether every user may enter the folder and those above it.
fn open_to_all(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    folder.ancestors().all(|part| {
        part.metadata()
            .is_ok_and(|about| about.permissions().mode() & 0o001 != 0)
    })
}
