//! The three isolated databases and the role of each face (INF-3, INF-7).

use pg::{DatabaseSpec, RoleSpec};

use crate::Secrets;

/// A database, who owns it and who may connect to it.
#[derive(Debug, Clone, Copy)]
pub struct Database {
    /// Its name.
    pub name: &'static str,
    /// Its owner, who migrates it.
    pub owner: &'static str,
    /// The faces' roles.
    pub roles: &'static [&'static str],
}

/// Every database of the shop.
pub const DATABASES: [Database; 3] = [
    Database {
        name: "catalog",
        owner: "catalog_owner",
        roles: &["catalog_edge", "catalog_staff", "catalog_internal"],
    },
    Database {
        name: "orders",
        owner: "orders_owner",
        roles: &["orders_edge", "orders_staff", "orders_internal"],
    },
    Database {
        name: "internal",
        owner: "backoffice_owner",
        roles: &["backoffice_staff", "backoffice_internal"],
    },
];

impl Database {
    /// The owner and the faces' roles.
    pub fn all_roles(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.owner).chain(self.roles.iter().copied())
    }
}

/// Makes roles and databases where they are missing. Fails when the server refuses.
pub async fn provide(admin_url: &str, secrets: &Secrets) -> Result<(), pg::ProvisionError> {
    let role = |name: &&'static str| RoleSpec {
        name,
        password: &secrets.roles[*name],
    };
    for database in &DATABASES {
        let roles: Vec<RoleSpec<'_>> = database.roles.iter().map(role).collect();
        let spec = DatabaseSpec {
            name: database.name,
            owner: role(&database.owner),
            roles: &roles,
        };
        pg::provision(admin_url, &spec).await?;
    }
    Ok(())
}

/// The address at which `role` reaches its database on the server at `port`.
///
/// # Panics
/// When there is no such role.
pub fn url(secrets: &Secrets, port: u16, role: &str) -> String {
    let database = DATABASES
        .iter()
        .find(|database| database.all_roles().any(|known| known == role));
    let database = database.expect("a role of one of our databases").name;
    format!(
        "postgres://{role}:{}@127.0.0.1:{port}/{database}",
        secrets.roles[role]
    )
}
