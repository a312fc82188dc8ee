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

    /// Makes services fall silent: they stay connected and answer nothing until [`Compose::wake`].
    ///
    /// By signals, not by `docker pause`: the freezer of cgroup v1 is given up by runc when something starts in the
    /// container meanwhile, as health checks do (opencontainers/runc#2791).
    pub fn silence(services: &[&str]) {
        // The first process, which no signal from inside reaches, before those it would start anew.
        Self::docker(&["kill", "--signal", "STOP"], services);
        for service in services {
            signal_others(service, "STOP");
        }
    }

    /// Lets services go on that were made to fall silent.
    pub fn wake(services: &[&str]) {
        for service in services {
            signal_others(service, "CONT");
        }
        Self::docker(&["kill", "--signal", "CONT"], services);
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

    /// Gives the new version of site 1 a share of its requests, in percent.
    pub fn share(percent: u8) {
        Self::call(&["share", &percent.to_string()]);
    }

    /// Runs statements in a database, each by itself, as whoever may do everything.
    pub fn sql(database: &str, statements: &[String]) {
        const SCRIPT: &str = "PGPASSWORD=$(<\"$PASSWORD_FILE\") exec psql -qAt -v ON_ERROR_STOP=1 -h 127.0.0.1 -U postgres \"$@\"";
        let service = format!("{database}-database");
        let mut words = vec![
            "exec", "-T", &service, "bash", "-c", SCRIPT, "sql", "-d", database,
        ];
        for statement in statements {
            words.extend(["-c", statement]);
        }
        Self::call(&words);
    }

    /// What an engine knows of a service's container, in the words of its templates.
    pub fn inspect(service: &str, template: &str) -> String {
        let known = run(Command::new("docker").args(["inspect", "--format", template, &container(service)]));
        known.trim().to_owned()
    }

    /// The figures of the geo-balancer.
    pub fn balancer() -> Api {
        Api::new(format!("http://{}:8404", address("geo")))
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

/// An address of a service's container. It can be reached from its host.
fn address(service: &str) -> IpAddr {
    let all = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}";
    let addresses = Compose::inspect(service, all);
    addresses
        .split_whitespace()
        .next()
        .and_then(|address| address.parse().ok())
        .unwrap_or_else(|| panic!("{service} has no address: {addresses}"))
}

/// The internal face of a service, called as another one.
fn internal(service: &str, caller: &str) -> Api {
    let replica = format!("{service}-a");
    let folder = root().join("deploy/compose/secrets/tls").join(caller);
    let pem = ["certificate.pem", "key.pem"].map(|file| {
        std::fs::read(folder.join(file)).expect("root, or the user of the containers, may read certificates")
    });
    let identity = reqwest::Identity::from_pem(&pem.concat()).expect("a certificate and its key");
    let client = client()
        .resolve(&replica, (address(&replica), 0).into())
        .identity(identity);
    Api::through(client, format!("https://{replica}:8081"))
}

/// A network's name in the engine.
fn of_project(network: &str) -> String {
    let project = std::env::var("GARNITUR_PROJECT").unwrap_or_else(|_| "garnitur".to_owned());
    format!("{project}_{network}")
}

/// Sends a signal to all processes of a service's container but its first, which may be the only one.
fn signal_others(service: &str, signal: &str) {
    let all = format!("kill -s {signal} -- -1");
    let words = ["exec", &container(service), "sh", "-c", &all];
    let done = Command::new("docker").args(words).output();
    let done = done.expect("the command is there");
    let said = String::from_utf8_lossy(&done.stderr);
    let alone = said.contains("No such process");
    assert!(done.status.success() || alone, "{service}, {all}: {said}");
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
