use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};

use super::{Security, TlsConfig};
use crate::Face;

/// Where certificate, key and authorities lie.
#[derive(Debug, Clone)]
pub(super) struct Files {
    certificate: PathBuf,
    key: PathBuf,
    authorities: Option<PathBuf>,
}

/// What they hold. Compared as a whole, so that a replaced file is noticed whatever its time says.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) certificate: Vec<u8>,
    pub(super) key: Vec<u8>,
    pub(super) authorities: Option<Vec<u8>>,
}

impl Files {
    /// Those of the configuration; `None` where it has nothing of TLS. The error names the key that is missing.
    pub(super) fn of(config: &TlsConfig) -> anyhow::Result<Option<Self>> {
        if config.is_plain() {
            return Ok(None);
        }
        let (Some(certificate), Some(key)) = (&config.certificate, &config.key) else {
            bail!("tls.certificate and tls.key are needed both where the section `tls` has anything");
        };
        for face in Face::ALL {
            ensure!(
                config.of(face) != Security::Mutual || config.authorities.is_some(),
                "tls.authorities is not set, and tls.{face} = \"mutual\" needs it"
            );
        }
        Ok(Some(Self {
            certificate: certificate.clone(),
            key: key.clone(),
            authorities: config.authorities.clone(),
        }))
    }

    /// Reads them. The error names key and file.
    pub(super) fn read(&self) -> anyhow::Result<Contents> {
        let read = |key: &str, path: &PathBuf| {
            std::fs::read(path).with_context(|| format!("{key}: {}", path.display()))
        };
        let authorities = self.authorities.as_ref();
        Ok(Contents {
            certificate: read("tls.certificate", &self.certificate)?,
            key: read("tls.key", &self.key)?,
            authorities: authorities
                .map(|path| read("tls.authorities", path))
                .transpose()?,
        })
    }
}
