use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tracing::warn;

use super::Error;
use super::account::Account;
use super::binaries::Binaries;
use super::error::Doing as _;

/// Given to `pg_ctl` as its own limit, in seconds.
const STOP_WITHIN: &str = "30";

/// Sends a signal; a process that is gone already is no error.
pub(super) fn signal(pid: u32, signal: Signal) {
    let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) else {
        return;
    };
    if let Err(error) = kill_process(pid, signal)
        && error != rustix::io::Errno::SRCH
    {
        warn!(pid = pid.as_raw_nonzero().get(), %error, "cannot send a signal");
    }
}

/// The processes whose parent is `pid`: the backends and workers of a postmaster.
pub(super) fn children_of(pid: u32) -> Vec<u32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok())
        .filter(|child| parent_of(*child) == Some(pid))
        .collect()
}

/// The fourth field of `/proc/PID/stat`; the second, the name, is in brackets and may hold anything.
fn parent_of(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// Waits, within `limit`, until a child has ended.
pub(super) async fn ended(child: &mut Child, limit: Duration) -> bool {
    tokio::time::timeout(limit, child.wait()).await.is_ok()
}

/// How a process ended, in words.
pub(super) fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit code {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "unknown end".to_owned(),
    }
}

/// Stops the server that an earlier run left behind on these data, if there is one.
///
/// PostgreSQL itself recognises a `postmaster.pid` whose process is gone; this is about one that still runs.
pub(super) async fn stop_orphan(binaries: &Binaries, account: Account, data: &Path) -> Result<(), Error> {
    if !data.join("postmaster.pid").exists() || !runs(binaries, account, data).await? {
        return Ok(());
    }
    warn!(data = %data.display(), "a PostgreSQL server of an earlier run is still there; stopping it");
    let mut said = String::new();
    for mode in ["fast", "immediate"] {
        let output = pg_ctl(binaries, account, data)
            .args(["stop", "--wait", "--timeout", STOP_WITHIN, "--mode", mode])
            .output()
            .await
            .doing(|| "cannot run pg_ctl".to_owned())?;
        if output.status.success() || !runs(binaries, account, data).await? {
            return Ok(());
        }
        said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    }
    Err(Error::Orphan {
        folder: data.to_path_buf(),
        said,
    })
}

/// `pg_ctl status` answers 0 when a server runs on the data, 3 when none does.
async fn runs(binaries: &Binaries, account: Account, data: &Path) -> Result<bool, Error> {
    let output = pg_ctl(binaries, account, data)
        .arg("status")
        .output()
        .await
        .doing(|| "cannot run pg_ctl".to_owned())?;
    Ok(output.status.success())
}

fn pg_ctl(binaries: &Binaries, account: Account, data: &Path) -> Command {
    let mut command = account.command(&binaries.program("pg_ctl"), data);
    command.stdin(Stdio::null()).arg("--pgdata").arg(data);
    command
}

/// A small process that stops the server when this program ends without doing so (killed, crashed).
///
/// It waits on a pipe whose other end only this program holds: the kernel closes it whatever the end was.
#[derive(Debug)]
pub(super) struct Guard(Child);

impl Guard {
    pub fn watch(binaries: &Binaries, account: Account, data: &Path) -> Result<Self, Error> {
        account
            .command(Path::new("/bin/sh"), data)
            .args([
                "-c",
                r#"read -r _; exec "$0" stop --silent --mode fast --pgdata "$1""#,
            ])
            .arg(binaries.program("pg_ctl"))
            .arg(data)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map(Self)
            .doing(|| "cannot start the process that watches over PostgreSQL".to_owned())
    }

    /// Ends the watch without stopping anything.
    pub async fn dismiss(mut self) {
        // The pipe is closed after the process is gone; closing it first would fire it.
        let pipe = self.0.stdin.take();
        if let Err(error) = self.0.kill().await {
            warn!(%error, "cannot end the process that watches over PostgreSQL");
        }
        drop(pipe);
    }
}
