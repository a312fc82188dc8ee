use std::path::PathBuf;

use contracts::backoffice::Role;
use kernel::Personal;
use url::{Host, Url};

/// How Active Directory is reached. Nothing is required to load it, since not every face of a service asks the
/// directory; [`crate::LdapDirectory::new`] names what is missing.
#[derive(Debug, Clone, confique::Config)]
pub struct DirectoryConfig {
    /// Address: `ldaps://garnitur.example` or `ldap://…`. The domain's own name reaches any of its controllers.
    pub url: Option<Url>,

    /// Whether an `ldap://` connection is encrypted with `StartTLS` before anything is said on it.
    #[config(default = false)]
    pub starttls: bool,

    /// Whether passwords may travel in clear to another machine. Needed by nobody who has a certificate.
    #[config(default = false)]
    pub allow_plaintext: bool,

    /// File with the certificates (PEM) of the authorities that the directory's certificate may come from.
    /// Without it, those of the system.
    pub ca_file: Option<PathBuf>,

    /// Name of the service account that searches: `CN=svc-garnitur,OU=…` or `svc-garnitur@garnitur.example`.
    pub bind_dn: Option<String>,

    /// Password of the service account.
    pub bind_password: Option<Personal<String>>,

    /// Entry under which employees and groups are: `DC=garnitur,DC=example`.
    pub base_dn: Option<String>,

    /// How long connecting may take, in milliseconds, encryption included.
    #[config(default = 2000, validate(*connect_timeout_ms > 0, "must be more than 0"))]
    pub connect_timeout_ms: u64,

    /// How long a search or a bind may take, in milliseconds.
    #[config(default = 3000, validate(*request_timeout_ms > 0, "must be more than 0"))]
    pub request_timeout_ms: u64,

    /// The most connections that search, and that check passwords, at a time.
    #[config(default = 4, validate(*connections > 0, "must be more than 0"))]
    pub connections: usize,

    /// Which groups (`sAMAccountName`) make somebody what.
    #[config(nested)]
    pub groups: GroupsConfig,
}

/// Groups of the directory by what they allow (SEC-1). An empty list means nobody.
#[derive(Debug, Clone, confique::Config)]
pub struct GroupsConfig {
    /// Deliver orders.
    #[config(default = ["Garnitur-Couriers"])]
    pub courier: Vec<String>,

    /// Pack orders, keep stock.
    #[config(default = ["Garnitur-Warehouse"])]
    pub warehouse: Vec<String>,

    /// Create the assortment.
    #[config(default = ["Garnitur-Assortment"])]
    pub assortment: Vec<String>,

    /// Administer users and settings.
    #[config(default = ["Garnitur-Administrators"])]
    pub administrator: Vec<String>,

    /// Read the audit.
    #[config(default = ["Garnitur-Security"])]
    pub security: Vec<String>,

    /// Handle failure situations.
    #[config(default = ["Garnitur-Support"])]
    pub support: Vec<String>,

    /// Read statistics.
    #[config(default = ["Garnitur-Analysts"])]
    pub analyst: Vec<String>,
}

impl GroupsConfig {
    /// Every group with what it allows.
    pub(crate) fn pairs(&self) -> Vec<(String, Role)> {
        let roles = [
            (&self.courier, Role::Courier),
            (&self.warehouse, Role::Warehouse),
            (&self.assortment, Role::Assortment),
            (&self.administrator, Role::Administrator),
            (&self.security, Role::Security),
            (&self.support, Role::Support),
            (&self.analyst, Role::Analyst),
        ];
        let pairs = roles
            .into_iter()
            .flat_map(|(groups, role)| groups.iter().map(move |group| (group.clone(), role)));
        pairs.collect()
    }
}

/// Why the directory cannot be used as configured.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A key without which there is no directory.
    #[error("{0} is not set, and signing employees in needs it")]
    Missing(&'static str),
    /// The address is of something else.
    #[error("directory.url must begin with ldap:// or ldaps:// and name a host")]
    Url,
    /// Passwords could be read on the way.
    #[error(
        "directory.url sends passwords in clear to another machine: use ldaps://, or set directory.starttls \
         or, if you must, directory.allow_plaintext"
    )]
    Plaintext,
    /// The file with certificates is of no use.
    #[error("directory.ca_file: {0}")]
    Certificates(String),
}

/// What cannot be left out, checked.
pub(crate) struct Checked {
    pub url: Url,
    pub bind_dn: String,
    pub bind_password: Personal<String>,
    pub base_dn: String,
}

impl DirectoryConfig {
    pub(crate) fn checked(&self) -> Result<Checked, ConfigError> {
        let url = self.url.clone().ok_or(ConfigError::Missing("directory.url"))?;
        let given = |value: &Option<String>, key| {
            let value = value.clone().filter(|value| !value.is_empty());
            value.ok_or(ConfigError::Missing(key))
        };
        let bind_dn = given(&self.bind_dn, "directory.bind_dn")?;
        // Without a password the directory would take us for nobody and call it a success (RFC 4513, 5.1.2).
        let bind_password = self
            .bind_password
            .clone()
            .filter(|password| !password.expose().is_empty())
            .ok_or(ConfigError::Missing("directory.bind_password"))?;
        let base_dn = given(&self.base_dn, "directory.base_dn")?;
        let encrypted = match url.scheme() {
            "ldaps" => true,
            "ldap" => self.starttls,
            _ => return Err(ConfigError::Url),
        };
        if url.host_str().is_none_or(str::is_empty) {
            return Err(ConfigError::Url);
        }
        if !encrypted && !self.allow_plaintext && !is_this_machine(&url) {
            return Err(ConfigError::Plaintext);
        }
        Ok(Checked {
            url,
            bind_dn,
            bind_password,
            base_dn,
        })
    }
}

/// `url` takes the hosts of schemes it does not know for names, addresses among them.
fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().and_then(|host| Host::parse(host).ok());
    match host {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}
