//! The command `with-postgres`, as a real process.

use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::postgres::{folder, is_postgres};

/// The binary that Cargo built for this test.
fn program() -> OsString {
    std::env::var_os("CARGO_BIN_EXE_with-postgres").expect("run by cargo test")
}

fn with_postgres(temporary: &TempDir, arguments: &[&str]) -> Child {
    Command::new(program())
        .args(arguments)
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("run with-postgres")
}

fn signal(child: &Child, signal: Signal) {
    let pid = i32::try_from(child.id())
        .ok()
        .and_then(Pid::from_raw)
        .expect("a process id");
    kill_process(pid, signal).expect("send the signal");
}

/// The folders of clusters that are still there.
fn left(temporary: &TempDir) -> usize {
    fs::read_dir(temporary.path()).expect("read the folder").count()
}

#[test]
fn the_command_finds_a_server_and_its_exit_code_is_passed_on() {
    let temporary = folder();
    let script = "psql -X -A -t -c 'SHOW max_connections' -c 'SHOW shared_preload_libraries' -c 'SHOW work_mem' \
                  -c 'SHOW synchronous_commit' -c 'SHOW fsync' \"$TEST_DATABASE_URL\"; exit 7";
    let mut child = with_postgres(
        &temporary,
        &["--setting", "work_mem=5MB", "--", "sh", "-c", script],
    );
    let mut said = String::new();
    child
        .stdout
        .take()
        .expect("its output")
        .read_to_string(&mut said)
        .expect("read");
    assert_eq!(child.wait().expect("it ends").code(), Some(7));
    assert_eq!(said, "400\npg_stat_statements\n5MB\non\noff\n");
    assert_eq!(left(&temporary), 0);
}

#[test]
fn a_command_that_does_not_exist_is_named() {
    let temporary = folder();
    let said = Command::new(program())
        .args(["--", "no-such-command"])
        .env("TMPDIR", temporary.path())
        .output()
        .expect("run with-postgres");
    assert_eq!(said.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&said.stderr).contains("`no-such-command`"));
    assert_eq!(left(&temporary), 0);
}

/// Starts a command that waits, and returns when it does.
fn waiting(temporary: &TempDir) -> Child {
    // A test run in the background may ignore SIGINT, and what it starts inherits that.
    let command = [
        "--",
        "env",
        "--default-signal=INT",
        "sh",
        "-c",
        "echo ready; exec cat",
    ];
    let mut child = with_postgres(temporary, &command);
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().expect("its output"))
        .read_line(&mut line)
        .expect("read");
    assert_eq!(line, "ready\n");
    child
}

#[test]
fn signals_reach_the_command_and_everything_is_cleaned_up() {
    for (kind, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let temporary = folder();
        let mut child = waiting(&temporary);
        // Waiting for it would close its input, at the end of which the command ends by itself.
        let _input = child.stdin.take();
        signal(&child, kind);
        assert_eq!(child.wait().expect("it ends").code(), Some(code));
        assert_eq!(left(&temporary), 0);
    }
}

#[tokio::test]
async fn killed_it_leaves_no_server_and_the_next_run_sweeps_its_folder() {
    let temporary = folder();
    let mut child = waiting(&temporary);
    let cluster = fs::read_dir(temporary.path())
        .expect("read")
        .next()
        .expect("a folder")
        .expect("its entry")
        .path();
    let server = postmaster(&cluster);
    assert!(is_postgres(server));
    child.kill().expect("kill");
    child.wait().expect("it ends");
    crate::wait_for("the server to go", || !is_postgres(server)).await;
    assert_eq!(left(&temporary), 1);
    let mut next = with_postgres(&temporary, &["--", "true"]);
    assert!(next.wait().expect("it ends").success());
    assert_eq!(left(&temporary), 0);
}

fn postmaster(cluster: &Path) -> u32 {
    let text = fs::read_to_string(cluster.join("pgdata/postmaster.pid")).expect("the pid file");
    text.lines()
        .next()
        .and_then(|line| line.parse().ok())
        .expect("a process id")
}
