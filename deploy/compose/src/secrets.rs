use std::path::Path;

use anyhow::Context as _;
use garnitur::{DATABASES, Database, SHOP_ID};
use serde_json::{Value, json};

use crate::database::DatabaseSecrets;
use crate::folder::Folder;
use crate::keys::{Keys, NATS_USERS};

/// Writes one file for each container that needs something secret, with what it needs and nothing else. Secrets are
/// made when there are none yet and stay as they are else.
pub fn write(path: &Path, owner: Option<u32>) -> anyhow::Result<()> {
    let folder = Folder::open(path, owner)?;
    let keys = Keys::load_or_make(&folder)?;
    for database in &DATABASES {
        let password = &keys.postgres[database.name];
        folder.write(&format!("postgres-{}", database.name), password)?;
        folder.write(
            &format!("database-{}.toml", database.name),
            &toml::to_string(&database_secrets(&keys, database, password))?,
        )?;
    }
    folder.write("directory-administrator", &keys.directory_administrator)?;
    folder.write("directory-service", &keys.directory_service)?;
    folder.write("payment", &keys.shop.payment)?;
    folder.write("nats-users.conf", &nats_users(&keys))?;
    for user in NATS_USERS {
        folder.write(&format!("nats-{user}"), &keys.nats[user])?;
    }
    for (name, value) in services(&keys) {
        let table: toml::Table =
            serde_json::from_value(value).with_context(|| format!("the secrets of {name}"))?;
        folder.write(&format!("{name}.toml"), &toml::to_string(&table)?)?;
    }
    println!("The secrets are in {}", path.display());
    Ok(())
}

fn database_secrets(keys: &Keys, database: &Database, password: &str) -> DatabaseSecrets {
    DatabaseSecrets {
        admin_url: format!("postgres://postgres:{password}@{}/postgres", host(database.name)),
        roles: database
            .all_roles()
            .map(|role| (role.to_owned(), keys.shop.roles[role].clone()))
            .collect(),
    }
}

/// The server of a database in the compose file.
fn host(database: &str) -> String {
    format!("{database}-database:5432")
}

/// The part of each kind of container. Services know each other by their certificates, not by tokens. On servers 1 and 2 nobody knows a password of an employees' role (INF-3, INF-7).
fn services(keys: &Keys) -> Vec<(&'static str, Value)> {
    let shop = &keys.shop;
    let url = |database: &str, role: &str| {
        format!(
            "postgres://{role}:{}@{}/{database}",
            shop.roles[role],
            host(database)
        )
    };
    let owner = |database: &str, role: &str| json!({ "database": { "owner": url(database, role) } });
    let catalog = |face: &str| {
        json!({
            "database": {
                (face): url("catalog", &format!("catalog_{face}")),
                "internal": url("catalog", "catalog_internal"),
            },
            "staff": { "public_key": shop.staff.public },
        })
    };
    let orders = |face: &str| {
        json!({
            "database": {
                (face): url("orders", &format!("orders_{face}")),
                "internal": url("orders", "orders_internal"),
            },
            "payment": { "shop_id": SHOP_ID, "secret_key": shop.payment },
            "directory": { "bind_password": keys.directory_service },
            "staff": { "public_key": shop.staff.public },
        })
    };
    let backoffice = json!({
        "database": {
            "staff": url("internal", "backoffice_staff"),
            "internal": url("internal", "backoffice_internal"),
        },
        "directory": { "bind_password": keys.directory_service },
        "staff": { "private_key": shop.staff.private },
    });
    vec![
        ("catalog-owner", owner("catalog", "catalog_owner")),
        ("orders-owner", owner("orders", "orders_owner")),
        ("backoffice-owner", owner("internal", "backoffice_owner")),
        ("catalog-edge", catalog("edge")),
        ("catalog-staff", catalog("staff")),
        ("orders-edge", orders("edge")),
        ("orders-staff", orders("staff")),
        ("backoffice", backoffice),
        (
            "storefront",
            json!({ "web": { "cookie_key": shop.cookies.storefront } }),
        ),
        ("portal", json!({ "web": { "cookie_key": shop.cookies.portal } })),
    ]
}

/// Passwords as variables of the server's configuration, which says what each user may do.
fn nats_users(keys: &Keys) -> String {
    let line = |user: &str| format!("{}_password: \"{}\"\n", user, keys.nats[user]);
    NATS_USERS.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn secrets_stay_and_nobody_else_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), None).unwrap();
        let files = || -> Vec<(String, Vec<u8>)> {
            let mut files: Vec<_> = fs::read_dir(folder.path())
                .unwrap()
                .map(|entry| entry.unwrap())
                .map(|entry| {
                    assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o400);
                    (
                        entry.file_name().into_string().unwrap(),
                        fs::read(entry.path()).unwrap(),
                    )
                })
                .collect();
            files.sort();
            files
        };
        let first = files();
        assert!(first.len() > 15, "{}", first.len());
        write(folder.path(), None).unwrap();
        assert_eq!(files(), first);
    }

    #[test]
    fn servers_1_and_2_know_no_password_of_employees_roles_or_the_internal_database() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), None).unwrap();
        let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        for name in ["catalog-edge.toml", "orders-edge.toml", "storefront.toml"] {
            let text = text(name);
            for secret in ["_staff", "_owner", "internal-database", "PRIVATE KEY"] {
                assert!(!text.contains(secret), "{secret} in {name}");
            }
        }
        assert!(text("backoffice.toml").contains("internal-database"));
        assert!(text("orders-staff.toml").contains("orders_staff"));
    }
}
