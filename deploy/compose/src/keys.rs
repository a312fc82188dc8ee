use std::collections::BTreeMap;

use anyhow::Context as _;
use garnitur::{DATABASES, Secrets};
use serde::{Deserialize, Serialize};

use crate::folder::Folder;

/// Everything secret of a shop in containers, from which each container's part is written.
#[derive(Serialize, Deserialize)]
pub struct Keys {
    /// What the services prove themselves with, as in the shop of one process.
    pub shop: Secrets,
    /// Each database server's superuser, by the database's name.
    pub postgres: BTreeMap<String, String>,
    /// Each user of the event servers.
    pub nats: BTreeMap<String, String>,
    /// The domain's administrator.
    pub directory_administrator: String,
    /// The account with which the services search the directory.
    pub directory_service: String,
}

/// Users of the event servers: the services, and who makes streams.
pub const NATS_USERS: [&str; 4] = ["catalog", "orders", "backoffice", "setup"];

/// The file with all of them; no container gets it.
const FILE: &str = "all.toml";

impl Keys {
    fn make() -> Self {
        let named = |name: &str| (name.to_owned(), kernel::random::token());
        Self {
            shop: Secrets::make(),
            postgres: DATABASES.iter().map(|database| named(database.name)).collect(),
            nats: NATS_USERS.into_iter().map(named).collect(),
            directory_administrator: password(),
            directory_service: password(),
        }
    }

    /// Those of the folder; made and kept there when there are none.
    pub fn load_or_make(folder: &Folder) -> anyhow::Result<Self> {
        if let Some(text) = folder.read(FILE)? {
            return toml::from_str(&text).with_context(|| format!("{FILE} is damaged"));
        }
        let keys = Self::make();
        folder.keep(FILE, &toml::to_string(&keys)?)?;
        Ok(keys)
    }
}

/// A random one that fits the password policy of any domain: three kinds of characters.
fn password() -> String {
    format!("Aa1-{}", kernel::random::token())
}
