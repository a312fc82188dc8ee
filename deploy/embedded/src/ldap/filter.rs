//! Search filters (RFC 4511, 4.5.1.7): true, false, or `None` for undefined.

use ldap3_proto::LdapFilter;
use ldap3_proto::proto::{LdapMatchingRuleAssertion, LdapSubstringFilter};

use super::dn::Dn;
use super::entry::{Entry, Tree};

/// `LDAP_MATCHING_RULE_BIT_AND`: all bits of the value are set.
const BIT_AND: &str = "1.2.840.113556.1.4.803";
/// `LDAP_MATCHING_RULE_BIT_OR`: one bit of the value is set.
const BIT_OR: &str = "1.2.840.113556.1.4.804";
/// `LDAP_MATCHING_RULE_IN_CHAIN`: the value names an entry, or one that does so in turn, and so on.
const IN_CHAIN: &str = "1.2.840.113556.1.4.1941";

/// Attributes whose values are names of entries.
const NAMES: [&str; 4] = ["distinguishedname", "memberof", "member", "objectcategory"];

pub(super) fn matches(filter: &LdapFilter, entry: &Entry, tree: &Tree) -> Option<bool> {
    match filter {
        LdapFilter::And(parts) => all(parts.iter().map(|part| matches(part, entry, tree))),
        // A or B is not (not A and not B), in three values too.
        LdapFilter::Or(parts) => all(parts
            .iter()
            .map(|part| matches(part, entry, tree).map(|result| !result)))
        .map(|result| !result),
        LdapFilter::Not(part) => matches(part, entry, tree).map(|result| !result),
        LdapFilter::Present(attribute) => {
            known(tree, attribute)?;
            Some(entry.values(attribute).is_some())
        }
        LdapFilter::Equality(attribute, wanted) | LdapFilter::Approx(attribute, wanted) => {
            any_value(tree, entry, attribute, |value| equal(attribute, value, wanted))
        }
        LdapFilter::Substring(attribute, parts) => {
            any_value(tree, entry, attribute, |value| substring(value, parts))
        }
        LdapFilter::GreaterOrEqual(attribute, wanted) => any_value(tree, entry, attribute, |value| {
            compare(value, wanted).is_some_and(std::cmp::Ordering::is_ge)
        }),
        LdapFilter::LessOrEqual(attribute, wanted) => any_value(tree, entry, attribute, |value| {
            compare(value, wanted).is_some_and(std::cmp::Ordering::is_le)
        }),
        LdapFilter::Extensible(assertion) => extensible(assertion, entry, tree),
    }
}

/// False as soon as one is; else undefined when one is; else true.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            None => result = None,
            Some(true) => {}
        }
    }
    result
}

fn known(tree: &Tree, attribute: &str) -> Option<()> {
    tree.schema.contains(&attribute.to_lowercase()).then_some(())
}

fn any_value(tree: &Tree, entry: &Entry, attribute: &str, test: impl Fn(&[u8]) -> bool) -> Option<bool> {
    known(tree, attribute)?;
    Some(
        entry
            .values(attribute)
            .is_some_and(|values| values.iter().any(|value| test(value))),
    )
}

fn folded(value: &[u8]) -> Option<String> {
    std::str::from_utf8(value).ok().map(str::to_lowercase)
}

/// To AD a letter with an accent is equal to the letter (MS-ADTS, 6.5).
fn unmarked(text: &str) -> String {
    text.replace(|c| ('\u{300}'..='\u{36f}').contains(&c), "")
}

fn equal(attribute: &str, value: &[u8], wanted: &str) -> bool {
    let Some(value) = folded(value) else {
        return value == wanted.as_bytes();
    };
    let attribute = attribute.to_lowercase();
    if !NAMES.contains(&attribute.as_str()) {
        return unmarked(&value) == unmarked(&wanted.to_lowercase());
    }
    // AD takes the short name of a category for the whole.
    if attribute == "objectcategory" && !wanted.contains('=') {
        return value.starts_with(&format!("cn={},", wanted.to_lowercase()));
    }
    Dn::parse(wanted).is_some_and(|wanted| Dn::parse(&value).is_some_and(|value| value == wanted))
}

fn substring(value: &[u8], parts: &LdapSubstringFilter) -> bool {
    let Some(value) = folded(value) else {
        return false;
    };
    let mut rest = value.as_str();
    if let Some(initial) = &parts.initial {
        let Some(after) = rest.strip_prefix(&initial.to_lowercase()) else {
            return false;
        };
        rest = after;
    }
    for part in &parts.any {
        let part = part.to_lowercase();
        let Some(position) = rest.find(&part) else {
            return false;
        };
        rest = &rest[position + part.len()..];
    }
    parts
        .final_
        .as_ref()
        .is_none_or(|last| rest.ends_with(&last.to_lowercase()))
}

fn compare(value: &[u8], wanted: &str) -> Option<std::cmp::Ordering> {
    let value = folded(value)?;
    Some(match (value.parse::<i64>(), wanted.parse::<i64>()) {
        (Ok(value), Ok(wanted)) => value.cmp(&wanted),
        _ => value.cmp(&wanted.to_lowercase()),
    })
}

