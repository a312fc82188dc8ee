use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use auth::{Callers, Forwarders, ServiceCallers};
use confique::Config;
use serde::Deserialize;

use crate::{Face, HttpConfig};

/// How a listener is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// HTTP without TLS.
    #[default]
    Plain,
    /// TLS with the service's certificate.
    Tls,
    /// TLS, and callers have to show a service's certificate: mutual TLS (INF-8).
    Mutual,
}

/// The service's certificate, whom it trusts, and which listeners use it. Nested as `tls` in a service's configuration.
#[derive(Debug, Clone, Config)]
pub struct TlsConfig {
    /// The service's certificate with its intermediates, PEM. It names the service as `spiffe://garnitur/<service>`.
    /// A renewed one, with its key, is taken without a restart.
    pub certificate: Option<PathBuf>,

    /// Its private key, PEM.
    pub key: Option<PathBuf>,

    /// Certificates of the authorities that other services' certificates must be of, PEM. Nobody else is trusted, neither
    /// those who call nor those who are called.
    pub authorities: Option<PathBuf>,

    /// The customers' and couriers' face: `plain`, `tls`, or `mutual` (callers show a service's certificate too).
    #[config(default = "plain")]
    pub edge: Security,

    /// The employees' face: `plain`, `tls` or `mutual`.
    #[config(default = "plain")]
    pub staff: Security,

    /// The listener for services and operation: `plain`, `tls` or `mutual`. With `mutual`, set `http.probes` too, for
    /// health checks that have no certificate.
    #[config(default = "plain")]
    pub internal: Security,

    /// Services whose `X-Forwarded-For` is believed where they show their certificate.
    #[config(default = ["storefront", "portal"])]
    pub forwarders: Vec<String>,

    /// How often the files are looked at, in milliseconds.
    #[config(default = 10_000, validate(*reload_ms > 0, "must be more than 0"))]
    pub reload_ms: u64,
}

impl TlsConfig {
    /// How the listener of a face is protected.
    pub const fn of(&self, face: Face) -> Security {
        match face {
            Face::Edge => self.edge,
            Face::Staff => self.staff,
            Face::Internal => self.internal,
        }
    }

    /// Whether nothing of TLS is configured.
    pub fn is_plain(&self) -> bool {
        self.certificate.is_none()
            && self.key.is_none()
            && self.authorities.is_none()
            && Face::ALL.into_iter().all(|face| self.of(face) == Security::Plain)
    }

    /// Those who may call the internal face, from the setting `services.callers`. Names alone are an error where the
    /// listener asks for no certificates: nobody could be recognised by them.
    pub fn callers(&self, listed: &Callers) -> anyhow::Result<ServiceCallers> {
        let callers = ServiceCallers::new(listed).context("services.callers")?;
        ensure!(
            self.internal == Security::Mutual || !callers.need_certificates(),
            "services.callers has names without tokens, and tls.internal is not `mutual`: nobody can be recognised"
        );
        Ok(callers)
    }

    /// Those whose `X-Forwarded-For` is believed.
    pub fn forwarders(&self, http: &HttpConfig) -> Forwarders {
        Forwarders::new(http.forwarders.clone(), self.forwarders.clone())
    }

    pub(crate) const fn reload(&self) -> Duration {
        Duration::from_millis(self.reload_ms)
    }
}

impl Default for TlsConfig {
    /// The defaults above: nothing of TLS.
    fn default() -> Self {
        Self {
            certificate: None,
            key: None,
            authorities: None,
            edge: Security::Plain,
            staff: Security::Plain,
            internal: Security::Plain,
            forwarders: vec!["storefront".to_owned(), "portal".to_owned()],
            reload_ms: 10_000,
        }
    }
}
