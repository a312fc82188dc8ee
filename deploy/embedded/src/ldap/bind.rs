//! Simple binds and AD's answers to them.

use ldap3_proto::LdapResultCode;

use super::dn::Dn;
use super::entry::{Account, Tree};

/// What a bind comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Bound {
    /// As this login.
    As(String),
    /// As nobody: no name, or a name without a password, which a domain controller also calls a success
    /// (RFC 4513, 5.1.2). Clients must not take it for a proof of identity.
    Anonymous,
    /// Refused.
    Refused { code: LdapResultCode, message: String },
}

pub(super) fn simple(tree: &Tree, name: &str, password: &str) -> Bound {
    if password.is_empty() {
        return Bound::Anonymous;
    }
    let Some(account) = find(tree, name) else {
        return refused("525");
    };
    if account.locked {
        return refused("775");
    }
    if account.password != password {
        return refused("52e");
    }
    if account.disabled {
        return refused("533");
    }
    if account.must_change {
        return refused("773");
    }
    Bound::As(account.login.clone())
}

/// The account meant by a distinguished name, `login@domain` or `DOMAIN\login`.
fn find<'a>(tree: &'a Tree, name: &str) -> Option<&'a Account> {
    let by_login = |login: &str| {
        let login = login.to_lowercase();
        tree.accounts
            .iter()
            .find(|account| account.login.to_lowercase() == login)
    };
    if let Some((login, domain)) = name.rsplit_once('@') {
        return domain
            .eq_ignore_ascii_case(&tree.dns_name)
            .then(|| by_login(login))?;
    }
    if let Some((domain, login)) = name.split_once('\\')
        && !name.contains('=')
    {
        let short = tree.dns_name.split('.').next().unwrap_or_default();
        return domain.eq_ignore_ascii_case(short).then(|| by_login(login))?;
    }
    let dn = Dn::parse(name)?;
    tree.accounts.iter().find(|account| account.dn == dn)
}

fn refused(data: &str) -> Bound {
    Bound::Refused {
        code: LdapResultCode::InvalidCredentials,
        message: format!(
            "80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {data}, v4563"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ldap::{DEMO_PASSWORD, Employee, demo};

    fn data(name: &str, password: &str) -> String {
        let mut domain = demo();
        domain
            .employees
            .push(Employee::new("locked", "Л", "З", DEMO_PASSWORD).locked());
        match simple(&Tree::new(&domain), name, password) {
            Bound::As(login) => login,
            Bound::Anonymous => "anonymous".to_owned(),
            Bound::Refused { message, .. } => message
                .split("data ")
                .nth(1)
                .and_then(|rest| rest.split(',').next())
                .unwrap_or_default()
                .to_owned(),
        }
    }

    #[test]
    fn three_ways_to_name_an_account() {
        for name in [
            "courier.petrov@garnitur.local",
            "Courier.Petrov@GARNITUR.LOCAL",
            "GARNITUR\\courier.petrov",
            "cn=Петров Пётр (courier.petrov),ou=employees,dc=garnitur,dc=local",
        ] {
            assert_eq!(data(name, DEMO_PASSWORD), "courier.petrov", "{name}");
        }
    }

    #[test]
    fn refusals_carry_the_error_data_of_ad() {
        assert_eq!(data("courier.petrov@garnitur.local", "wrong"), "52e");
        assert_eq!(data("nobody@garnitur.local", DEMO_PASSWORD), "525");
        assert_eq!(data("courier.petrov@other.local", DEMO_PASSWORD), "525");
        assert_eq!(data("sklad.lebedev@garnitur.local", DEMO_PASSWORD), "533");
        assert_eq!(data("sklad.lebedev@garnitur.local", "wrong"), "52e");
        assert_eq!(data("locked@garnitur.local", DEMO_PASSWORD), "775");
    }

    #[test]
    fn no_password_is_nobody() {
        assert_eq!(data("courier.petrov@garnitur.local", ""), "anonymous");
        assert_eq!(data("", ""), "anonymous");
    }
}
