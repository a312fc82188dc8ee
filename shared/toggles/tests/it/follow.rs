//! The settings as a source of toggles.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use balancer::{Client, Policy};
use chassis::{Job, Server, Service, Shutdown};
use telemetry::Metrics;
use test_support::wait_for;
use toggles::{Toggles, TogglesConfig, remote};

use crate::choose::SHOP;

const SOON: Duration = Duration::from_secs(20);

fn version(n: u32) -> String {
    SHOP.replace(r#""version": "7""#, &format!(r#""version": "{n}""#))
}

fn config() -> TogglesConfig {
    TogglesConfig {
        file: None,
        last_good: None,
        poll_ms: 10,
    }
}

/// Runs a job until it is dropped.
struct Running {
    shutdown: Shutdown,
}

impl Running {
    async fn start(job: Job, metrics: &Metrics) -> Self {
        let shutdown = Shutdown::new();
        let service = Service::new("test", metrics.clone()).job(job);
        let server = Server::bind(Vec::new()).await.unwrap();
        let run = server.run(
            vec![service],
            shutdown.clone(),
            Duration::ZERO,
            Duration::from_secs(5),
        );
        tokio::spawn(run);
        Self { shutdown }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shutdown.trigger();
    }
}

/// What the settings say, and what they were asked.
#[derive(Clone, Default)]
struct Settings(Arc<Mutex<(String, Vec<String>)>>);

impl Settings {
    fn say(&self, text: impl Into<String>) {
        self.0.lock().unwrap().0 = text.into();
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().1)
    }
}

async fn in_force(toggles: &Toggles, version: &str) {
    let current = || (toggles.current().version() == version).then_some(());
    wait_for(&format!("version {version}"), SOON, async || current()).await;
}

async fn counted(metrics: &Metrics, line: &str) {
    wait_for(line, SOON, async || metrics.render().contains(line).then_some(())).await;
}

/// CFG-1: who cannot reach the settings keeps the last good values; bad ones are refused.
#[tokio::test]
async fn what_the_settings_say_is_followed_and_outages_are_survived() {
    let metrics = Metrics::new("test");
    let toggles = Toggles::open(&config(), &metrics);
    let settings = Settings::default();
    settings.say(version(1));
    let source = settings.clone();
    let job = toggles.follow(move |known| {
        let mut source = source.0.lock().unwrap();
        source.1.push(known);
        let told = match source.0.as_str() {
            "" => Err("the settings are away"),
            text => Ok(Some(text.to_owned())),
        };
        async move { told }
    });
    let _running = Running::start(job, &metrics).await;
    in_force(&toggles, "1").await;
    assert_eq!(settings.asked()[0], "none");

    settings.say("");
    counted(&metrics, "toggles_source_unreached 1").await;
    assert_eq!(toggles.current().version(), "1");
    settings.say(version(2).replace("ENABLED", "ON"));
    counted(&metrics, "toggles_snapshot_bad 1").await;
    counted(&metrics, "toggles_source_unreached 0").await;
    assert_eq!(toggles.current().version(), "1");
    settings.say(version(3));
    in_force(&toggles, "3").await;
    settings.asked();
    wait_for("the next look", SOON, async || {
        settings.asked().contains(&"3".to_owned()).then_some(())
    })
    .await;
}

/// An operator's file goes before the settings.
#[tokio::test]
async fn a_file_goes_before_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("toggles.json");
    std::fs::write(&file, version(1)).unwrap();
    let metrics = Metrics::new("test");
    let config = TogglesConfig {
        file: Some(file.clone()),
        ..config()
    };
    let toggles = Toggles::open(&config, &metrics);
    let job = toggles.follow(|_| async { Ok::<_, String>(Some(version(9))) });
    let _running = Running::start(job, &metrics).await;
    std::fs::write(&file, version(2)).unwrap();
    in_force(&toggles, "2").await;
}

/// As backoffice answers: definitions with their version, or that they are known.
async fn answer(State(settings): State<Settings>, headers: HeaderMap) -> Response {
    let mut settings = settings.0.lock().unwrap();
    let known = headers
        .get(header::IF_NONE_MATCH)
        .map(|tag| tag.to_str().unwrap().to_owned());
    settings.1.push(known.clone().unwrap_or_default());
    if settings.0.is_empty() {
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let document: serde_json::Value = serde_json::from_str(&settings.0).unwrap();
    let tag = format!("\"{}\"", document["metadata"]["version"].as_str().unwrap());
    if known.as_ref() == Some(&tag) {
        return StatusCode::NOT_MODIFIED.into_response();
    }
    ([(header::ETAG, tag)], settings.0.clone()).into_response()
}

#[tokio::test]
async fn backoffice_is_asked_for_what_is_not_known() {
    let settings = Settings::default();
    settings.say(version(1));
    let router = Router::new()
        .route("/internal/v1/toggles", get(answer))
        .with_state(settings.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let metrics = Metrics::new("test");
    let folder = tempfile::tempdir().unwrap();
    let config = TogglesConfig {
        last_good: Some(folder.path().join("last-good.json")),
        ..config()
    };
    let toggles = Toggles::open(&config, &metrics);
    let client = Client::fixed("backoffice", [address], Policy::default()).unwrap();
    let _running = Running::start(toggles.follow(remote(client)), &metrics).await;
    in_force(&toggles, "1").await;
    assert_eq!(settings.asked()[0], "\"none\"");
    wait_for("that it is known", SOON, async || {
        settings.asked().contains(&"\"1\"".to_owned()).then_some(())
    })
    .await;
    settings.say("");
    counted(&metrics, "toggles_source_unreached 1").await;
    settings.say(version(2));
    in_force(&toggles, "2").await;
    // A start while backoffice is away.
    let later = Toggles::open(&config, &Metrics::new("test"));
    assert_eq!(later.current().version(), "2");
}
