//! The smallest service: a configuration, one face, one job. The tests send it signals.
//!
//! ```text
//! cargo run -p chassis --example smallest -- serve --set http.internal=127.0.0.1:8121 --set http.edge=127.0.0.1:8080
//! ```

#![expect(
    unused_qualifications,
    reason = "confique repeats the types of nested sections with their paths"
)]

use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use chassis::{App, Context, Face, HttpConfig, Job, JobError, Service, TlsConfig};
use confique::Config;
use telemetry::TelemetryConfig;
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder};

/// Says hello.
struct Smallest;

/// What it is told.
#[derive(Config)]
struct SmallestConfig {
    /// Where it listens.
    #[config(nested)]
    http: HttpConfig,

    /// Its certificate.
    #[config(nested)]
    tls: TlsConfig,

    /// Where logs and traces go.
    #[config(nested)]
    telemetry: TelemetryConfig,

    /// What it says before the name.
    #[config(default = "Hello")]
    greeting: String,
}

impl App for Smallest {
    const NAME: &'static str = "smallest";
    const ABOUT: &'static str = "Says hello, if need be slowly";
    type Config = SmallestConfig;

    fn http(config: &Self::Config) -> &HttpConfig {
        &config.http
    }

    fn tls(config: &Self::Config) -> &TlsConfig {
        &config.tls
    }

    fn telemetry(config: &Self::Config) -> &TelemetryConfig {
        &config.telemetry
    }

    async fn build(config: &Self::Config, context: Context) -> anyhow::Result<Service> {
        let router = Router::new()
            .route("/hello/{name}", get(hello))
            .route("/shout", post(shout))
            .route("/slowly/{milliseconds}", get(slowly))
            .with_state(config.greeting.clone());
        Ok(Service::new(Self::NAME, context.metrics)
            .http(&config.http)
            .face(Face::Edge, router, description())
            .job(Job::periodic("yawn", Duration::from_hours(1), async || {
                tracing::info!("yawning");
                Ok::<_, JobError>(())
            })))
    }

    fn openapi() -> Vec<(Face, OpenApi)> {
        vec![(Face::Edge, description())]
    }
}

async fn hello(State(greeting): State<String>, Path(name): Path<String>) -> String {
    format!("{greeting}, {name}!")
}

async fn shout(words: String) -> String {
    words.to_uppercase()
}

async fn slowly(Path(milliseconds): Path<u64>) -> &'static str {
    tracing::info!("taking the time");
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    "done"
}

fn description() -> OpenApi {
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("Smallest").version("1").build())
        .build()
}

fn main() -> ExitCode {
    chassis::run::<Smallest>()
}
