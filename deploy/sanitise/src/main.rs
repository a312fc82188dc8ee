//! `sanitise`: a backup without the people in it (STD-2).

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use kernel::{Clock as _, SystemClock};
use pg::sqlx::{Connection as _, PgConnection};
use sanitise::pseudonym::{KEY_BYTES, Key};
use sanitise::{Job, Rules, Tools, census, run};

/// Restores the newest backup in quarantine, makes other people of those in it, proves that none is left, and puts the
/// result in place of a database.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: What,
    /// What becomes of every column: a file of `rules`.
    #[arg(long, global = true)]
    rules: PathBuf,
    /// Folder of `pg_dump` and `pg_restore`; without it they are looked for as any program is.
    #[arg(long, global = true)]
    tools: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Does it.
    Run {
        /// Folder with archives of `pg_dump`, in its custom format.
        #[arg(long)]
        backups: PathBuf,
        /// Address of the quarantine server, with a superuser.
        #[arg(long, env = "SANITISE_QUARANTINE", hide_env_values = true)]
        quarantine: String,
        /// File with the key that pseudonyms depend on, at least 32 bytes.
        #[arg(long)]
        key_file: PathBuf,
        /// Where the archive goes.
        #[arg(long)]
        out: PathBuf,
        /// File with the address of the server whose database it becomes. Without it, the archive is all.
        #[arg(long)]
        target_file: Option<PathBuf>,
    },
    /// Only says whether the rules know every column of a database.
    Check {
        /// Its address.
        #[arg(long, env = "SANITISE_DATABASE", hide_env_values = true)]
        database: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .init();
    match work(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sanitise: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn work(cli: Cli) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(&cli.rules).context("--rules")?;
    let rules = Rules::parse(&text).context("--rules")?;
    let tools = Tools { folder: cli.tools };
    match cli.command {
        What::Check { database } => {
            let mut connection = PgConnection::connect(&database).await?;
            for stale in census::check(&rules, &mut connection).await? {
                println!("a rule for what is not there: {stale}");
            }
            connection.close().await?;
            Ok(())
        }
        What::Run {
            backups,
            quarantine,
            key_file,
            out,
            target_file,
        } => {
            let key = Key::new(std::fs::read(&key_file).context("--key-file")?)
                .with_context(|| format!("--key-file holds less than {KEY_BYTES} bytes"))?;
            let target = target_file
                .map(|path| std::fs::read_to_string(path).map(|url| url.trim().to_owned()))
                .transpose()
                .context("--target-file")?;
            let job = Job {
                tools,
                rules,
                key,
                backups,
                quarantine,
                out,
                target,
            };
            let report = run(&job, SystemClock.now()).await?;
            println!("{}", serde_json::to_string_pretty(&report)?);
            Ok(())
        }
    }
}
