use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use contracts::backoffice::Role;
use deadpool::Runtime;
use deadpool::managed::{Object, Pool};
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, TryFutureExt as _};
use kernel::Personal;
use ldap3::{LdapResult, Scope, SearchEntry, ldap_escape};
use tokio::sync::Semaphore;

use crate::connection::{Change, Question};
use crate::connector::Connector;
use crate::pool::ServiceAccount;
use crate::{ConfigError, Directory, DirectoryConfig, Employee, SignInError, Unavailable};

/// `LDAP_MATCHING_RULE_IN_CHAIN`: also through groups in groups. A server without it takes the part of a
/// filter that uses it for undefined (RFC 4511, 4.5.1.7), so direct membership still counts there.
pub(crate) const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// `ADS_UF_ACCOUNTDISABLE` of `userAccountControl`.
pub(crate) const ACCOUNT_DISABLED: u32 = 0x2;

/// Active Directory, or what behaves like it, over LDAP. Connects when it is first asked, and again when a
/// connection is lost; made once for a service and shared.
pub struct LdapDirectory {
    service: Pool<ServiceAccount>,
    pub(crate) connector: Arc<Connector>,
    /// How many passwords are checked at a time: each check has a connection of its own.
    pub(crate) checks: Semaphore,
    pub(crate) wait_within: Duration,
    pub(crate) base_dn: String,
    /// Under which employees are administered.
    pub(crate) employees_dn: Option<String>,
    /// Groups that give roles, as the configuration names and orders them.
    pub(crate) groups: Vec<(String, Role)>,
}

impl LdapDirectory {
    /// A directory as configured; an error names the key. Nothing is connected yet.
    pub fn new(config: &DirectoryConfig) -> Result<Self, ConfigError> {
        let checked = config.checked()?;
        let connector = Arc::new(Connector::new(&checked, config)?);
        let account = ServiceAccount {
            connector: Arc::clone(&connector),
            name: checked.bind_dn,
            password: checked.bind_password,
            probe_after: Duration::from_millis(config.probe_after_ms),
        };
        let wait_within = Duration::from_millis(config.request_timeout_ms);
        let service = Pool::builder(account)
            .max_size(config.connections)
            .wait_timeout(Some(wait_within))
            .runtime(Runtime::Tokio1)
            .build()
            .expect("the runtime that the time limit needs is given");
        Ok(Self {
            service,
            connector,
            checks: Semaphore::new(config.connections),
            wait_within,
            base_dn: checked.base_dn,
            employees_dn: checked.employees_dn,
            groups: config.groups.pairs(),
        })
    }

    pub(crate) async fn search(
        &self,
        filter: &str,
        attributes: &[&str],
    ) -> Result<Vec<SearchEntry>, Unavailable> {
        self.ask(&Question {
            base: &self.base_dn,
            scope: Scope::Subtree,
            filter,
            attributes,
        })
        .await
    }

    /// Asks on a pooled connection; when that turns out broken (the directory was restarted), on another one; when
    /// the domain controller does not answer, the next one.
    pub(crate) async fn ask(&self, question: &Question<'_>) -> Result<Vec<SearchEntry>, Unavailable> {
        loop {
            let mut connection = self.service.get().await?;
            match connection.ask(question).await {
                Ok(entries) => return Ok(entries),
                Err(error) if self.another_may_do_better(connection, &error) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Makes a change, once, on a connection that has just answered: whether a change was made when its answer is
    /// missing, nobody knows.
    pub(crate) async fn change(&self, change: Change) -> Result<LdapResult, Unavailable> {
        let mut connection = loop {
            let mut connection = self.service.get().await?;
            match connection.ask(&Question::ROOT).await {
                Ok(_) => break connection,
                Err(error) if self.another_may_do_better(connection, &error) => {}
                Err(error) => return Err(error),
            }
        };
        let changed = connection.change(change).await;
        if changed.is_err() {
            drop(Object::take(connection));
        }
        changed
    }

    /// Throws a connection away on which something went wrong. Whether to try again on another one.
    fn another_may_do_better(&self, connection: Object<ServiceAccount>, error: &Unavailable) -> bool {
        let was_used = Object::metrics(&connection).recycle_count > 0;
        let rank = Object::take(connection).rank();
        if was_used && error.is_broken() {
            return true;
        }
        if !error.is_controllers() {
            return false;
        }
        // The pool's other connections to it would each be waited for.
        let _ = self.service.retain(|other, _| other.rank() != rank);
        self.connector.give_up_on(rank, error)
    }

    /// Finds the groups that give roles.
    pub(crate) fn group_filter(&self) -> String {
        let names = self.groups.iter();
        let names = names.map(|(group, _)| format!("(sAMAccountName={})", ldap_escape(group.as_str())));
        format!("(objectCategory=group)(|{})", names.collect::<String>())
    }

    /// What a group gives, by its `sAMAccountName`.
    pub(crate) fn roles_by(&self, group: &str) -> BTreeSet<Role> {
        let group = group.to_lowercase();
        let giving = self
            .groups
            .iter()
            .filter(|(name, _)| name.to_lowercase() == group);
        giving.map(|(_, role)| *role).collect()
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
