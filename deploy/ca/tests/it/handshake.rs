//! Certificates in rustls handshakes, over buffers instead of a network.

use std::sync::Arc;

use ca::{Authority, Issued, Leaf, Validity};
use kernel::{Clock as _, SystemClock};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{ClientConfig, ClientConnection, Error, RootCertStore, ServerConfig, ServerConnection};
use time::Duration;

fn authority() -> Authority {
    Authority::create("test", Validity::days(SystemClock.now(), 30)).expect("an authority")
}

fn issue(authority: &Authority, leaf: &Leaf) -> Issued {
    let validity = Validity::days(SystemClock.now(), 1);
    authority.issue(leaf, validity).expect("a certificate")
}

fn leaf(name: &str) -> Leaf {
    Leaf::new(name).expect("a good name")
}

fn parts(issued: &Issued) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    (
        CertificateDer::pem_slice_iter(issued.certificate.as_bytes())
            .collect::<Result<_, _>>()
            .unwrap(),
        PrivateKeyDer::from_pem_slice(issued.key.as_bytes()).unwrap(),
    )
}

/// Both sides trust `trusted`; `Ok` when both accept the other.
fn shake(trusted: &Authority, server: &Issued, client: &Issued, name: &str) -> Result<(), Error> {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from_pem_slice(trusted.certificate().as_bytes()).unwrap())
        .unwrap();
    let roots = Arc::new(roots);
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&provider));
    let (chain, key) = parts(server);
    let server = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(chain, key)?;
    let (chain, key) = parts(client);
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)?;
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let mut client = ClientConnection::new(Arc::new(client), name)?;
    let mut server = ServerConnection::new(Arc::new(server))?;
    while client.is_handshaking() || server.is_handshaking() {
        let mut wire = Vec::new();
        client.write_tls(&mut wire).unwrap();
        server.read_tls(&mut wire.as_slice()).unwrap();
        server.process_new_packets()?;
        let mut wire = Vec::new();
        server.write_tls(&mut wire).unwrap();
        client.read_tls(&mut wire.as_slice()).unwrap();
        client.process_new_packets()?;
    }
    Ok(())
}

#[test]
fn certificates_serve_and_call() {
    let authority = authority();
    let server = issue(
        &authority,
        &leaf("orders").dns("orders.site1.test").ip([127, 0, 0, 1].into()),
    );
    let client = issue(&authority, &leaf("storefront"));
    for name in ["orders", "orders.site1.test", "127.0.0.1"] {
        shake(&authority, &server, &client, name).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for name in ["storefront", "127.0.0.2"] {
        let error = shake(&authority, &server, &client, name).expect_err("another's name");
        assert!(matches!(error, Error::InvalidCertificate(_)), "{error}");
    }
}

#[test]
fn another_authoritys_certificates_are_refused() {
    let (ours, other) = (authority(), authority());
    let (server, client) = (issue(&ours, &leaf("orders")), issue(&ours, &leaf("catalog")));
    shake(&ours, &server, &client, "orders").expect("of one authority");
    let forged = issue(&other, &leaf("orders"));
    shake(&ours, &forged, &client, "orders").expect_err("a server of another authority");
    let forged = issue(&other, &leaf("catalog"));
    shake(&ours, &server, &forged, "orders").expect_err("a client of another authority");
}

#[test]
fn a_certificate_that_ran_out_is_refused() {
    let (authority, now) = (authority(), SystemClock.now());
    let server = issue(&authority, &leaf("orders"));
    let past = Validity {
        from: now - Duration::days(2),
        until: now - Duration::minutes(1),
    };
    let late = authority.issue(&leaf("catalog"), past).unwrap();
    shake(&authority, &server, &late, "orders").expect_err("it ran out");
}

/// A service's key cannot make itself an authority.
#[test]
fn a_service_certificate_signs_nothing() {
    let authority = authority();
    let catalog = issue(&authority, &leaf("catalog"));
    let own = Authority::load(catalog.certificate.clone(), catalog.key.clone()).unwrap();
    let mut forged = issue(&own, &leaf("orders"));
    forged.certificate.push_str(&catalog.certificate);
    shake(&authority, &forged, &catalog, "orders").expect_err("signed by a service");
}
