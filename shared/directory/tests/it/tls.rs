use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use directory::{DirectoryConfig, LdapDirectory, SignInError};
use embedded::ldap::{DEMO_PASSWORD, Server, demo};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::support::{config, serve, sign_in, urls};

/// The embedded directory behind encryption, with a certificate for `localhost` that only its own file vouches for.
struct Encrypted {
    address: SocketAddr,
    ca_file: PathBuf,
    _server: Server,
    _folder: TempDir,
}

impl Encrypted {
    async fn start(starttls: bool) -> Self {
        let server = serve(&demo()).await;
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
        let folder = tempfile::tempdir().expect("a folder");
        let ca_file = folder.path().join("ca.pem");
        std::fs::write(&ca_file, cert.pem()).expect("written");
        let key = PrivateKeyDer::try_from(signing_key.serialize_der()).expect("a key");
        let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .expect("they belong together");
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (acceptor, inner) = (TlsAcceptor::from(Arc::new(tls)), server.addr());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(encrypt(stream, acceptor.clone(), inner, starttls));
            }
        });
        Self {
            address,
            ca_file,
            _server: server,
            _folder: folder,
        }
    }

    fn config(&self, url: &str) -> DirectoryConfig {
        let mut config = config(self.address);
        config.url = urls(&[&format!("{url}:{}", self.address.port())]);
        config.ca_file = Some(self.ca_file.clone());
        config
    }
}

async fn encrypt(mut stream: TcpStream, acceptor: TlsAcceptor, inner: SocketAddr, starttls: bool) {
    if starttls {
        // An extended request, message 1 (RFC 4511, 4.14): answered with success.
        let mut request = [0; 64];
        let count = stream.read(&mut request).await.expect("a request");
        assert!(
            request[..count].ends_with(b"1.3.6.1.4.1.1466.20037"),
            "{:?}",
            &request[..count]
        );
        let success = [0x30, 0x0c, 2, 1, 1, 0x78, 7, 0x0a, 1, 0, 4, 0, 4, 0];
        stream.write_all(&success).await.expect("it reads");
    }
    // Clients that do not trust us hang up.
    if let Ok(mut stream) = acceptor.accept(stream).await {
        let mut inner = TcpStream::connect(inner).await.expect("it listens");
        let _ = copy_bidirectional(&mut stream, &mut inner).await;
    }
}

async fn attempt(config: &DirectoryConfig) -> Result<directory::Employee, SignInError> {
    let directory = LdapDirectory::new(config).expect("complete");
    sign_in(&directory, "courier.petrov", DEMO_PASSWORD).await
}

#[tokio::test]
async fn ldaps_with_the_houses_own_authority() {
    let encrypted = Encrypted::start(false).await;
    let courier = attempt(&encrypted.config("ldaps://localhost"))
        .await
        .expect("trusted");
    assert_eq!(courier.login, "courier.petrov");
}

#[tokio::test]
async fn starttls_with_the_houses_own_authority() {
    let encrypted = Encrypted::start(true).await;
    let mut config = encrypted.config("ldap://localhost");
    config.starttls = true;
    let courier = attempt(&config).await.expect("trusted");
    assert_eq!(courier.login, "courier.petrov");
}

#[tokio::test]
async fn nobody_is_told_a_password_who_is_not_the_directory() {
    let encrypted = Encrypted::start(false).await;
    let other = Encrypted::start(false).await;
    // Another authority, the system's ones, another name than the certificate's.
    let mut stranger = encrypted.config("ldaps://localhost");
    stranger.ca_file = Some(other.ca_file.clone());
    let mut system = encrypted.config("ldaps://localhost");
    system.ca_file = None;
    let named = encrypted.config("ldaps://127.0.0.1");
    for config in [stranger, system, named] {
        let error = attempt(&config).await.expect_err("not trusted");
        assert!(matches!(error, SignInError::Unavailable(_)), "{error:?}");
        assert!(error.to_string().contains("certificate"), "{error}");
    }
}
