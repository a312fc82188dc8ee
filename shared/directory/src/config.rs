use std::path::PathBuf;

use contracts::backoffice::Role;
use kernel::Personal;
use serde::{Deserialize, Deserializer};
use url::{Host, Url};

/// How Active Directory is reached. Nothing is required to load it, since not every face of a service asks the
/// directory; [`crate::LdapDirectory::new`] names what is missing.
#[derive(Debug, Clone, confique::Config)]
pub struct DirectoryConfig {
    /// Address of a domain controller, or several in order of preference: `"ldaps://garnitur.example"` or
    /// `["ldaps://dc1.garnitur.example", "ldaps://dc2.garnitur.example"]`. The domain's own name reaches any of its
    /// controllers.
    #[config(default = [])]
    pub url: Urls,

    /// How long a domain controller that has failed is left alone while another one answers, in milliseconds.
    #[config(default = 15000)]
    pub rest_ms: u64,

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

    /// Entry under which employees are administered: `OU=Employees,OU=Garnitur,DC=garnitur,DC=example`. Accounts
    /// elsewhere are signed in, and never changed.
    pub employees_dn: Option<String>,

    /// How long connecting may take, in milliseconds, encryption included.
    #[config(default = 2000, validate(*connect_timeout_ms > 0, "must be more than 0"))]
    pub connect_timeout_ms: u64,

    /// How long a search or a bind may take, in milliseconds.
    #[config(default = 3000, validate(*request_timeout_ms > 0, "must be more than 0"))]
    pub request_timeout_ms: u64,

    /// The most connections that search, and that check passwords, at a time.
    #[config(default = 4, validate(*connections > 0, "must be more than 0"))]
    pub connections: usize,

    /// A connection that was not used for so long, in milliseconds, is tried before it is relied on: firewalls forget
    /// connections without a word, and a domain controller ends them after 15 minutes.
    #[config(default = 30000)]
    pub probe_after_ms: u64,

    /// Which groups (`sAMAccountName`) make somebody what.
    #[config(nested)]
    pub groups: GroupsConfig,
}

/// One address or a list of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Urls(pub Vec<Url>);

impl<'de> Deserialize<'de> for Urls {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "an address or a list of addresses")]
        enum Given {
            One(Url),
            Several(Vec<Url>),
        }
        Ok(Self(match Given::deserialize(deserializer)? {
            Given::One(url) => vec![url],
            Given::Several(urls) => urls,
        }))
    }
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
    /// Employees cannot be administered without an entry that they are under.
    #[error("directory.employees_dn must be below directory.base_dn")]
    Employees,
    /// Active Directory sets passwords over encrypted connections only, and so do we.
    #[error("directory.employees_dn needs ldaps:// or directory.starttls: passwords are not set in clear")]
    EmployeesPlaintext,
    /// The file with certificates is of no use.
    #[error("directory.ca_file: {0}")]
    Certificates(String),
}

/// What cannot be left out, checked.
pub(crate) struct Checked {
    /// Not empty.
    pub urls: Vec<Url>,
    pub bind_dn: String,
    pub bind_password: Personal<String>,
    pub base_dn: String,
    pub employees_dn: Option<String>,
}

impl DirectoryConfig {
    pub(crate) fn checked(&self) -> Result<Checked, ConfigError> {
        if self.url.0.is_empty() {
            return Err(ConfigError::Missing("directory.url"));
        }
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
        for url in &self.url.0 {
            self.check_url(url)?;
        }
        let employees_dn = self.employees_dn.clone().filter(|dn| !dn.is_empty());
        let below = format!(",{base_dn}").to_lowercase();
        if employees_dn
            .as_ref()
            .is_some_and(|dn| !dn.to_lowercase().ends_with(&below))
        {
            return Err(ConfigError::Employees);
        }
        let is_secret = |url: &Url| url.scheme() == "ldaps" || self.starttls || is_this_machine(url);
        if employees_dn.is_some() && !self.url.0.iter().all(is_secret) {
            return Err(ConfigError::EmployeesPlaintext);
        }
        Ok(Checked {
            urls: self.url.0.clone(),
            bind_dn,
            bind_password,
            base_dn,
            employees_dn,
        })
    }

    fn check_url(&self, url: &Url) -> Result<(), ConfigError> {
        let encrypted = match url.scheme() {
            "ldaps" => true,
            "ldap" => self.starttls,
            _ => return Err(ConfigError::Url),
        };
        if url.host_str().is_none_or(str::is_empty) {
            return Err(ConfigError::Url);
        }
        if !encrypted && !self.allow_plaintext && !is_this_machine(url) {
            return Err(ConfigError::Plaintext);
        }
        Ok(())
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
