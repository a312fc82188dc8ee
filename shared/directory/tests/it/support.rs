use std::net::{Ipv4Addr, SocketAddr};

use directory::{Directory as _, DirectoryConfig, Employee, LdapDirectory, SignInError, Urls};
use embedded::ldap::{Domain, SERVICE_LOGIN, SERVICE_PASSWORD, Server, demo};
use kernel::Personal;

pub async fn serve(domain: &Domain) -> Server {
    serve_on(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), domain).await
}

pub async fn serve_on(address: SocketAddr, domain: &Domain) -> Server {
    Server::start(address, domain).await.expect("the port is free")
}

/// The defaults, for the server at an address.
pub fn config(address: SocketAddr) -> DirectoryConfig {
    let domain = demo();
    let mut config = defaults();
    config.url = urls(&[&format!("ldap://{address}")]);
    config.bind_dn = Some(domain.service_dn(SERVICE_LOGIN));
    config.bind_password = Some(Personal::new(SERVICE_PASSWORD.to_owned()));
    config.base_dn = Some(domain.base_dn());
    config
}

/// Addresses in order of preference.
pub fn urls(urls: &[&str]) -> Urls {
    Urls(urls.iter().map(|url| url.parse().expect("an address")).collect())
}

/// A section of which nothing is set.
pub fn defaults() -> DirectoryConfig {
    use confique::Config as _;

    DirectoryConfig::builder().load().expect("nothing is required")
}

pub fn directory(server: &Server) -> LdapDirectory {
    LdapDirectory::new(&config(server.addr())).expect("a complete configuration")
}

pub async fn sign_in(
    directory: &LdapDirectory,
    login: &str,
    password: &str,
) -> Result<Employee, SignInError> {
    directory
        .sign_in(login, &Personal::new(password.to_owned()))
        .await
}
