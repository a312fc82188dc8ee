use ldap3::Mod;
use uuid::Uuid;

use super::create::attribute;
use super::record::Entry;
use super::{Name, PersonnelError, Record};
use crate::connection::Change;
use crate::ldap::{ACCOUNT_DISABLED, LdapDirectory};

impl LdapDirectory {
    pub(super) async fn rename_employee(&self, id: Uuid, name: &Name) -> Result<Record, PersonnelError> {
        self.replace(
            id,
            &[
                ("givenName", name.given.expose()),
                ("sn", name.surname.expose()),
                ("displayName", name.display().expose()),
            ],
        )
        .await
    }

    /// One bit of many.
    pub(super) async fn enable_employee(&self, id: Uuid, enabled: bool) -> Result<Record, PersonnelError> {
        let Entry { control, .. } = self.entry_of(id).await?;
        let bits = if enabled {
            control & !ACCOUNT_DISABLED
        } else {
            control | ACCOUNT_DISABLED
        };
        self.replace(id, &[("userAccountControl", &bits.to_string())])
            .await
    }

    pub(super) async fn unlock_employee(&self, id: Uuid) -> Result<Record, PersonnelError> {
        self.replace(id, &[("lockoutTime", "0")]).await
    }

    pub(super) async fn delete_employee(&self, id: Uuid) -> Result<Record, PersonnelError> {
        let record = self.find_employee(id).await?;
        let Entry { dn, .. } = self.entry_of(id).await?;
        self.make(Change::Delete(dn)).await?;
        Ok(record)
    }

    async fn replace(&self, id: Uuid, values: &[(&str, &str)]) -> Result<Record, PersonnelError> {
        let Entry { dn, .. } = self.entry_of(id).await?;
        let changes = values.iter().map(|(name, value)| {
            let (name, values) = attribute(name, value);
            Mod::Replace(name, values)
        });
        self.make(Change::Modify(dn, changes.collect())).await?;
        self.find_employee(id).await
    }
}
