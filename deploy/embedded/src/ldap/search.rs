//! Searches.

use ldap3_proto::proto::{LdapResult, LdapSearchRequest};
use ldap3_proto::{LdapPartialAttribute, LdapResultCode, LdapSearchResultEntry, LdapSearchScope};

use super::dn::Dn;
use super::entry::{Entry, Tree};
use super::filter::matches;

/// The most entries an answer holds (AD's `MaxPageSize`).
const MAX_ENTRIES: usize = 1_000;

/// A part of what a search finds (RFC 2696).
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    /// How many entries came before.
    pub start: usize,
    pub size: usize,
}

/// The entries found and how it ended: `SizeLimitExceeded` when there are more, or, with pages, when the client wants no
/// more.
pub(super) fn search(
    tree: &Tree,
    request: &LdapSearchRequest,
    anonymous: bool,
    page: Option<Page>,
) -> (Vec<LdapSearchResultEntry>, LdapResult) {
    let named = by_guid(tree, &request.base);
    let Some(base) = named.or_else(|| Dn::parse(&request.base)) else {
        let message = "0000208F: NameErr: DSID-03100225, problem 2006 (BAD_NAME), data 8350, best match of:";
        return (Vec::new(), result(LdapResultCode::InvalidDNSyntax, "", message));
    };
    if base.is_root() && request.scope == LdapSearchScope::Base {
        return (vec![select(&tree.root_dse, request)], success());
    }
    if anonymous {
        let message = "000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a \
                       successful bind must be completed on the connection., data 0, v4563";
        return (Vec::new(), result(LdapResultCode::OperationsError, "", message));
    }
    if !base.is_root() && !tree.entries.iter().any(|entry| entry.dn == base) {
        let matched = best_match(tree, &base);
        let message = format!(
            "0000208D: NameErr: DSID-0310028C, problem 2001 (NO_OBJECT), data 0, best match of:\n\t'{matched}'\n"
        );
        return (
            Vec::new(),
            result(LdapResultCode::NoSuchObject, &matched, &message),
        );
    }

    let limit = match usize::try_from(request.sizelimit) {
        Ok(0) | Err(_) => MAX_ENTRIES,
        Ok(asked) => asked.min(MAX_ENTRIES),
    };
    let limit = page.map_or(limit, |page| limit.min(page.size));
    let mut before = page.map_or(0, |page| page.start);
    let mut found = Vec::new();
    for entry in &tree.entries {
        if !in_scope(&entry.dn, &base, &request.scope) || matches(&request.filter, entry, tree) != Some(true)
        {
            continue;
        }
        if before > 0 {
            before -= 1;
            continue;
        }
        if found.len() == limit {
            return (found, result(LdapResultCode::SizeLimitExceeded, "", ""));
        }
        found.push(select(entry, request));
    }
    (found, success())
}

/// The name behind `<GUID=…>` (MS-ADTS, 3.1.1.3.1.2.4); one that no entry has where there is none.
fn by_guid(tree: &Tree, base: &str) -> Option<Dn> {
    let id = base.strip_prefix("<GUID=")?.strip_suffix('>')?;
    let id = uuid::Uuid::parse_str(id).ok()?.to_bytes_le();
    let mut entries = tree.entries.iter();
    let has_it = |entry: &&Entry| {
        let values = entry.values("objectGUID").unwrap_or_default();
        values.iter().any(|value| *value == id)
    };
    let found = entries.find(has_it).map(|entry| entry.dn.clone());
    found.or_else(|| Dn::parse("CN=NoObject"))
}

fn in_scope(dn: &Dn, base: &Dn, scope: &LdapSearchScope) -> bool {
    match scope {
        LdapSearchScope::Base => dn == base,
        LdapSearchScope::OneLevel => dn.parent().as_ref() == Some(base),
        LdapSearchScope::Subtree => dn.is_within(base),
        LdapSearchScope::Children => dn != base && dn.is_within(base),
    }
}

/// The attributes asked for: all without a wish or with `*`, none with `1.1` (RFC 4511, 4.5.1.8).
fn select(entry: &Entry, request: &LdapSearchRequest) -> LdapSearchResultEntry {
    let all = request.attrs.is_empty() || request.attrs.iter().any(|asked| asked == "*");
    let attributes = entry
        .attributes
        .iter()
        .filter(|attribute| {
            all || request
                .attrs
                .iter()
                .any(|asked| asked.eq_ignore_ascii_case(attribute.name))
        })
        .map(|attribute| LdapPartialAttribute {
            atype: attribute.name.to_owned(),
            vals: if request.typesonly {
                Vec::new()
            } else {
                attribute.values.clone()
            },
        })
        .collect();
    LdapSearchResultEntry {
        dn: entry.name.clone(),
        attributes,
    }
}

/// The name of the deepest entry above `dn` that exists.
fn best_match(tree: &Tree, dn: &Dn) -> String {
    let mut above = dn.parent();
    while let Some(dn) = above {
        if let Some(entry) = tree.entries.iter().find(|entry| entry.dn == dn) {
            return entry.name.clone();
        }
        above = dn.parent();
    }
    String::new()
}

pub(super) fn success() -> LdapResult {
    result(LdapResultCode::Success, "", "")
}

pub(super) fn result(code: LdapResultCode, matched: &str, message: &str) -> LdapResult {
    LdapResult {
        code,
        matcheddn: matched.to_owned(),
        message: message.to_owned(),
        referral: Vec::new(),
    }
}
