use anyhow::Context as _;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256,
};

use crate::{Issued, Leaf, Validity};

/// A certificate authority: ECDSA on P-256 throughout.
pub struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
    key: String,
}

impl Authority {
    /// A new one, named `name`.
    pub fn create(name: &str, validity: Validity) -> anyhow::Result<Self> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = Default::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.not_before = validity.from;
        params.not_after = validity.until;
        // It signs services' certificates and no other authorities'.
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let certificate = params.self_signed(&key)?.pem();
        let pem = key.serialize_pem();
        Ok(Self {
            certificate,
            issuer: Issuer::new(params, key),
            key: pem,
        })
    }

    /// The one with this certificate and key, PEM.
    pub fn load(certificate: String, key: String) -> anyhow::Result<Self> {
        let pair = KeyPair::from_pem(&key).context("the authority's key")?;
        let issuer = Issuer::from_ca_cert_pem(&certificate, pair).context("the authority's certificate")?;
        Ok(Self {
            certificate,
            issuer,
            key,
        })
    }

    /// Its certificate, PEM: what others trust.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Its private key, PKCS#8 PEM.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// A certificate with a new key, for a server and a client alike.
    pub fn issue(&self, leaf: &Leaf, validity: Validity) -> anyhow::Result<Issued> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
        let certificate = leaf.params(validity)?.signed_by(&key, &self.issuer)?;
        Ok(Issued {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        })
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Authority")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}
