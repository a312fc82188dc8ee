use std::collections::{BTreeSet, HashMap};

use contracts::backoffice::Role;
use ldap3::{Scope, SearchEntry, ldap_escape};
use uuid::Uuid;

use super::record::{ATTRIBUTES, Entry};
use super::{PersonnelError, Record};
use crate::connection::Question;
use crate::entry::{guid, text};
use crate::ldap::{IN_CHAIN, LdapDirectory};

/// Computers are users, too, to AD.
const PEOPLE: &str = "(objectCategory=person)(objectClass=user)";

impl LdapDirectory {
    #[tracing::instrument(name = "directory.employees", skip_all)]
    pub(super) async fn list_employees(&self) -> Result<Vec<Record>, PersonnelError> {
        let entries = self.below(&format!("(&{PEOPLE})"), &ATTRIBUTES).await?;
        let roles = self.roles_of_all().await?;
        let mut records: Vec<Record> = entries
            .iter()
            .filter_map(Entry::read)
            .map(|Entry { record, .. }| Record {
                roles: roles.get(&record.id).into_iter().flatten().copied().collect(),
                ..record
            })
            .collect();
        records.sort_by(|one, other| one.login.cmp(&other.login));
        Ok(records)
    }

    pub(super) async fn find_employee(&self, id: Uuid) -> Result<Record, PersonnelError> {
        let Entry { dn, record, .. } = self.entry_of(id).await?;
        let roles = self.roles_of(&dn).await?;
        Ok(Record { roles, ..record })
    }

    pub(super) async fn entry_of(&self, id: Uuid) -> Result<Entry, PersonnelError> {
        let bytes = id.to_bytes_le();
        let bytes: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
        let filter = format!("(&{PEOPLE}(objectGUID={bytes}))");
        let found = self.below(&filter, &ATTRIBUTES).await?;
        found
            .first()
            .and_then(Entry::read)
            .ok_or(PersonnelError::NotFound)
    }

    async fn below(&self, filter: &str, attributes: &[&str]) -> Result<Vec<SearchEntry>, PersonnelError> {
        let base = self
            .employees_dn
            .as_deref()
            .ok_or(PersonnelError::NotConfigured)?;
        let question = Question {
            base,
            scope: Scope::Subtree,
            filter,
            attributes,
        };
        Ok(self.ask(&question).await?)
    }

    /// What each employee may who may anything: a question for each group, not for each employee.
    async fn roles_of_all(&self) -> Result<HashMap<Uuid, BTreeSet<Role>>, PersonnelError> {
        let mut roles: HashMap<Uuid, BTreeSet<Role>> = HashMap::new();
        for (group, dn) in self.role_groups().await? {
            let given = self.roles_by(&group);
            let dn = ldap_escape(dn);
            let filter = format!("(&{PEOPLE}(|(memberOf={dn})(memberOf:{IN_CHAIN}:={dn})))");
            for member in self.below(&filter, &["objectGUID"]).await? {
                if let Some(id) = guid(&member) {
                    roles.entry(id).or_default().extend(&given);
                }
            }
        }
        Ok(roles)
    }

    /// The groups that give roles and that the directory has: name and DN.
    pub(super) async fn role_groups(&self) -> Result<Vec<(String, String)>, PersonnelError> {
        if self.groups.is_empty() {
            return Ok(Vec::new());
        }
        let filter = format!("(&{})", self.group_filter());
        let groups = self.search(&filter, &["sAMAccountName"]).await?;
        let named = groups
            .into_iter()
            .filter_map(|group| Some((text(&group, "sAMAccountName")?.to_owned(), group.dn)));
        Ok(named.collect())
    }
}
