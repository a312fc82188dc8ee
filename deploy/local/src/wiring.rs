//! The configuration of each service: who listens where, who calls whom, with which role and token.

use embedded::{ldap, nfs};
use serde_json::{Value, json};
use toml::Table;

use crate::{Ports, Secrets, databases};

/// Identifier of the shop at the payment provider.
pub const SHOP_ID: &str = "100500";

/// What the services' configurations are made of.
#[derive(Debug, Clone)]
pub struct Wiring {
    /// Where everything listens.
    pub ports: Ports,
    /// Passwords, tokens and keys.
    pub secrets: Secrets,
    /// How many seconds an order waits for its payment.
    pub pay_within: u32,
    /// How many seconds longer its stock is held.
    pub grace: u32,
    /// How many orders a delivery window of a zone takes.
    pub slot_capacity: u32,
    /// How much memory PostgreSQL keeps its pages in, as its setting `shared_buffers` says it.
    pub shared_buffers: String,
    /// How many connections the customers' face of catalog opens at most, if not as many as by default.
    pub edge_connections: Option<u32>,
    /// Base address of an OTLP collector, if there is one.
    pub otlp: Option<url::Url>,
    /// Which log lines are shown.
    pub log: String,
}

impl Wiring {
    /// Configuration of catalog.
    pub fn catalog(&self) -> Table {
        let Ports {
            catalog_staff,
            catalog_internal,
            orders_internal,
            backoffice_internal,
            nfs: files,
            ..
        } = self.ports;
        table(json!({
            "http": {
                "edge": local(self.ports.customers),
                "staff": local(catalog_staff),
                "internal": local(catalog_internal),
            },
            "telemetry": self.telemetry(),
            "database": self.catalog_database(),
            "services": {
                "orders": [http(orders_internal)],
                "backoffice": [http(backoffice_internal)],
                "token": self.secrets.tokens["catalog"],
                "callers": self.tokens_of(&["orders", "backoffice"]),
            },
            "staff": { "public_key": self.secrets.staff.public },
            "files": { "url": format!("nfs://127.0.0.1:{files}{}", nfs::EXPORT) },
        }))
    }

    /// Configuration of orders.
    pub fn orders(&self) -> Table {
        let Ports {
            orders_staff,
            orders_internal,
            catalog_internal,
            backoffice_internal,
            payments,
            ..
        } = self.ports;
        table(json!({
            "http": {
                "edge": local(self.ports.customers),
                "staff": local(orders_staff),
                "internal": local(orders_internal),
            },
            "telemetry": self.telemetry(),
            "database": self.faces("orders"),
            "services": {
                "catalog": [http(catalog_internal)],
                "backoffice": [http(backoffice_internal)],
                "token": self.secrets.tokens["orders"],
                "callers": self.tokens_of(&["catalog", "backoffice"]),
            },
            "ordering": {
                "pay_within_s": self.pay_within,
                "grace_s": self.grace,
                "slot_capacity": self.slot_capacity,
                "site_url": format!("{}/", self.customers_url()),
            },
            "payment": {
                "api_url": format!("{}/v3/", http(payments)),
                "shop_id": SHOP_ID,
                "secret_key": self.secrets.payment,
            },
            "directory": self.directory(),
            "staff": { "public_key": self.secrets.staff.public },
        }))
    }

    /// Configuration of backoffice.
    pub fn backoffice(&self) -> Table {
        let Ports {
            backoffice_staff,
            backoffice_internal,
            catalog_internal,
            orders_internal,
            ..
        } = self.ports;
        table(json!({
            "http": { "staff": local(backoffice_staff), "internal": local(backoffice_internal) },
            "telemetry": self.telemetry(),
            "database": {
                "owner": self.database("backoffice_owner"),
                "staff": self.database("backoffice_staff"),
                "internal": self.database("backoffice_internal"),
            },
            "services": {
                "catalog": [http(catalog_internal)],
                "orders": [http(orders_internal)],
                "token": self.secrets.tokens["backoffice"],
                "callers": self.tokens_of(&["catalog", "orders", "portal"]),
            },
            "directory": self.directory(),
            "staff": { "private_key": self.secrets.staff.private },
        }))
    }

    /// Configuration of the storefront.
    pub fn storefront(&self) -> Table {
        let customers = http(self.ports.customers);
        table(json!({
            "http": { "edge": local(self.ports.customers), "internal": local(self.ports.storefront_internal) },
            "telemetry": self.telemetry(),
            "web": { "cookie_key": self.secrets.cookies.storefront },
            "catalog_urls": [customers],
            "orders_urls": [customers],
            "payment_origins": [self.payments_url()],
        }))
    }

    /// Configuration of the portal.
    pub fn portal(&self) -> Table {
        let Ports {
            portal,
            portal_internal,
            catalog_staff,
            orders_staff,
            backoffice_staff,
            backoffice_internal,
            ..
        } = self.ports;
        table(json!({
            "http": { "staff": local(portal), "internal": local(portal_internal) },
            "telemetry": self.telemetry(),
            "web": { "cookie_key": self.secrets.cookies.portal },
            "catalog_urls": [http(catalog_staff)],
            "orders_urls": [http(orders_staff)],
            "backoffice_urls": [http(backoffice_staff)],
            "services": {
                "backoffice": [http(backoffice_internal)],
                "token": self.secrets.tokens["portal"],
            },
        }))
    }

    /// Address of the customers' site.
    pub fn customers_url(&self) -> String {
        format!("http://localhost:{}", self.ports.customers)
    }

    /// Address of the employees' portal.
    pub fn portal_url(&self) -> String {
        format!("http://localhost:{}", self.ports.portal)
    }

    /// Origin of the payment provider's pages.
    pub fn payments_url(&self) -> String {
        format!("http://localhost:{}", self.ports.payments)
    }

    /// Where the payment provider sends its news.
    pub fn webhook_url(&self) -> String {
        format!("{}/api/orders/v1/payments/webhook", http(self.ports.customers))
    }

    /// The address of a role's database.
    pub fn database(&self, role: &str) -> String {
        databases::url(&self.secrets, self.ports.postgres, role)
    }

    fn catalog_database(&self) -> Value {
        let mut database = self.faces("catalog");
        if let Some(connections) = self.edge_connections {
            database["edge_connections"] = connections.into();
        }
        database
    }

    fn faces(&self, service: &str) -> Value {
        let url = |face: &str| self.database(&format!("{service}_{face}"));
        json!({
            "owner": url("owner"), "edge": url("edge"), "staff": url("staff"), "internal": url("internal"),
        })
    }

    fn directory(&self) -> Value {
        let domain = ldap::demo();
        json!({
            "url": format!("ldap://127.0.0.1:{}", self.ports.ldap),
            "bind_dn": domain.service_dn(ldap::SERVICE_LOGIN),
            "bind_password": ldap::SERVICE_PASSWORD,
            "base_dn": domain.base_dn(),
            "employees_dn": domain.employees_dn(),
        })
    }

    fn telemetry(&self) -> Value {
        let mut section = json!({ "log_format": "pretty", "log_filter": self.log });
        if let Some(collector) = &self.otlp {
            section["otlp_endpoint"] = json!(collector);
        }
        section
    }

    fn tokens_of(&self, services: &[&str]) -> Value {
        services
            .iter()
            .map(|service| ((*service).to_owned(), json!(self.secrets.tokens[*service])))
            .collect()
    }
}

fn local(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

fn http(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn table(values: Value) -> Table {
    serde_json::from_value(values).expect("every JSON object without null is a TOML table")
}
