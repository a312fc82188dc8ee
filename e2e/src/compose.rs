use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Api, Operator, client};

/// The running shop of `make compose`.
#[derive(Debug, Clone)]
pub struct Compose {
    /// Where customers come to.
    pub site: String,
    /// Where employees come to.
    pub portal: String,
}

impl Compose {
    /// The shop that runs on this machine. Panics when the tests were not told to trust its authority.
    pub fn running() -> Self {
        assert!(
            std::env::var_os("GARNITUR_CA").is_some(),
            "GARNITUR_CA must name the certificate of the authority: make compose-test sets it"
        );
        let port = |name: &str, standard: &str| std::env::var(name).unwrap_or_else(|_| standard.to_owned());
        Self {
            site: format!("https://shop.localhost:{}", port("GARNITUR_PORT", "8443")),
            portal: format!(
                "https://portal.localhost:{}",
                port("GARNITUR_PORTAL_PORT", "8444")
            ),
        }
    }

    /// Calls `scripts/compose`. Panics, with what it says, when it fails.
    pub fn call(words: &[&str]) -> String {
        run(Command::new(root().join("scripts/compose")).args(words))
    }

    /// Calls `docker` with words and then the containers of services.
    pub fn docker(words: &[&str], services: &[&str]) {
        let containers: Vec<String> = services.iter().map(|service| container(service)).collect();
        run(Command::new("docker").args(words).args(containers));
    }

    /// Takes services off a network of the shop: what they reach over it is gone for them, whatever state it is in.
    pub fn cut(network: &str, services: &[&str]) {
        for service in services {
            let command = ["network", "disconnect", &of_project(network), &container(service)];
            run(Command::new("docker").args(command));
        }
    }

    /// Puts them on it again, under their names.
    pub fn join(network: &str, services: &[&str]) {
        for service in services {
            let (network, container) = (of_project(network), container(service));
            let command = ["network", "connect", "--alias", service, &network, &container];
            run(Command::new("docker").args(command));
        }
    }

    /// Looks behind the counter, as services do: with their certificates, at the replicas `a` of server 3.
    pub fn operator() -> Operator {
        Operator {
            catalog: internal("catalog", "orders"),
            orders: internal("orders", "catalog"),
            backoffice: internal("backoffice", "orders"),
        }
    }
}

/// The internal face of a service, called as another one. Containers' addresses can be reached from their host.
fn internal(service: &str, caller: &str) -> Api {
    let replica = format!("{service}-a");
    let addresses = run(Command::new("docker").args([
        "inspect",
        "--format",
        "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}",
        &container(&replica),
    ]));
    let address: IpAddr = addresses
        .split_whitespace()
        .next()
        .and_then(|address| address.parse().ok())
        .unwrap_or_else(|| panic!("{replica} has no address: {addresses}"));
    let folder = root().join("deploy/compose/secrets/tls").join(caller);
    let pem = ["certificate.pem", "key.pem"].map(|file| {
        std::fs::read(folder.join(file)).expect("root, or the user of the containers, may read certificates")
    });
    let identity = reqwest::Identity::from_pem(&pem.concat()).expect("a certificate and its key");
    let client = client().resolve(&replica, (address, 0).into()).identity(identity);
    Api::through(client, format!("https://{replica}:8081"))
}

/// A network's name in the engine.
fn of_project(network: &str) -> String {
    let project = std::env::var("GARNITUR_PROJECT").unwrap_or_else(|_| "garnitur".to_owned());
    format!("{project}_{network}")
}

/// Also of one that does not run.
fn container(service: &str) -> String {
    let id = Compose::call(&["ps", "-a", "-q", service]);
    assert!(!id.trim().is_empty(), "there is no {service}: make compose");
    id.trim().to_owned()
}

fn run(command: &mut Command) -> String {
    let done = command.output().expect("the command is there");
    assert!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8_lossy(&done.stdout).into_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
