use kernel::Personal;

use super::dn::escape_value;

/// Someone who works here.
#[derive(Debug, Clone)]
pub struct Employee {
    /// `cn`; two people may share a name, but not this.
    pub cn: String,
    /// `sAMAccountName`.
    pub login: String,
    /// `givenName`.
    pub given_name: Personal<String>,
    /// `sn`.
    pub surname: Personal<String>,
    /// Password. In the clear: this is the directory of demonstrations and tests.
    pub password: Personal<String>,
    /// Names (CN) of the groups.
    pub groups: Vec<String>,
    /// The account was switched off: binds fail with data 533.
    pub disabled: bool,
    /// Locked after too many bad passwords: binds fail with data 775 even when the password is right.
    pub locked: bool,
    /// The password was given by somebody else: binds fail with data 773.
    pub must_change: bool,
}

impl Employee {
    /// An active employee without groups.
    pub fn new(login: &str, given_name: &str, surname: &str, password: &str) -> Self {
        Self {
            cn: format!("{surname} {given_name} ({login})"),
            login: login.to_owned(),
            given_name: Personal::new(given_name.to_owned()),
            surname: Personal::new(surname.to_owned()),
            password: Personal::new(password.to_owned()),
            groups: Vec::new(),
            disabled: false,
            locked: false,
            must_change: false,
        }
    }

    /// The name of the entry in the domain of this base.
    pub(super) fn name(&self, base_dn: &str) -> String {
        format!("CN={},OU=Employees,{base_dn}", escape_value(&self.cn))
    }

    /// The employee with these groups more.
    #[must_use]
    pub fn in_groups(mut self, groups: &[&str]) -> Self {
        self.groups.extend(groups.iter().map(|&group| group.to_owned()));
        self
    }

    /// The employee with the account switched off.
    #[must_use]
    pub const fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    /// The employee with the account locked.
    #[must_use]
    pub const fn locked(mut self) -> Self {
        self.locked = true;
        self
    }
}

/// An account of a program.
#[derive(Debug, Clone)]
pub struct ServiceAccount {
    /// `sAMAccountName`.
    pub login: String,
    /// Password.
    pub password: Personal<String>,
}

/// What a directory holds.
#[derive(Debug, Clone)]
pub struct Domain {
    /// DNS name, such as `garnitur.local`; gives the base `DC=garnitur,DC=local`.
    pub dns_name: String,
    /// Employees, under `OU=Employees`.
    pub employees: Vec<Employee>,
    /// Programs, under `OU=Service Accounts`.
    pub services: Vec<ServiceAccount>,
    /// Names of groups that exist even without members, under `OU=Groups`.
    pub groups: Vec<String>,
    /// Groups that are members of others: the inner one's name and the outer one's.
    pub nested: Vec<(String, String)>,
}

impl Domain {
    /// A domain with nobody in it.
    pub fn new(dns_name: &str) -> Self {
        Self {
            dns_name: dns_name.to_owned(),
            employees: Vec::new(),
            services: Vec::new(),
            groups: Vec::new(),
            nested: Vec::new(),
        }
    }

    /// The name of the domain's root entry.
    pub fn base_dn(&self) -> String {
        let parts: Vec<_> = self
            .dns_name
            .split('.')
            .map(|part| format!("DC={}", escape_value(part)))
            .collect();
        parts.join(",")
    }

    /// The name of the entry under which employees are.
    pub fn employees_dn(&self) -> String {
        format!("OU=Employees,{}", self.base_dn())
    }

    /// The name of the entry of the service account `login`: what to bind with.
    pub fn service_dn(&self, login: &str) -> String {
        format!(
            "CN={},OU=Service Accounts,{}",
            escape_value(login),
            self.base_dn()
        )
    }
}
