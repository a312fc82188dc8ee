//! Runs a command with a throwaway PostgreSQL: `with-postgres [--setting name=value]… -- COMMAND ARGUMENTS…`.
//!
//! The command finds the superuser's address in `TEST_DATABASE_URL`. The cluster is gone when the command ends, and
//! the exit code is the command's.

use std::fs;
use std::io::IsTerminal as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context as _, anyhow};
use clap::Parser;
use embedded::postgres::{Options, Server};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

/// Prefix of the temporary folders, followed by the id of the process that made them.
const PREFIX: &str = "garnitur-test-";

/// Runs a command with a throwaway PostgreSQL server, whose address it finds in `TEST_DATABASE_URL`.
#[derive(Debug, Parser)]
struct Arguments {
    /// A server setting as `name=value`; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    setting: Vec<(String, String)>,
    /// The command and its arguments.
    #[arg(required = true, last = true)]
    command: Vec<String>,
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected name=value")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(std::io::stderr)
        .init();
    match run(Arguments::parse()).await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("with-postgres: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> anyhow::Result<u8> {
    sweep(&std::env::temp_dir());
    let folder = tempfile::Builder::new()
        .prefix(&format!("{PREFIX}{}-", std::process::id()))
        .tempdir()
        .context("cannot make a temporary folder")?;
    let mut options = Options::throwaway(folder.path())
        .setting("max_connections", "400")
        .setting("shared_preload_libraries", "pg_stat_statements")
        .setting("pg_stat_statements.track_utility", "on")
        // All tests' statements at once: what does not fit is forgotten, while a test counts.
        .setting("pg_stat_statements.max", "50000");
    options.settings.extend(arguments.setting);
    let mut server = Server::start(options).await?;

    let ended = command(&arguments.command, &server.admin_url()).await;
    server.stop().await?;
    folder.close().context("cannot remove the temporary folder")?;
    ended.map(exit_code)
}

/// Runs the command to its end and passes signals on to it.
async fn command(words: &[String], url: &str) -> anyhow::Result<ExitStatus> {
    let (program, rest) = words.split_first().ok_or_else(|| anyhow!("no command given"))?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut child = Command::new(program)
        .args(rest)
        .env("TEST_DATABASE_URL", url)
        .spawn()
        .with_context(|| format!("cannot run `{program}`"))?;
    // In a terminal, Ctrl-C reaches the command by itself: it is in the same foreground process group.
    let terminal = std::io::stdin().is_terminal();
    loop {
        tokio::select! {
            status = child.wait() => return status.context("cannot wait for the command"),
            _ = interrupt.recv() => if !terminal { pass(&child, Signal::INT) },
            _ = terminate.recv() => pass(&child, Signal::TERM),
            _ = hangup.recv() => pass(&child, Signal::HUP),
        }
    }
}

fn pass(child: &Child, signal: Signal) {
    let pid = child
        .id()
        .and_then(|id| i32::try_from(id).ok())
        .and_then(Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended in between.
        let _ = kill_process(pid, signal);
    }
}

/// The command's code, or 128 and its signal, as shells have it.
fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}

/// Removes what killed runs have left: folders whose process is gone and where no server runs any more.
fn sweep(temporary: &Path) {
    let alive = |pid: &str| {
        pid.parse::<u32>()
            .is_ok_and(|pid| Path::new(&format!("/proc/{pid}")).exists())
    };
    for entry in fs::read_dir(temporary).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(maker) = name
            .to_str()
            .and_then(|name| name.strip_prefix(PREFIX)?.split_once('-'))
        else {
            continue;
        };
        let server = fs::read_to_string(entry.path().join("pgdata/postmaster.pid")).unwrap_or_default();
        if !alive(maker.0) && !server.lines().next().is_some_and(alive) {
            // Another user's folder cannot be removed, and need not be.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
