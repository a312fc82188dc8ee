use std::net::SocketAddr;
use std::path::PathBuf;

use directory::{DirectoryConfig, LdapDirectory};
use kernel::Personal;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use test_support::containers::{self, Image, Server};
use tokio::sync::OnceCell;

use super::admin::Admin;
use crate::support::{defaults, urls};

pub const BASE: &str = "DC=garnitur,DC=example";
pub const EMPLOYEES: &str = "OU=Employees,DC=garnitur,DC=example";
const SERVICE: &str = "CN=svc-garnitur,OU=Service Accounts,DC=garnitur,DC=example";
const SERVICE_PASSWORD: &str = "Service-Garnitur-1";
pub const ADMIN_PASSWORD: &str = "Administrator-of-Tests-1";
/// What the image gives its employees.
pub const PASSWORD: &str = "Garnitur-1";

/// Where the container sees [`Domain::share`].
pub const SHARED: &str = "/shared";

/// A domain controller with a certificate for `localhost` that only its own file vouches for.
pub struct Domain {
    pub server: Server,
    folder: TempDir,
}

/// The domain that tests share: each has accounts of its own in it. `None` where tests with containers are left out.
pub async fn domain() -> Option<&'static Domain> {
    static DOMAIN: OnceCell<Domain> = OnceCell::const_new();
    if !containers::wanted() {
        return None;
    }
    let made = DOMAIN.get_or_init(async || {
        let domain = Domain::start().await;
        // As in most companies; Samba's own default is never.
        let admin = domain.admin().await;
        admin
            .set(
                BASE,
                &[
                    ("lockoutThreshold", "3"),
                    ("lockoutDuration", "-18000000000"),
                    ("lockOutObservationWindow", "-18000000000"),
                ],
            )
            .await;
        domain
    });
    Some(made.await)
}

impl Domain {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut authority = CertificateParams::new(Vec::new()).expect("no names");
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key"))
            .expect("a certificate");
        let key = KeyPair::generate().expect("a key");
        let certificate = CertificateParams::new(["localhost".to_owned()])
            .expect("a name")
            .signed_by(&key, &authority)
            .expect("a certificate");
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).expect("written");
        let server = Image::new("samba-ad")
            .port(389)
            .port(636)
            .folder(SHARED, folder.path())
            .file("/tls/authorities.pem", authority.pem())
            .file("/tls/certificate.pem", certificate.pem())
            .file("/tls/key.pem", key.serialize_pem())
            .file("/tls/administrator", ADMIN_PASSWORD)
            .env("TLS_AUTHORITIES", "/tls/authorities.pem")
            .env("TLS_CERTIFICATE", "/tls/certificate.pem")
            .env("TLS_KEY", "/tls/key.pem")
            .env("ADMIN_PASSWORD_FILE", "/tls/administrator")
            .start()
            .await;
        Self { server, folder }
    }

    /// Has the server see a file.
    pub fn share(&self, name: &str, content: &str) -> String {
        std::fs::write(self.folder.path().join(name), content).expect("written");
        format!("{SHARED}/{name}")
    }

    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    pub fn ldaps(&self) -> SocketAddr {
        self.server.address(636)
    }

    /// As a service has it, over LDAPS.
    pub fn config(&self) -> DirectoryConfig {
        self.config_at(&[self.ldaps()])
    }

    /// With domain controllers at these addresses, in this order.
    pub fn config_at(&self, addresses: &[SocketAddr]) -> DirectoryConfig {
        let mut config = defaults();
        let addresses: Vec<String> = addresses
            .iter()
            .map(|address| format!("ldaps://localhost:{}", address.port()))
            .collect();
        config.url = urls(&addresses.iter().map(String::as_str).collect::<Vec<_>>());
        config.ca_file = Some(self.ca_file());
        config.bind_dn = Some(SERVICE.to_owned());
        config.bind_password = Some(Personal::new(SERVICE_PASSWORD.to_owned()));
        config.base_dn = Some(BASE.to_owned());
        config.employees_dn = Some(EMPLOYEES.to_owned());
        // The suites share two cores with the servers.
        config.connect_timeout_ms = 10_000;
        config.request_timeout_ms = 20_000;
        config
    }

    pub fn directory(&self) -> LdapDirectory {
        LdapDirectory::new(&self.config()).expect("complete")
    }

    pub async fn admin(&self) -> Admin {
        Admin::at(self.ldaps(), &self.ca_file()).await
    }
}
