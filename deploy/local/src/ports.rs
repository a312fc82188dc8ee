//! Which part of the shop listens where.

/// The ports of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// The customers' origin: pages, and the public interfaces of catalog and orders.
    pub customers: u16,
    /// The employees' portal.
    pub portal: u16,
    /// The payment simulator.
    pub payments: u16,
    /// The employees' face of catalog.
    pub catalog_staff: u16,
    /// The employees' face of orders.
    pub orders_staff: u16,
    /// The employees' face of backoffice.
    pub backoffice_staff: u16,
    /// The internal face of catalog, with health and metrics.
    pub catalog_internal: u16,
    /// The internal face of orders, with health and metrics.
    pub orders_internal: u16,
    /// The internal face of backoffice, with health and metrics.
    pub backoffice_internal: u16,
    /// Health and metrics of the storefront.
    pub storefront_internal: u16,
    /// Health and metrics of the portal.
    pub portal_internal: u16,
    /// The directory.
    pub ldap: u16,
    /// The file server.
    pub nfs: u16,
    /// The databases.
    pub postgres: u16,
}

impl Ports {
    /// The ports that the documentation names, each `offset` higher.
    pub const fn standard(offset: u16) -> Self {
        Self {
            customers: 8080 + offset,
            portal: 8081 + offset,
            payments: 8090 + offset,
            catalog_staff: 8111 + offset,
            orders_staff: 8112 + offset,
            backoffice_staff: 8113 + offset,
            catalog_internal: 8121 + offset,
            orders_internal: 8122 + offset,
            backoffice_internal: 8123 + offset,
            storefront_internal: 8124 + offset,
            portal_internal: 8125 + offset,
            ldap: 3389 + offset,
            nfs: 12049 + offset,
            postgres: 15432 + offset,
        }
    }

    /// Each of what `next` answers.
    pub fn of(mut next: impl FnMut() -> u16) -> Self {
        Self {
            customers: next(),
            portal: next(),
            payments: next(),
            catalog_staff: next(),
            orders_staff: next(),
            backoffice_staff: next(),
            catalog_internal: next(),
            orders_internal: next(),
            backoffice_internal: next(),
            storefront_internal: next(),
            portal_internal: next(),
            ldap: next(),
            nfs: next(),
            postgres: next(),
        }
    }

    /// Every port with what listens there.
    pub fn named(&self) -> [(&'static str, u16); 14] {
        [
            ("customers' site", self.customers),
            ("employees' portal", self.portal),
            ("payment simulator", self.payments),
            ("catalog for employees", self.catalog_staff),
            ("orders for employees", self.orders_staff),
            ("backoffice for employees", self.backoffice_staff),
            ("catalog, internal", self.catalog_internal),
            ("orders, internal", self.orders_internal),
            ("backoffice, internal", self.backoffice_internal),
            ("storefront, internal", self.storefront_internal),
            ("portal, internal", self.portal_internal),
            ("directory", self.ldap),
            ("file server", self.nfs),
            ("PostgreSQL", self.postgres),
        ]
    }
}
