//! Signing in: search, bind, groups.

use std::collections::BTreeSet;

use contracts::backoffice::Role;
use kernel::Personal;
use ldap3::{SearchEntry, ldap_escape};
use tokio::time::timeout;
use uuid::Uuid;

use crate::entry::{guid, text};
use crate::ldap::{ACCOUNT_DISABLED, IN_CHAIN, LdapDirectory};
use crate::refusal::refusal;
use crate::unavailable::Cause;
use crate::{Employee, SignInError, Unavailable};

/// AD's schema allows no longer `sAMAccountName`.
const LONGEST_LOGIN: usize = 256;

impl LdapDirectory {
    #[tracing::instrument(name = "directory.sign_in", skip_all)]
    pub(crate) async fn identify(&self, login: &str, password: &str) -> Result<Employee, SignInError> {
        if !can_be_login(login) || !can_be_password(password) {
            return Err(SignInError::BadCredentials);
        }
        let Some(account) = self.find(login).await? else {
            // Takes as long as a wrong password does, so that time does not tell which logins exist.
            let nobody = format!("CN={},{}", kernel::random::uuid(), self.base_dn);
            return match self.prove(&nobody, &kernel::random::token()).await {
                Err(SignInError::Unavailable(error)) => Err(error.into()),
                _ => Err(SignInError::BadCredentials),
            };
        };
        self.prove(&account.dn, password).await?;
        if account.disabled {
            return Err(SignInError::Disabled);
        }
        let roles = self.roles_of(&account.dn).await?;
        Ok(Employee {
            id: account.id,
            login: account.login,
            name: account.name,
            roles,
        })
    }

    async fn find(&self, login: &str) -> Result<Option<Account>, Unavailable> {
        let filter = format!(
            "(&(objectCategory=person)(objectClass=user)(sAMAccountName={}))",
            ldap_escape(login)
        );
        let attributes = &[
            "sAMAccountName",
            "displayName",
            "objectGUID",
            "userAccountControl",
        ];
        let mut found = self.search(&filter, attributes).await?;
        if found.len() > 1 {
            tracing::error!(
                base_dn = self.base_dn,
                "a login belongs to several entries of the directory"
            );
            return Ok(None);
        }
        // The directory compares more loosely than by case: accents, width and, in some, spaces do not count. Whoever
        // counts failed attempts by login counts each way of writing it apart, so there must be but one.
        let account = found.pop().and_then(Account::read);
        Ok(account.filter(|account| account.login.to_lowercase() == login.to_lowercase()))
    }

    /// Binds as an entry, on a connection that is thrown away: whoever is bound is what the connection may do.
    async fn prove(&self, dn: &str, password: &str) -> Result<(), SignInError> {
        let _permit = timeout(self.wait_within, self.checks.acquire())
            .await
            .map_err(|_| Unavailable::from(Cause::Exhausted))?;
        let (connection, result) = self.connector.bind(dn, password).await?;
        connection.close().await;
        if result.rc == 0 {
            Ok(())
        } else {
            Err(refusal(result))
        }
    }

    /// By the groups' `sAMAccountName`, which a domain has once: whoever may create groups somewhere in it can
    /// repeat a group's CN, but not this.
    pub(crate) async fn roles_of(&self, dn: &str) -> Result<Vec<Role>, Unavailable> {
        if self.groups.is_empty() {
            return Ok(Vec::new());
        }
        let dn = ldap_escape(dn);
        let named = self.group_filter();
        let filter = format!("(&{named}(|(member={dn})(member:{IN_CHAIN}:={dn})))");
        let groups = self.search(&filter, &["sAMAccountName"]).await?;
        let roles: BTreeSet<Role> = groups
            .iter()
            .filter_map(|group| text(group, "sAMAccountName"))
            .flat_map(|group| self.roles_by(group))
            .collect();
        Ok(roles.into_iter().collect())
    }
}

/// What a search tells about a login.
struct Account {
    dn: String,
    id: Uuid,
    login: String,
    name: Personal<String>,
    disabled: bool,
}

impl Account {
    /// `None`, and a line in the log, when the entry has not what every account of AD has.
    fn read(entry: SearchEntry) -> Option<Self> {
        let (Some(id), Some(login)) = (guid(&entry), text(&entry, "sAMAccountName")) else {
            tracing::error!("the service account cannot read objectGUID and sAMAccountName of an entry");
            return None;
        };
        // Unreadable means off: the flag is the last guard behind a directory that lets the disabled bind.
        let control = text(&entry, "userAccountControl").and_then(|bits| bits.parse::<u32>().ok());
        Some(Self {
            id,
            login: login.to_owned(),
            name: text(&entry, "displayName").unwrap_or(login).to_owned().into(),
            disabled: control.is_none_or(|bits| bits & ACCOUNT_DISABLED != 0),
            dn: entry.dn,
        })
    }
}

fn can_be_login(login: &str) -> bool {
    !login.is_empty() && login.chars().count() <= LONGEST_LOGIN && !login.contains(char::is_control)
}

/// A bind without a password succeeds as nobody (RFC 4513, 5.1.2), and some servers take a NUL for the end.
fn can_be_password(password: &str) -> bool {
    !password.is_empty() && !password.contains('\0')
}
