use std::collections::BTreeSet;

use contracts::backoffice::Role;
use ldap3::{Mod, ldap_escape};
use uuid::Uuid;

use super::create::attribute;
use super::record::Entry;
use super::{PersonnelError, Record};
use crate::connection::Change;
use crate::entry::text;
use crate::ldap::LdapDirectory;

impl LdapDirectory {
    /// Takes roles away first: when something goes wrong in between, an employee may too little, not too much.
    #[tracing::instrument(name = "directory.set_roles", skip_all, fields(%id))]
    pub(super) async fn set_employees_roles(
        &self,
        id: Uuid,
        roles: &[Role],
    ) -> Result<Record, PersonnelError> {
        let Entry { dn, .. } = self.entry_of(id).await?;
        let wanted: BTreeSet<Role> = roles.iter().copied().collect();
        let groups = self.role_groups().await?;
        for (group, group_dn) in self.direct_groups(&dn).await? {
            if !self.roles_by(&group).is_subset(&wanted) {
                let (member, who) = attribute("member", &dn);
                self.make(Change::Modify(group_dn, vec![Mod::Delete(member, who)]))
                    .await?;
            }
        }
        let had: BTreeSet<Role> = self.roles_of(&dn).await?.into_iter().collect();
        for &role in wanted.difference(&had) {
            // A group that gives nothing that is not wanted.
            let fitting = |name: &str| {
                let given = self.roles_by(name);
                given.contains(&role) && given.is_subset(&wanted)
            };
            let group = groups.iter().find(|(name, _)| fitting(name));
            let (_, group_dn) = group.ok_or(PersonnelError::NoGroup(role))?;
            let (member, who) = attribute("member", &dn);
            self.make(Change::Modify(group_dn.clone(), vec![Mod::Add(member, who)]))
                .await?;
        }
        let record = self.find_employee(id).await?;
        match record.roles.iter().find(|role| !wanted.contains(role)) {
            Some(&inherited) => Err(PersonnelError::Inherited(inherited)),
            None => Ok(record),
        }
    }

    /// Groups that give roles and that have the entry itself as a member: name and DN.
    async fn direct_groups(&self, dn: &str) -> Result<Vec<(String, String)>, PersonnelError> {
        if self.groups.is_empty() {
            return Ok(Vec::new());
        }
        let filter = format!("(&{}(member={}))", self.group_filter(), ldap_escape(dn));
        let groups = self.search(&filter, &["sAMAccountName"]).await?;
        let named = groups
            .into_iter()
            .filter_map(|group| Some((text(&group, "sAMAccountName")?.to_owned(), group.dn)));
        Ok(named.collect())
    }
}