fn extensible(assertion: &LdapMatchingRuleAssertion, entry: &Entry, tree: &Tree) -> Option<bool> {
    let attribute = assertion.type_.as_deref()?;
    let Some(rule) = assertion.matching_rule.as_deref() else {
        return any_value(tree, entry, attribute, |value| {
            equal(attribute, value, &assertion.match_value)
        });
    };
    if rule == IN_CHAIN {
        known(tree, attribute)?;
        return Dn::parse(&assertion.match_value).map(|wanted| in_chain(tree, entry, attribute, &wanted));
    }
    let mask: i64 = assertion.match_value.parse().ok()?;
    let test: fn(i64, i64) -> bool = match rule {
        BIT_AND => |bits, mask| bits & mask == mask,
        BIT_OR => |bits, mask| bits & mask != 0,
        _ => return None,
    };
    any_value(tree, entry, attribute, |value| {
        std::str::from_utf8(value)
            .ok()
            .and_then(|value| value.parse().ok())
            .is_some_and(|bits| test(bits, mask))
    })
}

/// Follows an attribute of names from entry to entry; groups may contain each other.
fn in_chain(tree: &Tree, entry: &Entry, attribute: &str, wanted: &Dn) -> bool {
    let mut seen: Vec<Dn> = Vec::new();
    let mut open = vec![entry];
    while let Some(entry) = open.pop() {
        for value in entry.values(attribute).unwrap_or_default() {
            let Some(name) = std::str::from_utf8(value).ok().and_then(Dn::parse) else {
                continue;
            };
            if name == *wanted {
                return true;
            }
            if !seen.contains(&name) {
                open.extend(tree.entries.iter().find(|entry| entry.dn == name));
                seen.push(name);
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use ldap3_proto::parse_ldap_filter_str;

    use super::*;
    use crate::ldap::demo;

    /// The logins that a filter finds.
    fn found(filter: &str) -> Vec<String> {
        logins(&parse_ldap_filter_str(filter).expect("a filter"))
    }

    fn logins(filter: &LdapFilter) -> Vec<String> {
        let tree = Tree::new(&demo());
        tree.entries
            .iter()
            .filter(|entry| matches(filter, entry, &tree) == Some(true))
            .filter_map(|entry| entry.values("samaccountname"))
            .map(|values| String::from_utf8_lossy(&values[0]).into_owned())
            .collect()
    }

    #[test]
    fn equality_ignores_case_in_both_alphabets() {
        assert_eq!(found("(sAMAccountName=COURIER.Petrov)"), ["courier.petrov"]);
        assert_eq!(
            found("(sAMAccountName=courier.pe\u{301}trov)"),
            ["courier.petrov"]
        );
        assert_eq!(found("(SN=волкова)"), ["assort.volkova"]);
    }

    #[test]
    fn names_are_compared_as_names() {
        let group = "cn=garnitur-couriers, ou=Groups, dc=garnitur, dc=local";
        assert_eq!(
            logins(&LdapFilter::Equality("memberOf".to_owned(), group.to_owned())),
            ["courier.petrov", "courier.ivanova"]
        );
    }

    #[test]
    fn substrings_in_order() {
        assert_eq!(found("(sAMAccountName=cou*er.*ova)"), ["courier.ivanova"]);
        assert_eq!(found("(sAMAccountName=*ova*cour*)"), [""; 0]);
    }

    #[test]
    fn and_or_not_present() {
        assert_eq!(
            found("(&(objectCategory=person)(mail=*)(|(sn=Петров)(sn=Сидоров))(!(givenName=Сергей)))"),
            ["courier.petrov"]
        );
    }

    #[test]
    fn disabled_accounts_by_bit() {
        assert_eq!(
            found("(userAccountControl:1.2.840.113556.1.4.803:=2)"),
            ["sklad.lebedev"]
        );
        assert!(
            !found("(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))")
                .contains(&"sklad.lebedev".to_owned())
        );
    }

    #[test]
    fn membership_through_groups_that_contain_each_other() {
        let mut domain = demo();
        for (inner, outer) in [
            ("Garnitur-Couriers", "Drivers"),
            ("Drivers", "Staff"),
            ("Staff", "Drivers"),
        ] {
            domain.nested.push((inner.to_owned(), outer.to_owned()));
        }
        let tree = Tree::new(&domain);
        let name = |login: &str| {
            let wanted = LdapFilter::Equality("sAMAccountName".to_owned(), login.to_owned());
            let mut found = tree
                .entries
                .iter()
                .filter(|entry| matches(&wanted, entry, &tree) == Some(true));
            found.next().map(|entry| entry.name.clone()).expect("the entry")
        };
        let groups = |login: &str| {
            let filter = LdapFilter::Extensible(LdapMatchingRuleAssertion {
                matching_rule: Some(IN_CHAIN.to_owned()),
                type_: Some("member".to_owned()),
                match_value: name(login),
                dn_attributes: false,
            });
            let found = tree
                .entries
                .iter()
                .filter(|entry| matches(&filter, entry, &tree) == Some(true));
            found
                .filter_map(|entry| entry.values("cn"))
                .map(|values| values[0].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            groups("courier.petrov"),
            [
                b"Drivers".to_vec(),
                b"Garnitur-Couriers".to_vec(),
                b"Staff".to_vec()
            ]
        );
        assert_eq!(groups("office.zaytseva"), [b"Office".to_vec()]);
    }

    #[test]
    fn undefined_is_not_true_even_when_negated() {
        assert_eq!(found("(nonsense=*)"), [""; 0]);
        assert_eq!(found("(!(nonsense=x))"), [""; 0]);
        assert_eq!(found("(|(nonsense=x)(sn=Петров))"), ["courier.petrov"]);
    }

    #[test]
    fn numbers_are_ordered_as_numbers() {
        assert_eq!(
            found("(&(objectClass=user)(userAccountControl>=1000))"),
            ["svc-garnitur"]
        );
    }
}
