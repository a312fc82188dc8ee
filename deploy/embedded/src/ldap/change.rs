//! Changes: employees made, changed and deleted by a service account, members of groups. What a domain controller
//! would not let a delegated account do is refused here, too.

use ldap3_proto::LdapResultCode as Code;
use ldap3_proto::proto::{
    LdapAddRequest, LdapModifyRequest, LdapModifyType, LdapPartialAttribute, LdapResult,
};

use super::dn::{Dn, first_value};
use super::domain::{Domain, Employee};
use super::entry::{ACCOUNT_DISABLED, Tree};
use super::search::result;

pub(super) fn add(domain: &mut Domain, tree: &Tree, request: &LdapAddRequest) -> Result<(), LdapResult> {
    let dn = Dn::parse(&request.dn).ok_or_else(unwilling)?;
    let employees = Dn::parse(&format!("OU=Employees,{}", domain.base_dn()));
    if dn.parent() != employees {
        return Err(forbidden());
    }
    let value = |name: &str| {
        let mut all = request.attributes.iter();
        all.find(|attribute| attribute.atype.eq_ignore_ascii_case(name))
    };
    let of = |name| value(name).and_then(text).unwrap_or_default();
    let login = of("sAMAccountName");
    let password = value("unicodePwd").and_then(password);
    let (Some(cn), Some(password)) = (first_value(&request.dn), password) else {
        return Err(unwilling());
    };
    if login.is_empty() || !strong(&password) {
        return Err(if login.is_empty() { unwilling() } else { weak() });
    }
    let names = |entry: &super::entry::Entry| {
        let taken = entry.values("sAMAccountName").and_then(|values| values.first());
        taken.is_some_and(|taken| String::from_utf8_lossy(taken).eq_ignore_ascii_case(&login))
    };
    if tree.entries.iter().any(|entry| entry.dn == dn || names(entry)) {
        return Err(refused(Code::EntryAlreadyExists, "00000524", "already exists"));
    }
    let mut employee = Employee::new(&login, &of("givenName"), &of("sn"), &password);
    employee.cn = cn;
    employee.must_change = of("pwdLastSet") == "0";
    employee.disabled = is_disabled(&of("userAccountControl")).ok_or_else(unwilling)?;
    domain.employees.push(employee);
    Ok(())
}

pub(super) fn modify(
    domain: &mut Domain,
    tree: &Tree,
    request: &LdapModifyRequest,
) -> Result<(), LdapResult> {
    let dn = Dn::parse(&request.dn).ok_or_else(unwilling)?;
    let Some(entry) = tree.entries.iter().find(|entry| entry.dn == dn) else {
        return Err(missing());
    };
    // All of it or nothing.
    let mut changed = domain.clone();
    let login = entry.values("sAMAccountName").and_then(|values| values.first());
    let login = login.map(|login| String::from_utf8_lossy(login).into_owned());
    let employee = changed
        .employees
        .iter()
        .position(|employee| Some(&employee.login) == login.as_ref());
    for change in &request.changes {
        let modification = &change.modification;
        match (&change.operation, employee) {
            (LdapModifyType::Replace, Some(position)) => {
                replace(&mut changed.employees[position], modification)?;
            }
            (LdapModifyType::Add | LdapModifyType::Delete, None)
                if modification.atype.eq_ignore_ascii_case("member")
                    && entry.values("groupType").is_some() =>
            {
                let join = change.operation == LdapModifyType::Add;
                let group = login.clone().unwrap_or_default();
                for member in &modification.vals {
                    member_of(&mut changed, member, &group, join)?;
                }
            }
            _ => return Err(forbidden()),
        }
    }
    *domain = changed;
    Ok(())
}

pub(super) fn delete(domain: &mut Domain, tree: &Tree, name: &str) -> Result<(), LdapResult> {
    let dn = Dn::parse(name).ok_or_else(unwilling)?;
    if !tree.entries.iter().any(|entry| entry.dn == dn) {
        return Err(missing());
    }
    let before = domain.employees.len();
    let base = domain.base_dn();
    domain
        .employees
        .retain(|employee| Dn::parse(&employee.name(&base)).as_ref() != Some(&dn));
    if domain.employees.len() == before {
        Err(unwilling())
    } else {
        Ok(())
    }
}

