use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use contracts::backoffice::Role;
use deadpool::Runtime;
use deadpool::managed::{Object, Pool};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, TryFutureExt as _};
use kernel::Personal;
use ldap3::{Scope, SearchEntry, ldap_escape};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use uuid::Uuid;

use crate::connection::{Connector, Question};
use crate::pool::ServiceAccount;
use crate::refusal::refusal;
use crate::unavailable::Cause;
use crate::{ConfigError, Directory, DirectoryConfig, Employee, SignInError, Unavailable};

/// `LDAP_MATCHING_RULE_IN_CHAIN`: also through groups in groups. A server without it takes the part of a
/// filter that uses it for undefined (RFC 4511, 4.5.1.7), so direct membership still counts there.
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// `ADS_UF_ACCOUNTDISABLE` of `userAccountControl`.
const ACCOUNT_DISABLED: u32 = 0x2;

/// AD's schema allows no longer `sAMAccountName`.
const LONGEST_LOGIN: usize = 256;

/// Active Directory, or what behaves like it, over LDAP. Connects when it is first asked, and again when a
/// connection is lost; made once for a service and shared.
pub struct LdapDirectory {
    service: Pool<ServiceAccount>,
    connector: Arc<Connector>,
    /// How many passwords are checked at a time: each check has a connection of its own.
    checks: Semaphore,
    wait_within: Duration,
    base_dn: String,
    /// By the group's `sAMAccountName` in lower case.
    roles: HashMap<String, BTreeSet<Role>>,
}

impl LdapDirectory {
    /// A directory as configured; an error names the key. Nothing is connected yet.
    pub fn new(config: &DirectoryConfig) -> Result<Self, ConfigError> {
        let checked = config.checked()?;
        let connector = Arc::new(Connector::new(checked.url, config)?);
        let account = ServiceAccount {
            connector: Arc::clone(&connector),
            name: checked.bind_dn,
            password: checked.bind_password,
        };
        let wait_within = Duration::from_millis(config.request_timeout_ms);
        let service = Pool::builder(account)
            .max_size(config.connections)
            .wait_timeout(Some(wait_within))
            .runtime(Runtime::Tokio1)
            .build()
            .expect("the runtime that the time limit needs is given");
        let mut roles: HashMap<_, BTreeSet<_>> = HashMap::new();
        for (group, role) in config.groups.pairs() {
            roles.entry(group.to_lowercase()).or_default().insert(role);
        }
        Ok(Self {
            service,
            connector,
            checks: Semaphore::new(config.connections),
            wait_within,
            base_dn: checked.base_dn,
            roles,
        })
    }

    #[tracing::instrument(name = "directory.sign_in", skip_all)]
    async fn identify(&self, login: &str, password: &str) -> Result<Employee, SignInError> {
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
        let mut connection = self.connector.connect().await?;
        let result = connection.bind(dn, password).await?;
        connection.close().await;
        if result.rc == 0 {
            Ok(())
        } else {
            Err(refusal(result))
        }
    }

    /// By the groups' `sAMAccountName`, which a domain has once: whoever may create groups somewhere in it can
    /// repeat a group's CN, but not this.
    async fn roles_of(&self, dn: &str) -> Result<Vec<Role>, Unavailable> {
        if self.roles.is_empty() {
            return Ok(Vec::new());
        }
        let dn = ldap_escape(dn);
        let names: Vec<String> = self
            .roles
            .keys()
            .map(|group| format!("(sAMAccountName={})", ldap_escape(group.as_str())))
            .collect();
        let names = names.concat();
        let filter = format!("(&(objectCategory=group)(|{names})(|(member={dn})(member:{IN_CHAIN}:={dn})))");
        let groups = self.search(&filter, &["sAMAccountName"]).await?;
        let roles: BTreeSet<Role> = groups
            .iter()
            .filter_map(|group| text(group, "sAMAccountName"))
            .filter_map(|group| self.roles.get(&group.to_lowercase()))
            .flatten()
            .copied()
            .collect();
        Ok(roles.into_iter().collect())
    }

    async fn search(&self, filter: &str, attributes: &[&str]) -> Result<Vec<SearchEntry>, Unavailable> {
        self.ask(&Question {
            base: &self.base_dn,
            scope: Scope::Subtree,
            filter,
            attributes,
        })
        .await
    }

    /// Asks on a pooled connection; when that turns out broken (the directory was restarted), on another one,
    /// until one that was made for this has failed too.
    async fn ask(&self, question: &Question<'_>) -> Result<Vec<SearchEntry>, Unavailable> {
        loop {
            let mut connection = self.service.get().await?;
            let was_used = Object::metrics(&connection).recycle_count > 0;
            match connection.ask(question).await {
                Ok(entries) => return Ok(entries),
                Err(error) => {
                    drop(Object::take(connection));
                    if !(was_used && error.is_broken()) {
                        return Err(error);
                    }
                }
            }
        }
    }
}

impl Directory for LdapDirectory {
    fn sign_in<'a>(
        &'a self,
        login: &'a str,
        password: &'a Personal<String>,
    ) -> BoxFuture<'a, Result<Employee, SignInError>> {
        self.identify(login, password.expose()).boxed()
    }

    fn probe(&self) -> BoxFuture<'_, Result<(), Unavailable>> {
        self.ask(&Question::ROOT).map_ok(drop).boxed()
    }
}

impl fmt::Debug for LdapDirectory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LdapDirectory")
            .field("connector", &self.connector)
            .field("base_dn", &self.base_dn)
            .finish_non_exhaustive()
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

fn text<'a>(entry: &'a SearchEntry, attribute: &str) -> Option<&'a str> {
    let values = entry
        .attrs
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(attribute));
    values
        .and_then(|(_, values)| values.first())
        .map(String::as_str)
        .filter(|value| !value.is_empty())
}

/// Sixteen bytes, which the client library takes for text when they happen to be UTF-8.
fn guid(entry: &SearchEntry) -> Option<Uuid> {
    const NAME: &str = "objectGUID";
    let binary = entry
        .bin_attrs
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(NAME));
    let bytes = binary
        .and_then(|(_, values)| values.first())
        .map(Vec::as_slice)
        .or_else(|| text(entry, NAME).map(str::as_bytes))?;
    bytes.try_into().ok().map(Uuid::from_bytes_le)
}

fn can_be_login(login: &str) -> bool {
    !login.is_empty() && login.chars().count() <= LONGEST_LOGIN && !login.contains(char::is_control)
}

/// A bind without a password succeeds as nobody (RFC 4513, 5.1.2), and some servers take a NUL for the end.
fn can_be_password(password: &str) -> bool {
    !password.is_empty() && !password.contains('\0')
}
