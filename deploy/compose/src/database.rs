use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context as _;
use garnitur::DATABASES;
use pg::{DatabaseSpec, RoleSpec};
use serde::{Deserialize, Serialize};

/// What making one database takes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSecrets {
    /// Address with a role that may make databases and roles.
    pub admin_url: String,
    /// Each role's password.
    pub roles: BTreeMap<String, String>,
}

/// Makes the database `name` with its roles. Fails when there is no such database in the shop, when the file lacks
/// a role's password, or when the server refuses.
pub async fn provide(name: &str, secrets: &Path) -> anyhow::Result<()> {
    let text =
        std::fs::read_to_string(secrets).with_context(|| format!("cannot read {}", secrets.display()))?;
    let secrets: DatabaseSecrets =
        toml::from_str(&text).with_context(|| format!("{} is damaged", secrets.display()))?;
    let database = DATABASES
        .iter()
        .find(|database| database.name == name)
        .with_context(|| format!("the shop has no database {name}"))?;
    let role = |name: &'static str| {
        let password = secrets.roles.get(name);
        let password = password.with_context(|| format!("there is no password of {name}"))?;
        anyhow::Ok(RoleSpec { name, password })
    };
    let roles = database
        .roles
        .iter()
        .map(|name| role(name))
        .collect::<Result<Vec<_>, _>>()?;
    let spec = DatabaseSpec {
        name: database.name,
        owner: role(database.owner)?,
        roles: &roles,
    };
    pg::provision(&secrets.admin_url, &spec).await?;
    println!("The database {name} is there.");
    Ok(())
}
