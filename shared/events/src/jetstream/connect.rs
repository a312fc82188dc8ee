use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_nats::connection::State;
use async_nats::jetstream::Context;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::{Client, ConnectOptions, Event, ServerAddr};

use super::Link;
use crate::{ConfigError, NatsConfig};

/// How long the server may take to acknowledge an event or to answer a question. Below half of the dispatcher's lease.
const ANSWER: Duration = Duration::from_secs(5);
/// How long connecting may take.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
/// How often a command that needs a connection looks for it.
pub(super) const LOOK: Duration = Duration::from_millis(20);
/// The longest pause between tries to connect.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// Events that may wait for their acknowledgement at the same time.
const IN_FLIGHT: usize = 1_000;

/// A client that connects in the background and again whenever the connection is lost. Fails only when a file or an
/// address of the configuration cannot be used.
pub(super) async fn connect(
    config: &NatsConfig,
    service: &str,
    link: Arc<Link>,
) -> Result<Context, ConfigError> {
    config.check()?;
    let tls = config.servers.iter().any(|url| url.scheme() == "tls");
    let name = config.user.as_deref().unwrap_or(service);
    let mut options = ConnectOptions::new()
        .name(format!("garnitur-{service}"))
        // A prefix of its own, so that a user can be given the right to its own answers and no others.
        .custom_inbox_prefix(format!("_INBOX_{name}"))
        .connection_timeout(CONNECT)
        .request_timeout(Some(ANSWER))
        .retry_on_initial_connect()
        .require_tls(tls)
        .reconnect_delay_callback(|tries| {
            let doublings = u32::try_from(tries).unwrap_or(u32::MAX).min(6);
            let pause = Duration::from_millis(50) * 2_u32.pow(doublings);
            pause
                .min(LONGEST_PAUSE)
                .mul_f64(0.5 + 0.5 * kernel::random::fraction())
        })
        .event_callback(move |event| {
            let link = Arc::clone(&link);
            async move { heard(&link, &event) }
        });
    if let (Some(user), Some(file)) = (&config.user, &config.password_file) {
        options = options.user_and_password(user.clone(), secret("password_file", file)?);
    }
    if let Some(file) = &config.nkey_file {
        options = options.nkey(secret("nkey_file", file)?);
    }
    if let Some(file) = &config.authorities {
        readable("authorities", file)?;
        options = options.add_root_certificates(file.clone());
    }
    if let (Some(certificate), Some(key)) = (&config.certificate, &config.key) {
        readable("certificate", certificate)?;
        readable("key", key)?;
        options = options.add_client_certificate(certificate.clone(), key.clone());
    }
    let servers = config
        .servers
        .iter()
        .map(|url| ServerAddr::from_url(url.clone()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| ConfigError::Server)?;
    let client = options.connect(servers).await.map_err(|_| ConfigError::Server)?;
    Ok(ContextBuilder::new()
        .timeout(ANSWER)
        .ack_timeout(ANSWER)
        .max_ack_inflight(IN_FLIGHT)
        .build(client))
}

/// Whether the client is connected at this moment.
pub(super) fn is_connected(client: &Client) -> bool {
    client.connection_state() == State::Connected
}

/// What the connection tells: a change is logged once, however many tries it takes to mend it.
fn heard(link: &Link, event: &Event) {
    match event {
        Event::Connected => link.connected(),
        Event::Disconnected => link.lost("disconnected"),
        // It was us who closed it.
        Event::Closed => tracing::debug!("NATS closed"),
        // Errors come from a server that is connected, and from a client that is not.
        Event::ServerError(error) => link.trouble(&error.to_string(), true),
        Event::ClientError(error) => link.trouble(&error.to_string(), false),
        Event::LameDuckMode | Event::Draining | Event::SlowConsumer(_) => {
            tracing::info!(%event, "NATS");
        }
    }
}

/// The contents of a file without the line's end.
fn secret(key: &'static str, path: &Path) -> Result<String, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::File {
        key,
        path: path.to_owned(),
        source,
    })?;
    Ok(text.trim_end().to_owned())
}

fn readable(key: &'static str, path: &Path) -> Result<(), ConfigError> {
    std::fs::File::open(path)
        .map(drop)
        .map_err(|source| ConfigError::File {
            key,
            path: path.to_owned(),
            source,
        })
}
