use auth::{RoleSet, roles};
use contracts::backoffice::Role;
use web::key;

/// A part of the portal. Who may enter is decided by the staff faces; the menu only follows them (SEC-1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Orders to pack (WH-2).
    Orders,
    /// What lies in the warehouses (WH-1).
    Stock,
    /// The audit (AUD-1).
    Audit,
    /// Feature toggles (CFG-1).
    Toggles,
}

impl Section {
    /// All, in the menu's order.
    pub const ALL: [Self; 4] = [Self::Orders, Self::Stock, Self::Audit, Self::Toggles];

    /// Where it begins.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Orders => "/",
            Self::Stock => "/stock",
            Self::Audit => "/audit",
            Self::Toggles => "/settings/toggles",
        }
    }

    /// The text that names it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Orders => key("nav-orders"),
            Self::Stock => key("nav-stock"),
            Self::Audit => key("nav-audit"),
            Self::Toggles => key("nav-toggles"),
        }
    }

    /// Whether a path is in it.
    pub fn has(self, path: &str) -> bool {
        match self {
            Self::Orders => path == "/" || path.starts_with("/orders/"),
            Self::Stock | Self::Audit | Self::Toggles => path == self.path(),
        }
    }

    /// Whether someone with one of these roles may enter.
    pub fn is_open_to(self, owned: &[Role]) -> bool {
        owned.iter().any(|&role| match self {
            Self::Orders => roles::Warehouse::allows(role),
            Self::Stock => <(
                roles::Warehouse,
                roles::Assortment,
                roles::Administrator,
                roles::Support,
            )>::allows(role),
            Self::Audit => <(roles::Security, roles::Administrator)>::allows(role),
            Self::Toggles => roles::Administrator::allows(role),
        })
    }
}
