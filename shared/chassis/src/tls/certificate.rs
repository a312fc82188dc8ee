//! What a certificate says.

use anyhow::{Context as _, bail};
use auth::PeerService;
use rustls::pki_types::{CertificateDer, IpAddr, ServerName};
use time::OffsetDateTime;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;

/// The service that a certificate names; exactly one, as the SPIFFE X.509-SVID standard wants (section 2).
pub(super) fn service(certificate: &CertificateDer<'_>) -> anyhow::Result<PeerService> {
    let certificate = parse(certificate)?;
    let ids: Vec<&str> = names(&certificate)?
        .iter()
        .filter_map(|name| match name {
            GeneralName::URI(id) => Some(*id),
            _ => None,
        })
        .collect();
    match ids[..] {
        [id] => PeerService::of_id(id).with_context(|| format!("{id} is no service of ours")),
        [] => bail!("it names no service: a name spiffe://garnitur/<service> is missing"),
        _ => bail!("it names more than one service"),
    }
}

/// The first name that a client would know the certificate's owner by.
pub(super) fn server_name(certificate: &CertificateDer<'_>) -> anyhow::Result<ServerName<'static>> {
    let certificate = parse(certificate)?;
    names(&certificate)?
        .iter()
        .find_map(|name| match name {
            GeneralName::DNSName(name) => ServerName::try_from((*name).to_owned()).ok(),
            GeneralName::IPAddress(bytes) => {
                let v4 = <[u8; 4]>::try_from(*bytes).map(std::net::IpAddr::from);
                let v6 = <[u8; 16]>::try_from(*bytes).map(std::net::IpAddr::from);
                let address = v4.or(v6).ok()?;
                Some(ServerName::IpAddress(IpAddr::from(address)))
            }
            _ => None,
        })
        .context("it has no DNS name and no address")
}

/// The last moment at which it is valid.
pub(super) fn not_after(certificate: &CertificateDer<'_>) -> anyhow::Result<OffsetDateTime> {
    Ok(parse(certificate)?.validity().not_after.to_datetime())
}

fn parse<'a>(certificate: &'a CertificateDer<'_>) -> anyhow::Result<X509Certificate<'a>> {
    let (_, certificate) = x509_parser::parse_x509_certificate(certificate)?;
    Ok(certificate)
}

fn names<'a>(certificate: &'a X509Certificate<'_>) -> anyhow::Result<&'a [GeneralName<'a>]> {
    let extension = certificate.subject_alternative_name()?;
    Ok(extension.map_or(&[], |extension| &extension.value.general_names))
}
