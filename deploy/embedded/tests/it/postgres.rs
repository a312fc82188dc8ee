//! The PostgreSQL server of our own, on real binaries.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use embedded::postgres::{Error, Options, Server};
use tempfile::TempDir;

/// A folder that the user `postgres` may reach, when the tests run as root.
pub fn folder() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("open the folder");
    folder
}

/// Runs a statement as the address says and returns its answer or what psql complains about.
fn sql(url: &str, statement: &str) -> Result<String, String> {
    let said = Command::new("psql")
        .args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, url])
        .output()
        .expect("run psql");
    if said.status.success() {
        Ok(String::from_utf8_lossy(&said.stdout).trim().to_owned())
    } else {
        Err(String::from_utf8_lossy(&said.stderr).into_owned())
    }
}

#[tokio::test]
async fn data_and_port_survive_stop_kill_and_a_new_start() {
    let folder = folder();
    let data = folder.path().join("pg");
    let mut server = Server::start(Options {
        port: 0,
        ..Options::new(&data, 0)
    })
    .await
    .expect("first start");
    let (url, port) = (server.admin_url(), server.port());
    sql(&url, "CREATE TABLE t (n int); INSERT INTO t VALUES (1)").expect("write");

    let mode = fs::metadata(data.join("superuser-password"))
        .expect("password file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let stranger = format!("postgres://postgres:wrong@127.0.0.1:{port}/postgres");
    assert!(
        sql(&stranger, "SELECT 1")
            .expect_err("wrong password")
            .contains("password authentication failed")
    );

    server.kill().await.expect("kill");
    assert!(!server.is_running());
    sql(&url, "SELECT 1").expect_err("nobody there");
    server.start_again().await.expect("start after the kill");
    assert_eq!((server.admin_url(), server.port()), (url.clone(), port));
    assert_eq!(sql(&url, "SELECT n FROM t").as_deref(), Ok("1"));

    server.stop().await.expect("stop");
    server.stop().await.expect("a second stop does nothing");
    let mut server = Server::start(Options::new(&data, port))
        .await
        .expect("start by a later run");
    assert_eq!(sql(&server.admin_url(), "SELECT n FROM t").as_deref(), Ok("1"));
    assert_eq!(sql(&url, "SHOW server_encoding").as_deref(), Ok("UTF8"));
    assert_eq!(sql(&url, "SHOW fsync").as_deref(), Ok("on"));
    server.stop().await.expect("stop");
}

#[tokio::test]
async fn a_session_in_the_middle_of_a_statement_does_not_hinder_kill_and_start() {
    let folder = folder();
    let mut server = Server::start(Options::throwaway(folder.path().join("pg")))
        .await
        .expect("start");
    let mut busy = Command::new("psql")
        .args([
            "-X",
            "-c",
            "SELECT count(*) FROM generate_series(1, 10000000000)",
            &server.admin_url(),
        ])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("run psql");
    let running = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series(1,%' AND pid <> pg_backend_pid()";
    crate::wait_for("the long statement", || {
        sql(&server.admin_url(), running).as_deref() == Ok("1")
    })
    .await;
    server.kill().await.expect("kill");
    server.start_again().await.expect("start again");
    assert_eq!(sql(&server.admin_url(), "SELECT 1").as_deref(), Ok("1"));
    assert!(!busy.wait().expect("psql ends").success());
    server.stop().await.expect("stop");
}

#[tokio::test]
async fn a_server_left_by_an_earlier_run_is_stopped() {
    let folder = folder();
    let data = folder.path().join("pg");
    let first = Server::start(Options::throwaway(&data))
        .await
        .expect("first start");
    let (port, pid) = (first.port(), first.pid().expect("it runs"));
    // As if its program had gone without a word.
    std::mem::forget(first);
    let mut second = Server::start(Options {
        port,
        ..Options::throwaway(&data)
    })
    .await
    .expect("second start");
    assert_eq!(second.port(), port);
    assert_ne!(second.pid(), Some(pid));
    assert_eq!(sql(&second.admin_url(), "SELECT 1").as_deref(), Ok("1"));
    second.stop().await.expect("stop");
}

#[tokio::test]
async fn failures_say_what_is_wrong() {
    let folder = folder();
    let data = folder.path().join("pg");

    let taken = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = taken.local_addr().expect("its number").port();
    let error = Server::start(Options {
        port,
        ..Options::throwaway(&data)
    })
    .await
    .expect_err("port taken");
    assert!(
        matches!(error, Error::PortTaken { port: named } if named == port),
        "{error}"
    );

    let error = Server::start(Options::throwaway(&data).setting("no_such_setting", "1"))
        .await
        .expect_err("bad setting");
    assert!(matches!(error, Error::Start { .. }), "{error}");
    assert!(
        error
            .to_string()
            .contains("unrecognized configuration parameter \"no_such_setting\""),
        "{error}"
    );

    fs::write(data.join("pgdata/PG_VERSION"), "9\n").expect("pretend another version");
    let error = Server::start(Options::throwaway(&data))
        .await
        .expect_err("other version");
    assert!(matches!(error, Error::OtherMajor { data: 9, .. }), "{error}");

    let strange = folder.path().join("strange");
    fs::create_dir(&strange).expect("a folder");
    fs::write(strange.join("letter.txt"), "hello").expect("a file");
    let error = Server::start(Options::throwaway(&strange))
        .await
        .expect_err("not ours");
    assert!(matches!(error, Error::NotOurs(_)), "{error}");
}

#[tokio::test]
async fn a_start_that_was_interrupted_is_done_anew() {
    let folder = folder();
    let data = folder.path().join("pg");
    fs::create_dir_all(data.join("pgdata.unfinished/base")).expect("half a cluster");
    let mut server = Server::start(Options::throwaway(&data)).await.expect("start");
    assert_eq!(sql(&server.admin_url(), "SELECT 1").as_deref(), Ok("1"));
    server.stop().await.expect("stop");
}

#[tokio::test]
async fn dropped_it_stops() {
    let folder = folder();
    let data = folder.path().join("pg");
    let server = Server::start(Options::throwaway(&data)).await.expect("start");
    let pid = server.pid().expect("it runs");
    drop(server);
    crate::wait_for("the server to go", || !is_postgres(pid)).await;
}

/// Whether the process runs the server, and is neither gone nor waiting to be reaped.
pub fn is_postgres(pid: u32) -> bool {
    let program = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    program
        .split(|byte| *byte == 0)
        .next()
        .is_some_and(|path| Path::new(&*String::from_utf8_lossy(path)).ends_with("postgres"))
}
