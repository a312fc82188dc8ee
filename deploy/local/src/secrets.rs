//! Passwords, tokens and keys: made at the first start, kept in a file that only its owner can read.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::databases::{DATABASES, Database};

/// What the parts of the shop prove themselves with. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Secrets {
    /// Key pair of employees' access tokens, PEM.
    pub staff: StaffKeys,
    /// What signs the two sites' cookies.
    pub cookies: CookieKeys,
    /// Secret key of the shop at the payment provider.
    pub payment: String,
    /// Each service's token, by the service's name.
    pub tokens: BTreeMap<String, String>,
    /// Each database role's password, by the role's name.
    pub roles: BTreeMap<String, String>,
}

/// Key pair of employees' access tokens, PEM.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffKeys {
    /// Signs them; backoffice alone has it.
    pub private: String,
    /// Verifies them.
    pub public: String,
}

/// What signs the two sites' cookies.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CookieKeys {
    /// The storefront's.
    pub storefront: String,
    /// The portal's.
    pub portal: String,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secrets]")
    }
}

/// The services that call others.
const CALLERS: [&str; 4] = ["catalog", "orders", "backoffice", "portal"];

impl Secrets {
    /// Fresh ones.
    pub fn make() -> Self {
        let pair = auth::generate_keys();
        let named = |name: &str| (name.to_owned(), kernel::random::token());
        Self {
            staff: StaffKeys {
                private: pair.private_pem,
                public: pair.public_pem,
            },
            cookies: CookieKeys {
                storefront: kernel::random::token(),
                portal: kernel::random::token(),
            },
            payment: kernel::random::token(),
            tokens: CALLERS.into_iter().map(named).collect(),
            roles: DATABASES
                .iter()
                .flat_map(Database::all_roles)
                .map(named)
                .collect(),
        }
    }

    /// Those in `file`; made and kept there when there is none. Fails when the file cannot be read or written.
    pub fn load_or_make(file: &Path) -> anyhow::Result<Self> {
        match fs::read_to_string(file) {
            Ok(text) => {
                let mut secrets: Self = toml::from_str(&text).with_context(|| {
                    format!(
                        "{} is damaged: move the data folder away to start anew",
                        file.display()
                    )
                })?;
                // Made by a version that had fewer callers.
                let known = secrets.tokens.len();
                for caller in CALLERS {
                    let token = secrets.tokens.entry(caller.to_owned());
                    token.or_insert_with(kernel::random::token);
                }
                if secrets.tokens.len() > known {
                    secrets
                        .keep(file)
                        .with_context(|| format!("cannot write {}", file.display()))?;
                }
                Ok(secrets)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let secrets = Self::make();
                secrets
                    .keep(file)
                    .with_context(|| format!("cannot write {}", file.display()))?;
                Ok(secrets)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    /// Written under another name first, so that a crash leaves none or all of them.
    fn keep(&self, file: &Path) -> anyhow::Result<()> {
        let half = file.with_extension("new");
        let mut open = OpenOptions::new();
        let mut handle = open
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(&half)?;
        handle.write_all(toml::to_string(self)?.as_bytes())?;
        handle.sync_all()?;
        fs::rename(&half, file)?;
        Ok(())
    }
}
