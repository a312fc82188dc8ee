use std::net::IpAddr;

use anyhow::{Context as _, ensure};
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyUsagePurpose, SanType};
use time::{Duration, OffsetDateTime};

/// Whom a certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaf {
    name: String,
    dns: Vec<String>,
    ips: Vec<IpAddr>,
}

impl Leaf {
    /// For the service `name`: small letters, digits and hyphens, as in a DNS label, since that is its first DNS name.
    /// `ca` is refused: its files would be the authority's own.
    pub fn new(name: &str) -> anyhow::Result<Self> {
        let fits = (1..=63).contains(&name.len())
            && !name.starts_with('-')
            && !name.ends_with('-')
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        ensure!(
            fits,
            "{name:?} is not a service's name: small letters, digits and hyphens"
        );
        ensure!(name != "ca", "`ca` is the authority itself");
        Ok(Self {
            name: name.to_owned(),
            dns: vec![name.to_owned()],
            ips: Vec::new(),
        })
    }

    /// Adds another DNS name.
    #[must_use]
    pub fn dns(mut self, name: impl Into<String>) -> Self {
        let name = name.into();
        if !self.dns.contains(&name) {
            self.dns.push(name);
        }
        self
    }

    /// Adds an address.
    #[must_use]
    pub fn ip(mut self, address: IpAddr) -> Self {
        if !self.ips.contains(&address) {
            self.ips.push(address);
        }
        self
    }

    /// The service's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its identity among services, which whoever it calls reads from the certificate.
    fn id(&self) -> String {
        format!("spiffe://garnitur/{}", self.name)
    }

    /// All names in the certificate, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let ips = self.ips.iter().map(IpAddr::to_string);
        std::iter::once(self.id())
            .chain(self.dns.iter().cloned())
            .chain(ips)
            .collect()
    }

    fn subject_alt_names(&self) -> anyhow::Result<Vec<SanType>> {
        let mut names = vec![SanType::URI(self.id().try_into()?)];
        for name in &self.dns {
            let encoded = name.as_str().try_into();
            names.push(SanType::DnsName(
                encoded.with_context(|| format!("{name:?} is no DNS name"))?,
            ));
        }
        names.extend(self.ips.iter().copied().map(SanType::IpAddress));
        Ok(names)
    }

    pub(crate) fn params(&self, validity: Validity) -> anyhow::Result<CertificateParams> {
        let mut params = CertificateParams::default();
        params.distinguished_name = Default::default();
        params
            .distinguished_name
            .push(DnType::CommonName, self.name.as_str());
        params.subject_alt_names = self.subject_alt_names()?;
        params.not_before = validity.from;
        params.not_after = validity.until;
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        Ok(params)
    }
}

/// From when until when a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first moment.
    pub from: OffsetDateTime,
    /// The last moment.
    pub until: OffsetDateTime,
}

impl Validity {
    /// For so many days from now, begun a little earlier for clocks that go after ours.
    pub fn days(now: OffsetDateTime, days: u32) -> Self {
        Self {
            from: now - Duration::minutes(5),
            until: now + Duration::days(days.into()),
        }
    }

    /// Whether less than a third of it is left: time for a new one.
    pub fn is_late(self, now: OffsetDateTime) -> bool {
        (self.until - now) * 3 < self.until - self.from
    }
}

/// A certificate and its private key.
#[derive(Clone)]
pub struct Issued {
    /// The certificate, PEM.
    pub certificate: String,
    /// The private key, PKCS#8 PEM.
    pub key: String,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}
