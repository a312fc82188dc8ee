use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, Mod, Scope, SearchEntry, ldap_escape};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::domain::{ADMIN_PASSWORD, BASE, EMPLOYEES, PASSWORD};

/// The domain's administrator, who prepares what tests need.
pub struct Admin(Ldap);

impl Admin {
    pub async fn at(address: SocketAddr, ca_file: &Path) -> Self {
        let mut roots = RootCertStore::empty();
        roots
            .add(CertificateDer::from_pem_file(ca_file).expect("a certificate"))
            .expect("a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let settings = LdapConnSettings::new().set_config(Arc::new(tls));
        let url = format!("ldaps://localhost:{}", address.port());
        let (driver, mut ldap) = LdapConnAsync::with_settings(settings, &url)
            .await
            .expect("it listens");
        tokio::spawn(driver.drive());
        let administrator = format!("CN=Administrator,CN=Users,{BASE}");
        let bound = ldap.simple_bind(&administrator, ADMIN_PASSWORD).await;
        bound
            .and_then(ldap3::LdapResult::success)
            .expect("the administrator");
        Self(ldap)
    }

    /// Makes an employee with the image's password; returns the DN.
    pub async fn employ(&self, login: &str) -> String {
        let dn = format!("CN={login},{EMPLOYEES}");
        let quoted = format!("\"{PASSWORD}\"");
        let password: Vec<u8> = quoted.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let value = |text: &str| HashSet::from([text.as_bytes().to_vec()]);
        let attributes = vec![
            (b"objectClass".to_vec(), value("user")),
            (b"sAMAccountName".to_vec(), value(login)),
            (b"displayName".to_vec(), value("Тестов Тест")),
            (b"userAccountControl".to_vec(), value("512")),
            (b"unicodePwd".to_vec(), HashSet::from([password])),
        ];
        let added = self.0.clone().add(&dn, attributes).await;
        added.and_then(ldap3::LdapResult::success).expect("made");
        dn
    }

    pub async fn add(&self, dn: &str, attributes: &[(&str, &str)]) {
        let attributes = attributes
            .iter()
            .map(|&(name, value)| (name, HashSet::from([value])))
            .collect();
        let added = self.0.clone().add(dn, attributes).await;
        added.and_then(ldap3::LdapResult::success).expect("made");
    }

    pub async fn set(&self, dn: &str, values: &[(&str, &str)]) {
        let changes = values
            .iter()
            .map(|&(name, value)| Mod::Replace(name.as_bytes().to_vec(), [value.as_bytes().to_vec()].into()));
        self.modify(dn, changes.collect()).await;
    }

    pub async fn set_bytes(&self, dn: &str, name: &str, value: &[u8]) {
        let change = Mod::Replace(name.as_bytes().to_vec(), [value.to_vec()].into());
        self.modify(dn, vec![change]).await;
    }

    pub async fn join(&self, group: &str, member: &str) {
        let dn = if group.contains('=') {
            group.to_owned()
        } else {
            format!("CN={group},OU=Groups,{BASE}")
        };
        let change = Mod::Add(b"member".to_vec(), [member.as_bytes().to_vec()].into());
        self.modify(&dn, vec![change]).await;
    }

    /// A value of whatever has the `sAMAccountName`.
    pub async fn value(&self, login: &str, attribute: &str) -> Option<String> {
        let filter = format!("(sAMAccountName={})", ldap_escape(login));
        let found = self
            .0
            .clone()
            .search(BASE, Scope::Subtree, &filter, [attribute])
            .await;
        let (found, _) = found.and_then(ldap3::SearchResult::success).expect("found");
        let entry = found.into_iter().find(|entry| !entry.is_ref())?;
        SearchEntry::construct(entry).attrs.remove(attribute)?.pop()
    }

    async fn modify(&self, dn: &str, changes: Vec<Mod<Vec<u8>>>) {
        let modified = self.0.clone().modify(dn, changes).await;
        modified.and_then(ldap3::LdapResult::success).expect("changed");
    }
}
