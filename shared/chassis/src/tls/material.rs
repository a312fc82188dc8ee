use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use time::OffsetDateTime;

use super::certificate;
use super::files::Contents;

const HTTP: &[u8] = b"http/1.1";

/// What TLS works with, made of one state of the files.
pub(super) struct Material {
    /// For listeners that show a certificate.
    pub(super) server: Arc<ServerConfig>,
    /// For listeners that want to see one, too; for calls. Both need authorities.
    pub(super) mutual: Option<Mutual>,
    /// The name in the certificate that the service itself can be asked by.
    pub(super) own_name: ServerName<'static>,
    /// The last moment at which the certificate is valid.
    pub(super) not_after: OffsetDateTime,
}

pub(super) struct Mutual {
    pub(super) server: Arc<ServerConfig>,
    pub(super) client: Arc<ClientConfig>,
}

impl Material {
    /// Refuses what could not work: a key of another certificate, a certificate that is not valid at `now`, and, where
    /// there are authorities, one that is not of them or names no service – peers would refuse it.
    pub(super) fn new(contents: &Contents, now: OffsetDateTime) -> anyhow::Result<Self> {
        let provider = Arc::new(ring::default_provider());
        let chain = certificates(&contents.certificate).context("tls.certificate")?;
        let key = PrivateKeyDer::from_pem_slice(&contents.key).context("tls.key")?;
        let not_after = certificate::not_after(&chain[0]).context("tls.certificate")?;
        ensure!(now < not_after, "tls.certificate has run out on {not_after}");
        let own_name = certificate::server_name(&chain[0]).context("tls.certificate")?;

        let mut server = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&TLS13, &TLS12])?
            .with_no_client_auth()
            .with_single_cert(chain.clone(), key.clone_key())
            .context("tls.certificate and tls.key")?;
        server.alpn_protocols = vec![HTTP.to_vec()];
        let mutual = match &contents.authorities {
            Some(authorities) => Some(Mutual::new(authorities, chain, key, provider, now)?),
            None => None,
        };
        Ok(Self {
            server: Arc::new(server),
            mutual,
            own_name,
            not_after,
        })
    }
}

impl Mutual {
    fn new(
        authorities: &[u8],
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        provider: Arc<CryptoProvider>,
        now: OffsetDateTime,
    ) -> anyhow::Result<Self> {
        certificate::service(&chain[0]).context("tls.certificate")?;
        let mut roots = RootCertStore::empty();
        for authority in certificates(authorities).context("tls.authorities")? {
            roots.add(authority).context("tls.authorities")?;
        }
        let roots = Arc::new(roots);
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
        let verifier = verifier.build().context("tls.authorities")?;
        let now = UnixTime::since_unix_epoch(Duration::from_secs(now.unix_timestamp().try_into()?));
        verifier
            .verify_client_cert(&chain[0], &chain[1..], now)
            .context("tls.certificate is not accepted by tls.authorities")?;
        Ok(Self {
            server: server(verifier, chain.clone(), key.clone_key(), Arc::clone(&provider))?,
            client: client(roots, chain, key, provider)?,
        })
    }
}

/// Both sides are ours: the newest version alone. Nothing is resumed, so that every connection shows a certificate that
/// is valid now; connections are few and kept.
fn server(
    verifier: Arc<dyn ClientCertVerifier>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: Arc<CryptoProvider>,
) -> anyhow::Result<Arc<ServerConfig>> {
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)?;
    server.alpn_protocols = vec![HTTP.to_vec()];
    server.session_storage = Arc::new(NoServerSessionStorage {});
    server.send_tls13_tickets = 0;
    Ok(Arc::new(server))
}

fn client(
    roots: Arc<RootCertStore>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    provider: Arc<CryptoProvider>,
) -> anyhow::Result<Arc<ClientConfig>> {
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&TLS13])?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?;
    client.alpn_protocols = vec![HTTP.to_vec()];
    Ok(Arc::new(client))
}

/// At least one.
fn certificates(pem: &[u8]) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>()?;
    ensure!(!certificates.is_empty(), "no certificate in PEM");
    Ok(certificates)
}
