use ldap3::{Scope, dn_escape};
use uuid::Uuid;

use super::password::encoded;
use super::{NewEmployee, PersonnelError, Record};
use crate::connection::{Attribute, Change, Question};
use crate::entry::guid;
use crate::ldap::LdapDirectory;

/// `ADS_UF_NORMAL_ACCOUNT`
const NORMAL_ACCOUNT: &str = "512";

impl LdapDirectory {
    /// One request makes an account with its password, so that there is none without; roles follow, and when they
    /// cannot be given the account is removed again.
    #[tracing::instrument(name = "directory.create_employee", skip_all)]
    pub(super) async fn create_employee(&self, new: &NewEmployee) -> Result<Record, PersonnelError> {
        let below = self
            .employees_dn
            .as_deref()
            .ok_or(PersonnelError::NotConfigured)?;
        let dn = format!("CN={},{below}", dn_escape(new.login.as_str()));
        let principal = format!("{}@{}", new.login, domain_of(&self.base_dn));
        let attributes = vec![
            attribute("objectClass", "user"),
            attribute("sAMAccountName", &new.login),
            attribute("userPrincipalName", &principal),
            attribute("givenName", new.name.given.expose()),
            attribute("sn", new.name.surname.expose()),
            attribute("displayName", new.name.display().expose()),
            attribute("userAccountControl", NORMAL_ACCOUNT),
            // Must be changed.
            attribute("pwdLastSet", "0"),
            attribute("unicodePwd", encoded(&new.password)),
        ];
        self.make(Change::Add(dn.clone(), attributes)).await?;
        let id = self.id_of(&dn).await?;
        match self.set_employees_roles(id, &new.roles).await {
            Ok(record) => Ok(record),
            Err(error) => {
                if let Err(error) = self.make(Change::Delete(dn)).await {
                    tracing::error!(%error, "an account without its roles could not be removed again");
                }
                Err(error)
            }
        }
    }

    async fn id_of(&self, dn: &str) -> Result<Uuid, PersonnelError> {
        let question = Question {
            base: dn,
            scope: Scope::Base,
            filter: "(objectClass=*)",
            attributes: &["objectGUID"],
        };
        let found = self.ask(&question).await?;
        found.first().and_then(guid).ok_or(PersonnelError::NotFound)
    }
}

/// An attribute with one value.
pub(super) fn attribute(name: &str, value: impl AsRef<[u8]>) -> Attribute {
    (name.as_bytes().to_vec(), [value.as_ref().to_vec()].into())
}

/// `garnitur.example` of `DC=garnitur,DC=example`.
fn domain_of(base_dn: &str) -> String {
    let parts = base_dn.split(',').filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("DC").then(|| value.trim())
    });
    parts.collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_domain_is_in_the_base() {
        assert_eq!(domain_of("OU=Shop,DC=garnitur, dc=example"), "garnitur.example");
    }
}
