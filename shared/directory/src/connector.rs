//! Opens connections to whichever domain controller answers.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use ldap3::{LdapConnAsync, LdapConnSettings, LdapError, LdapResult, StdStream};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::config::Checked;
use crate::connection::{Connection, Question};
use crate::controllers::Controllers;
use crate::unavailable::Cause;
use crate::{ConfigError, DirectoryConfig, Unavailable};

/// Opens connections to the directory.
pub(crate) struct Connector {
    controllers: Controllers,
    settings: LdapConnSettings,
    connect_within: Duration,
    answer_within: Duration,
}

impl Connector {
    pub(crate) fn new(checked: &Checked, config: &DirectoryConfig) -> Result<Self, ConfigError> {
        let mut settings = LdapConnSettings::new().set_starttls(config.starttls);
        if let Some(file) = &config.ca_file {
            settings = settings.set_config(Arc::new(trusting(file)?));
        }
        Ok(Self {
            controllers: Controllers::new(checked.urls.clone(), Duration::from_millis(config.rest_ms)),
            settings,
            connect_within: Duration::from_millis(config.connect_timeout_ms),
            answer_within: Duration::from_millis(config.request_timeout_ms),
        })
    }

    /// A connection on which somebody tried to be bound, and what the directory said to that: refused binds are
    /// answers. Asks the controllers one after the other, and when none is left, whichever of those that rest says
    /// something first.
    pub(crate) async fn bind(
        &self,
        name: &str,
        password: &str,
    ) -> Result<(Connection, LdapResult), Unavailable> {
        let mut failures = Vec::new();
        for rank in self.controllers.awake() {
            if !self.controllers.take(rank) {
                continue;
            }
            match self.bind_on(rank, self.connect(rank).await, name, password).await {
                Ok(bound) => return Ok(bound),
                Err(error) => failures.push((rank, error)),
            }
        }
        let tried: Vec<usize> = failures.iter().map(|(rank, _)| *rank).collect();
        let resting = (0..self.controllers.len()).filter(|rank| !tried.contains(rank));
        // A wrong password must not count at each of them, so they are greeted before it is said to one.
        let mut greeted: FuturesUnordered<_> = resting
            .map(|rank| async move { (rank, self.greet(rank).await) })
            .collect();
        while let Some((rank, connection)) = greeted.next().await {
            match self.bind_on(rank, connection, name, password).await {
                Ok(bound) => return Ok(bound),
                Err(error) => failures.push((rank, error)),
            }
        }
        drop(greeted);
        Err(self.nobody(failures))
    }

    /// Notes that a controller has not answered. Whether there is another one worth asking.
    pub(crate) fn give_up_on(&self, rank: usize, error: &Unavailable) -> bool {
        tracing::warn!(controller = %self.controllers.get(rank).url, %error, "a domain controller failed");
        self.controllers.failed(rank);
        !self.controllers.awake().is_empty()
    }

    pub(crate) fn has_better_than(&self, connection: &Connection) -> bool {
        self.controllers.has_better_than(connection.rank())
    }

    async fn bind_on(
        &self,
        rank: usize,
        connection: Result<Connection, Unavailable>,
        name: &str,
        password: &str,
    ) -> Result<(Connection, LdapResult), Unavailable> {
        let bound = async {
            let mut connection = connection?;
            let result = connection.bind(name, password).await?;
            if is_overloaded(&result) {
                let what = "check a password";
                return Err(Cause::Refused { what, result }.into());
            }
            Ok((connection, result))
        };
        let bound = bound.await;
        match &bound {
            Ok(_) => self.controllers.answered(rank),
            Err(error) => {
                self.give_up_on(rank, error);
            }
        }
        bound
    }

    /// A connection on which something was answered.
    async fn greet(&self, rank: usize) -> Result<Connection, Unavailable> {
        let mut connection = self.connect(rank).await?;
        connection.ask(&Question::ROOT).await?;
        Ok(connection)
    }

    /// A connection on which nobody is bound yet.
    async fn connect(&self, rank: usize) -> Result<Connection, Unavailable> {
        let url = &self.controllers.get(rank).url;
        let default_port = if url.scheme() == "ldaps" { 636 } else { 389 };
        // `url` keeps the brackets of an IPv6 address.
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        let found = self
            .within(
                "find an address",
                lookup_host((host, url.port().unwrap_or(default_port))),
            )
            .await?;
        let mut failure = None;
        for address in self.controllers.sorted(rank, found) {
            match self.connect_to(rank, address).await {
                Ok(connection) => {
                    self.controllers.mark(rank, address, false);
                    return Ok(connection);
                }
                Err(error) => {
                    self.controllers.mark(rank, address, true);
                    failure = Some(error);
                }
            }
        }
        let nothing = || Cause::Connect(LdapError::from(std::io::Error::other("the name has no address")));
        Err(failure.unwrap_or_else(|| nothing().into()))
    }

    async fn connect_to(&self, rank: usize, address: SocketAddr) -> Result<Connection, Unavailable> {
        let url = &self.controllers.get(rank).url;
        let connecting = async {
            let stream = TcpStream::connect(address).await?.into_std()?;
            let settings = self.settings.clone().set_std_stream(StdStream::Tcp(stream));
            // The certificate is checked against the name of the address in the configuration.
            LdapConnAsync::from_url_with_settings(settings, url).await
        };
        let (driver, ldap) = self.within("take a connection", connecting).await?;
        // Ends when the connection or its last handle does; what broke it reaches whoever waits for an answer.
        tokio::spawn(async move {
            if let Err(error) = driver.drive().await {
                tracing::debug!(%error, "a connection to the directory broke");
            }
        });
        Ok(Connection::new(ldap, rank, self.answer_within))
    }

    async fn within<T, E: Into<LdapError>>(
        &self,
        what: &'static str,
        work: impl Future<Output = Result<T, E>>,
    ) -> Result<T, Unavailable> {
        let within = self.connect_within;
        let done = timeout(within, work).await;
        done.map_err(|_| Cause::Timeout { what, within })?
            .map_err(|error| Cause::Connect(error.into()).into())
    }

    fn nobody(&self, mut failures: Vec<(usize, Unavailable)>) -> Unavailable {
        if failures.len() == 1 {
            return failures.remove(0).1;
        }
        failures.sort_by_key(|(rank, _)| *rank);
        let told = failures
            .into_iter()
            .map(|(rank, error)| format!("{}: {error}", self.controllers.get(rank).url));
        Cause::NoController(told.collect::<Vec<_>>().join("; ")).into()
    }
}

/// `busy` and `unavailable` (RFC 4511, appendix A): another controller may do better.
pub(crate) fn is_overloaded(result: &LdapResult) -> bool {
    matches!(result.rc, 51 | 52)
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("controllers", &self.controllers)
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
