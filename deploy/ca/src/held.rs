//! What a certificate that is there already says.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::sign::CertifiedKey;
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::parse_x509_certificate;

use crate::{Leaf, Validity};

/// When a certificate is valid.
pub(crate) fn validity(pem: &str) -> anyhow::Result<Validity> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).context("no certificate in PEM")?;
    let (_, certificate) = parse_x509_certificate(&der).context("the certificate cannot be read")?;
    let validity = certificate.validity();
    Ok(Validity {
        from: validity.not_before.to_datetime(),
        until: validity.not_after.to_datetime(),
    })
}

/// Whether a certificate and its key can go on being used for `leaf` at `now`: they belong together, `authority` signed
/// it, and it has the names asked for. The error says what is wrong.
pub(crate) fn check(
    certificate: &str,
    key: &str,
    authority: &str,
    leaf: &Leaf,
    now: OffsetDateTime,
) -> anyhow::Result<()> {
    let provider = Arc::new(ring::default_provider());
    let der = CertificateDer::from_pem_slice(certificate.as_bytes()).context("no certificate in PEM")?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).context("no key in PEM")?;
    CertifiedKey::from_der(vec![der.clone()], key, &provider).context("certificate and key")?;

    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.as_bytes())?)?;
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
    let name = ServerName::try_from(leaf.name())?;
    let now = UnixTime::since_unix_epoch(Duration::from_secs(now.unix_timestamp().try_into()?));
    verifier.verify_server_cert(&der, &[], &name, &[], now)?;

    let (_, held) = parse_x509_certificate(&der)?;
    ensure!(names(&held)? == leaf.names(), "other names are asked for");
    Ok(())
}

/// The subject's alternative names, as [`Leaf::names`] writes them.
fn names(certificate: &X509Certificate<'_>) -> anyhow::Result<Vec<String>> {
    let names = certificate.subject_alternative_name()?;
    let names = names
        .map(|extension| &extension.value.general_names[..])
        .unwrap_or_default();
    names
        .iter()
        .map(|name| match name {
            GeneralName::URI(id) => Ok((*id).to_owned()),
            GeneralName::DNSName(name) => Ok((*name).to_owned()),
            GeneralName::IPAddress(bytes) => address(bytes).context("an address of neither 4 nor 16 bytes"),
            other => bail!("a name of another kind: {other}"),
        })
        .collect()
}

fn address(bytes: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(bytes).map(IpAddr::from);
    let v6 = <[u8; 16]>::try_from(bytes).map(IpAddr::from);
    v4.or(v6).ok().map(|address| address.to_string())
}
