use std::path::PathBuf;
use std::sync::Arc;

use ca::{Folder, Leaf, Outcome};
use kernel::SystemClock;
use serde_json::{Value, json};
use test_support::free_port;
use toml::Table;

use crate::ServiceName;

/// Certificates of the services by the development CA, and what configurations say of them.
pub struct Certificates {
    folder: PathBuf,
    /// Health checks have no certificate: a port for each service.
    probes: [u16; 3],
}

impl Certificates {
    /// Makes an authority in a folder, and a certificate for each service.
    pub(crate) fn make(folder: PathBuf) -> Self {
        let opened = Folder::open(&folder, Arc::new(SystemClock)).expect("the folder is ours");
        opened.init(30).expect("an authority");
        for service in ServiceName::ALL {
            opened.issue(&leaf(service), 30).expect("a certificate");
        }
        Self {
            folder,
            probes: ServiceName::ALL.map(|_| free_port()),
        }
    }

    /// Replaces the certificates of all services, with new keys, while they run.
    pub fn renew(&self) {
        let opened = Folder::open(&self.folder, Arc::new(SystemClock)).expect("the folder is ours");
        for service in ServiceName::ALL {
            // Another name is asked for, so the one that is there will not do.
            let renewed = leaf(service).dns("renewed.test");
            let outcome = opened.issue(&renewed, 30).expect("a certificate");
            assert_eq!(outcome, Outcome::Renewed);
        }
    }

    pub(crate) const fn probe(&self, service: ServiceName) -> u16 {
        self.probes[service as usize]
    }

    /// Turns a plain configuration into one with mutual TLS between services: no token is left in it.
    pub(crate) fn secure(&self, service: ServiceName, plain: &Table) -> Table {
        let mut table = serde_json::to_value(plain).expect("TOML is JSON");
        let file = |ending: &str| self.folder.join(format!("{}.{ending}", service.name()));
        table["tls"] = json!({
            "certificate": file("pem"),
            "key": file("key"),
            "authorities": self.folder.join("ca.pem"),
            "internal": "mutual",
            "reload_ms": 100,
        });
        table["http"]["probes"] = json!(format!("127.0.0.1:{}", self.probe(service)));
        let services = table["services"].as_object_mut().expect("a section");
        services.remove("token");
        for (key, value) in services {
            match (key.as_str(), value) {
                ("callers", callers) => {
                    let names: Vec<String> = callers.as_object().expect("a map").keys().cloned().collect();
                    *callers = json!(names);
                }
                (_, Value::Array(addresses)) => {
                    for address in addresses {
                        let plain = address.as_str().expect("an address");
                        *address = json!(plain.replace("http://", "https://"));
                    }
                }
                (key, _) => panic!("services.{key} is not known here"),
            }
        }
        serde_json::from_value(table).expect("it stays TOML")
    }
}

fn leaf(service: ServiceName) -> Leaf {
    let leaf = Leaf::new(service.name()).expect("a good name");
    leaf.ip([127, 0, 0, 1].into())
}
