//! The example `smallest` as a process of its own.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::timeout;

/// Longer than anything here takes, so that a hang is a failure and not a stuck build.
const LIMIT: Duration = Duration::from_secs(20);

/// The example's binary, which `cargo test -p chassis` builds beside the tests; `--test it` alone does not, and would
/// run an old one.
fn binary() -> PathBuf {
    let tests = std::env::current_exe().expect("this binary has a path");
    let path = tests
        .ancestors()
        .nth(2)
        .expect("target/<profile>")
        .join("examples/smallest");
    assert!(
        path.exists(),
        "{} is not there: cargo build -p chassis --examples makes it",
        path.display()
    );
    path
}

/// The command with nothing of this process's environment in its configuration.
pub fn smallest(arguments: &[&str]) -> Command {
    let mut command = Command::new(binary());
    command
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// What a command that ends by itself printed: standard output, standard error, exit code.
pub async fn output(mut command: Command) -> (String, String, i32) {
    let output = timeout(LIMIT, command.output())
        .await
        .expect("it ends")
        .expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("a text");
    (
        text(output.stdout),
        text(output.stderr),
        output.status.code().expect("an exit code"),
    )
}

/// A running `smallest`.
pub struct Process {
    pub ops: SocketAddr,
    pub edge: SocketAddr,
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
}

impl Process {
    /// Starts it with these settings and waits until it serves.
    pub async fn start(settings: &[&str]) -> Self {
        let any = ["http.internal=127.0.0.1:0", "http.edge=127.0.0.1:0"];
        let mut command = smallest(&["serve", "--face", "edge"]);
        for setting in any.iter().chain(settings) {
            command.args(["--set", setting]);
        }
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut log = BufReader::new(child.stderr.take().expect("a pipe")).lines();
        let serving = next(&mut log, "serving").await;
        let addresses = serving["addresses"].as_str().expect("addresses");
        let addresses: Vec<SocketAddr> = addresses
            .trim_matches(['[', ']'])
            .split(", ")
            .map(|address| address.parse().expect("an address"))
            .collect();
        Self {
            ops: addresses[0],
            edge: addresses[1],
            child,
            log,
        }
    }

    /// Waits for the log line with this message.
    pub async fn logged(&mut self, message: &str) -> Value {
        next(&mut self.log, message).await
    }

    pub fn signal(&self, signal: Signal) {
        let id = self.child.id().expect("it runs");
        let pid = Pid::from_raw(i32::try_from(id).expect("a process id")).expect("a process id");
        kill_process(pid, signal).expect("a signal can be sent");
    }

    /// Waits for its end and answers the exit code.
    pub async fn ended(mut self) -> Option<i32> {
        timeout(LIMIT, self.child.wait())
            .await
            .expect("it ends")
            .expect("it can be waited for")
            .code()
    }
}

async fn next(log: &mut Lines<BufReader<ChildStderr>>, message: &str) -> Value {
    let found = async {
        let mut before = String::new();
        while let Some(line) = log.next_line().await.expect("a text") {
            if let Ok(entry) = serde_json::from_str::<Value>(&line)
                && entry["message"] == message
            {
                return entry;
            }
            before = before + &line + "\n";
        }
        panic!("it ended without {message:?}:\n{before}");
    };
    timeout(LIMIT, found)
        .await
        .unwrap_or_else(|_| panic!("no {message:?} in the log"))
}
