use std::net::TcpListener;

use rustix::process::Signal;
use serde_json::Value;

use crate::process::{Process, output, smallest};
use crate::support::fetch;

/// An address that is nobody's here tells which layer it came from: it is named when binding it fails.
#[tokio::test]
async fn flags_win_over_the_environment_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("smallest.toml");
    std::fs::write(
        &file,
        "[http]\ninternal = \"127.0.0.1:0\"\nedge = \"203.0.113.1:1\"\n",
    )
    .unwrap();
    let started = |variable: Option<&str>, flag: Option<&str>| {
        let mut command = smallest(&["serve", "--config", file.to_str().unwrap()]);
        command.envs(variable.map(|value| ("GARNITUR_SMALLEST_HTTP__EDGE", value)));
        command.args(flag.iter().flat_map(|value| ["--set", *value]));
        output(command)
    };
    for (variable, flag, bound) in [
        (None, None, "203.0.113.1:1"),
        (Some("203.0.113.2:2"), None, "203.0.113.2:2"),
        (
            Some("203.0.113.2:2"),
            Some("http.edge=203.0.113.3:3"),
            "203.0.113.3:3",
        ),
    ] {
        let (_, error, code) = started(variable, flag).await;
        assert_eq!(code, 1);
        assert!(
            error.contains(&format!("http.edge: cannot listen on {bound}: ")),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_wrong_configuration_is_explained_and_nothing_starts() {
    let mut command = smallest(&[
        "serve",
        "--set",
        "http.egde=127.0.0.1:1",
        "--set",
        "http.request_timeout_ms=soon",
    ]);
    command.env("GARNITUR_SMALLEST_GREETINGS", "Hi");
    let (_, error, code) = output(command).await;
    assert_eq!(code, 1);
    for part in [
        "smallest: the configuration is not valid",
        "http.egde: unknown key, from flag --set; known here: edge, staff, internal",
        "http.request_timeout_ms: ",
        "greetings: unknown key, from variable GARNITUR_SMALLEST_GREETINGS",
    ] {
        assert!(error.contains(part), "{part} is not in {error}");
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_its_key() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap();
    let edge = format!("http.edge={address}");
    let command = smallest(&[
        "serve",
        "--face",
        "edge",
        "--set",
        "http.internal=127.0.0.1:0",
        "--set",
        &edge,
    ]);
    let (_, error, code) = output(command).await;
    assert_eq!(code, 1);
    let expected = format!(
        "http.edge: port {} of 127.0.0.1 is taken by another process",
        address.port()
    );
    assert!(error.contains(&expected), "{error}");
}

#[tokio::test]
async fn the_printed_example_is_a_configuration() {
    let (example, _, code) = output(smallest(&["config-example"])).await;
    assert_eq!(code, 0);
    assert!(
        example.contains("#greeting = \"Hello\"") && example.contains("GARNITUR_SMALLEST_SECTION__KEY"),
        "{example}"
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("smallest.toml");
    std::fs::write(&file, example).unwrap();
    let (_, error, _) = output(smallest(&["serve", "--config", file.to_str().unwrap()])).await;
    assert!(
        error.contains("http.internal is not set"),
        "it is read, and only has no address: {error}"
    );
}

#[tokio::test]
async fn the_description_is_printed_without_a_configuration() {
    let (printed, _, code) = output(smallest(&["openapi"])).await;
    assert_eq!(code, 0);
    let description: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(description["info"]["title"], "Smallest");
    let (printed, ..) = output(smallest(&["openapi", "--face", "staff"])).await;
    let description: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(description["info"]["title"], "");
}

#[tokio::test]
async fn a_service_without_graphql_says_so() {
    let (printed, error, code) = output(smallest(&["graphql-schema"])).await;
    assert_eq!((code, printed.as_str()), (1, ""));
    assert!(error.contains("this service has no GraphQL interface"), "{error}");
}

#[tokio::test]
async fn the_healthcheck_asks_the_running_service() {
    let process = Process::start(&["greeting=Good day", "http.drain_delay_ms=600000"]).await;
    assert_eq!(
        fetch(process.edge, "/hello/Ann").await.unwrap().1,
        "Good day, Ann!"
    );
    let internal = format!("http.internal={}", process.ops);
    let (printed, _, code) = output(smallest(&["healthcheck", "--set", &internal])).await;
    assert_eq!((code, printed.contains("\"ready\"")), (0, true), "{printed}");

    process.signal(Signal::TERM);
    test_support::wait_for(
        "the healthcheck to fail",
        std::time::Duration::from_secs(10),
        async || {
            let (_, error, code) = output(smallest(&["healthcheck", "--set", &internal])).await;
            (code == 1 && error.contains("not ready") && error.contains("draining")).then_some(())
        },
    )
    .await;
    process.signal(Signal::TERM);
    assert_eq!(process.ended().await, Some(0));
    let (_, error, code) = output(smallest(&["healthcheck", "--set", &internal])).await;
    assert_eq!(code, 1);
    assert!(error.contains("no answer from"), "{error}");
}

#[tokio::test]
async fn a_service_without_a_database_does_not_migrate() {
    let (_, error, code) = output(smallest(&["migrate"])).await;
    assert_eq!(code, 1);
    assert!(error.contains("this service owns no database"), "{error}");
}
