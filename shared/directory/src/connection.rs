use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapResult, Scope, SearchEntry, SearchOptions};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::time::timeout;
use url::Url;

use crate::unavailable::Cause;
use crate::{ConfigError, DirectoryConfig, Unavailable};

/// Opens connections to the directory.
pub(crate) struct Connector {
    url: Url,
    settings: LdapConnSettings,
    connect_within: Duration,
    answer_within: Duration,
}

impl Connector {
    pub(crate) fn new(url: Url, config: &DirectoryConfig) -> Result<Self, ConfigError> {
        let mut settings = LdapConnSettings::new().set_starttls(config.starttls);
        if let Some(file) = &config.ca_file {
            settings = settings.set_config(Arc::new(trusting(file)?));
        }
        Ok(Self {
            url,
            settings,
            connect_within: Duration::from_millis(config.connect_timeout_ms),
            answer_within: Duration::from_millis(config.request_timeout_ms),
        })
    }

    /// A connection on which nobody is bound yet.
    pub(crate) async fn connect(&self) -> Result<Connection, Unavailable> {
        let within = self.connect_within;
        let connecting = LdapConnAsync::from_url_with_settings(self.settings.clone(), &self.url);
        let connected = timeout(within, connecting).await;
        let (driver, ldap) = connected
            .map_err(|_| Cause::Timeout {
                what: "take a connection",
                within,
            })?
            .map_err(Cause::Connect)?;
        // Ends when the connection or its last handle does; what broke it reaches whoever waits for an answer.
        tokio::spawn(async move {
            if let Err(error) = driver.drive().await {
                tracing::debug!(%error, "a connection to the directory broke");
            }
        });
        Ok(Connection {
            ldap,
            answer_within: self.answer_within,
        })
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("url", &self.url.as_str())
            .finish_non_exhaustive()
    }
}

fn trusting(file: &Path) -> Result<ClientConfig, ConfigError> {
    let unusable = |why: &dyn fmt::Display| ConfigError::Certificates(format!("{}: {why}", file.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))? {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        roots.add(certificate).map_err(|error| unusable(&error))?;
    }
    if roots.is_empty() {
        return Err(unusable(&"no certificate in it"));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring has ciphers for them")
        .with_root_certificates(roots)
        .with_no_client_auth())
}

/// A search.
pub(crate) struct Question<'a> {
    pub base: &'a str,
    pub scope: Scope,
    pub filter: &'a str,
    pub attributes: &'a [&'a str],
}

impl Question<'static> {
    /// For the entry that every server has (RFC 4512, 5.1).
    pub(crate) const ROOT: Self = Self {
        base: "",
        scope: Scope::Base,
        filter: "(objectClass=*)",
        attributes: &["supportedLDAPVersion"],
    };
}

/// One connection to the directory. Every request on it has a time limit.
pub(crate) struct Connection {
    ldap: Ldap,
    answer_within: Duration,
}

impl Connection {
    /// Whether either side has closed it.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.ldap.is_closed()
    }

    /// A simple bind; refused ones are answers. The password must not be empty.
    #[tracing::instrument(name = "ldap.bind", skip_all, fields(otel.kind = "client"))]
    pub(crate) async fn bind(&mut self, name: &str, password: &str) -> Result<LdapResult, Unavailable> {
        let within = self.answer_within;
        let bound = timeout(within, self.ldap.simple_bind(name, password)).await;
        bound
            .map_err(|_| timed_out("check a password", within))?
            .map_err(|error| Cause::Broken(error).into())
    }

    /// The entries that a question finds, without pointers to other servers.
    #[tracing::instrument(name = "ldap.search", skip_all, fields(otel.kind = "client"))]
    pub(crate) async fn ask(&mut self, question: &Question<'_>) -> Result<Vec<SearchEntry>, Unavailable> {
        let Question {
            base,
            scope,
            filter,
            attributes,
        } = *question;
        let within = self.answer_within;
        // The server need not work longer than we wait.
        let seconds = i32::try_from(within.as_secs()).unwrap_or(i32::MAX).max(1);
        self.ldap
            .with_search_options(SearchOptions::new().timelimit(seconds));
        let searched = timeout(within, self.ldap.search(base, scope, filter, attributes)).await;
        let found = searched
            .map_err(|_| timed_out("answer a search", within))?
            .map_err(Cause::Broken)?;
        if found.1.rc != 0 {
            let what = "search";
            return Err(Cause::Refused {
                what,
                result: found.1,
            }
            .into());
        }
        let entries = found
            .0
            .into_iter()
            .filter(|entry| !entry.is_ref() && !entry.is_intermediate());
        Ok(entries.map(SearchEntry::construct).collect())
    }

    /// Says goodbye; the server may have gone already.
    pub(crate) async fn close(mut self) {
        let _ = timeout(self.answer_within, self.ldap.unbind()).await;
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}

fn timed_out(what: &'static str, within: Duration) -> Unavailable {
    Cause::Timeout { what, within }.into()
}
