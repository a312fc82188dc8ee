use std::collections::HashSet;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use ldap3::controls::{Control, ControlType, PagedResults};
use ldap3::{Ldap, LdapError, LdapResult, Mod, Scope, SearchEntry, SearchOptions};
use tokio::time::timeout;

use crate::Unavailable;
use crate::unavailable::Cause;

/// Entries of one answer. A domain controller gives 1,000 at most (`MaxPageSize`), and without pages no more than
/// those of all that there are.
const PAGE: i32 = 500;

/// A search.
pub(crate) struct Question<'a> {
    pub base: &'a str,
    pub scope: Scope,
    pub filter: &'a str,
    pub attributes: &'a [&'a str],
}

impl Question<'static> {
    /// For the entry that every server has (RFC 4512, 5.1).
    pub(crate) const ROOT: Self = Self {
        base: "",
        scope: Scope::Base,
        filter: "(objectClass=*)",
        attributes: &["supportedLDAPVersion"],
    };
}

/// A change of the directory.
pub(crate) enum Change {
    Add(String, Vec<Attribute>),
    Modify(String, Vec<Mod<Vec<u8>>>),
    Delete(String),
}

/// A name with values.
pub(crate) type Attribute = (Vec<u8>, HashSet<Vec<u8>>);

/// One connection to the directory. Every request on it has a time limit.
pub(crate) struct Connection {
    ldap: Ldap,
    rank: usize,
    answer_within: Duration,
}

impl Connection {
    /// `rank` tells the controller.
    pub(crate) const fn new(ldap: Ldap, rank: usize, answer_within: Duration) -> Self {
        Self {
            ldap,
            rank,
            answer_within,
        }
    }

    /// Which of the controllers it leads to.
    pub(crate) const fn rank(&self) -> usize {
        self.rank
    }

    /// Whether either side has closed it.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.ldap.is_closed()
    }

    /// A simple bind; refused ones are answers. The password must not be empty.
    #[tracing::instrument(name = "ldap.bind", skip_all, fields(otel.kind = "client"))]
    pub(crate) async fn bind(&mut self, name: &str, password: &str) -> Result<LdapResult, Unavailable> {
        let within = self.answer_within;
        answered("check a password", within, self.ldap.simple_bind(name, password)).await
    }

    /// The entries that a question finds, however many, without pointers to other servers.
    #[tracing::instrument(name = "ldap.search", skip_all, fields(otel.kind = "client"))]
    pub(crate) async fn ask(&mut self, question: &Question<'_>) -> Result<Vec<SearchEntry>, Unavailable> {
        if question.scope == Scope::Base {
            return Ok(self.ask_once(question, None).await?.0);
        }
        let (mut found, mut cookie) = (Vec::new(), Vec::new());
        loop {
            let (entries, next) = self.ask_once(question, Some(cookie)).await?;
            found.extend(entries);
            if next.is_empty() {
                return Ok(found);
            }
            cookie = next;
        }
    }

    /// A page (RFC 2696): its entries, and the cookie that gets the next one; the last page has none.
    async fn ask_once(
        &mut self,
        question: &Question<'_>,
        cookie: Option<Vec<u8>>,
    ) -> Result<(Vec<SearchEntry>, Vec<u8>), Unavailable> {
        let Question {
            base,
            scope,
            filter,
            attributes,
        } = *question;
        let within = self.answer_within;
        // The server need not work longer than we wait.
        let seconds = i32::try_from(within.as_secs()).unwrap_or(i32::MAX).max(1);
        self.ldap
            .with_search_options(SearchOptions::new().timelimit(seconds));
        if let Some(cookie) = cookie {
            self.ldap.with_controls(PagedResults { size: PAGE, cookie });
        }
        let searching = self.ldap.search(base, scope, filter, attributes);
        let found = answered("answer a search", within, searching).await?;
        if found.1.rc != 0 {
            let what = "search";
            return Err(Cause::Refused {
                what,
                result: found.1,
            }
            .into());
        }
        let entries = found
            .0
            .into_iter()
            .filter(|entry| !entry.is_ref() && !entry.is_intermediate());
        Ok((entries.map(SearchEntry::construct).collect(), next_page(&found.1)))
    }

    /// Changes something; refusals are answers. After a failure it is not known whether it was done.
    #[tracing::instrument(name = "ldap.change", skip_all, fields(otel.kind = "client"))]
    pub(crate) async fn change(&mut self, change: Change) -> Result<LdapResult, Unavailable> {
        const WHAT: &str = "make a change";
        let within = self.answer_within;
        let ldap = &mut self.ldap;
        match change {
            Change::Add(dn, attributes) => answered(WHAT, within, ldap.add(&dn, attributes)).await,
            Change::Modify(dn, changes) => {
                // Being a member already, or no more, is no error (MS-ADTS, 3.1.1.3.4.1.8).
                ldap.with_controls(permissive_modify());
                answered(WHAT, within, ldap.modify(&dn, changes)).await
            }
            Change::Delete(dn) => answered(WHAT, within, ldap.delete(&dn)).await,
        }
    }

    /// Says goodbye; the server may have gone already.
    pub(crate) async fn close(mut self) {
        let _ = timeout(self.answer_within, self.ldap.unbind()).await;
    }
}

fn permissive_modify() -> ldap3::controls::RawControl {
    ldap3::controls::RawControl {
        ctype: "1.2.840.113556.1.4.1413".to_owned(),
        crit: false,
        val: None,
    }
}

fn next_page(result: &LdapResult) -> Vec<u8> {
    let page = result.ctrls.iter().find_map(|control| match control {
        Control(Some(ControlType::PagedResults), raw) => Some(raw.parse::<PagedResults>().cookie),
        _ => None,
    });
    page.unwrap_or_default()
}

/// An answer in time.
async fn answered<T>(
    what: &'static str,
    within: Duration,
    asking: impl Future<Output = Result<T, LdapError>>,
) -> Result<T, Unavailable> {
    timeout(within, asking)
        .await
        .map_err(|_| Cause::Timeout { what, within })?
        .map_err(|error| Cause::Broken(error).into())
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}