/// What the account may write: as the domain of `deploy/images/samba-ad` delegates it.
fn replace(employee: &mut Employee, attribute: &LdapPartialAttribute) -> Result<(), LdapResult> {
    let value = text(attribute).unwrap_or_default();
    match attribute.atype.to_lowercase().as_str() {
        "givenname" => employee.given_name = value.into(),
        "sn" => employee.surname = value.into(),
        // Made of the two.
        "displayname" => {}
        "useraccountcontrol" => employee.disabled = is_disabled(&value).ok_or_else(unwilling)?,
        "lockouttime" if value == "0" => employee.locked = false,
        "pwdlastset" => employee.must_change = value == "0",
        "unicodepwd" => {
            let password = password(attribute).ok_or_else(unwilling)?;
            if !strong(&password) {
                return Err(weak());
            }
            employee.password = password.into();
        }
        _ => return Err(forbidden()),
    }
    Ok(())
}

/// Being a member already, or no more, is no error: the control for that is taken as given.
fn member_of(domain: &mut Domain, member: &[u8], group: &str, join: bool) -> Result<(), LdapResult> {
    let base = domain.base_dn();
    let dn = std::str::from_utf8(member)
        .ok()
        .and_then(Dn::parse)
        .ok_or_else(unwilling)?;
    let mut employees = domain.employees.iter_mut();
    let employee = employees.find(|employee| Dn::parse(&employee.name(&base)).as_ref() == Some(&dn));
    let employee = employee.ok_or_else(missing)?;
    employee.groups.retain(|other| other != group);
    if join {
        employee.groups.push(group.to_owned());
    }
    Ok(())
}

fn text(attribute: &LdapPartialAttribute) -> Option<String> {
    String::from_utf8(attribute.vals.first()?.clone()).ok()
}

/// In quotes, in UTF-16LE (MS-ADTS, 3.1.1.3.1.5).
fn password(attribute: &LdapPartialAttribute) -> Option<String> {
    let (pairs, rest) = attribute.vals.first()?.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect();
    let quoted = rest.is_empty().then(|| String::from_utf16(&units).ok())??;
    Some(quoted.strip_prefix('"')?.strip_suffix('"')?.to_owned())
}

/// AD's policy unless told otherwise: seven characters, of three kinds.
fn strong(password: &str) -> bool {
    let kinds: [fn(char) -> bool; 4] = [
        char::is_uppercase,
        char::is_lowercase,
        |char| char.is_ascii_digit(),
        |char| !char.is_alphanumeric(),
    ];
    let used = kinds.iter().filter(|kind| password.chars().any(kind)).count();
    password.chars().count() >= 7 && used >= 3
}

fn is_disabled(control: &str) -> Option<bool> {
    control
        .parse::<u32>()
        .ok()
        .map(|bits| bits & ACCOUNT_DISABLED != 0)
}

/// A refusal, with the Windows error that a domain controller's text begins with.
fn refused(code: Code, windows: &str, why: &str) -> LdapResult {
    let message = format!("{windows}: SvcErr: DSID-031A0000, {why}, data 0");
    result(code, "", &message)
}

fn unwilling() -> LdapResult {
    refused(
        Code::UnwillingToPerform,
        "0000209A",
        "problem 5003 (WILL_NOT_PERFORM)",
    )
}

fn weak() -> LdapResult {
    refused(
        Code::ConstraintViolation,
        "0000052D",
        "problem 1005 (CONSTRAINT_ATT_TYPE)",
    )
}

fn missing() -> LdapResult {
    refused(Code::NoSuchObject, "0000208D", "problem 2001 (NO_OBJECT)")
}

/// Whoever is bound has not the right.
pub(super) fn forbidden() -> LdapResult {
    refused(
        Code::InsufficentAccessRights,
        "00002098",
        "problem 4003 (INSUFF_ACCESS_RIGHTS)",
    )
}
