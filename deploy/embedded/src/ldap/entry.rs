//! The entries of a directory, as a domain controller would hold them.

use std::collections::{BTreeMap, HashSet};

use super::dn::{Dn, escape_value};
use super::domain::{Domain, Employee};

/// The account is switched off (`ADS_UF_ACCOUNTDISABLE`).
pub(super) const ACCOUNT_DISABLED: u32 = 0x2;
/// An ordinary account (`ADS_UF_NORMAL_ACCOUNT`).
const NORMAL_ACCOUNT: u32 = 0x200;
/// What only the computed attribute tells (`ADS_UF_LOCKOUT`, `ADS_UF_PASSWORD_EXPIRED`).
const LOCKED: u32 = 0x10;
const PASSWORD_EXPIRED: u32 = 0x80_0000;
/// The password does not expire (`ADS_UF_DONT_EXPIRE_PASSWD`): for services.
const PASSWORD_DOES_NOT_EXPIRE: u32 = 0x1_0000;

/// All entries were made on the day the house was founded.
const WHEN_CREATED: &str = "20240115090000.0Z";

/// As a moment in which something ends.
const NEVER: &str = "9223372036854775807";

/// One entry.
#[derive(Debug)]
pub(super) struct Entry {
    pub name: String,
    pub dn: Dn,
    pub attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub(super) struct Attribute {
    pub name: &'static str,
    pub values: Vec<Vec<u8>>,
}

impl Entry {
    /// The values of an attribute; the case of its name does not matter.
    pub(super) fn values(&self, name: &str) -> Option<&[Vec<u8>]> {
        self.attributes
            .iter()
            .find(|attribute| attribute.name.eq_ignore_ascii_case(name))
            .map(|attribute| attribute.values.as_slice())
    }
}

/// Who can bind, and what the answer is.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "they do not exclude each other")]
pub(super) struct Account {
    pub dn: Dn,
    pub login: String,
    pub password: String,
    pub disabled: bool,
    pub locked: bool,
    pub must_change: bool,
    /// A program: it may administer employees.
    pub service: bool,
}

/// A directory ready to be asked.
#[derive(Debug)]
pub(super) struct Tree {
    pub root_dse: Entry,
    pub dns_name: String,
    /// From the root down.
    pub entries: Vec<Entry>,
    pub accounts: Vec<Account>,
    /// Names of all attributes in lower case: a filter on another one is undefined.
    pub schema: HashSet<String>,
}

impl Tree {
    pub(super) fn new(domain: &Domain) -> Self {
        let base_name = domain.base_dn();
        let mut builder = Builder {
            base_name: base_name.clone(),
            entries: Vec::new(),
        };
        builder.containers(&domain.dns_name);
        let groups = builder.employees(domain);
        for (group, members) in groups {
            builder.group(&group, members, domain);
        }
        let mut accounts: Vec<_> = domain
            .employees
            .iter()
            .map(|employee| Account {
                dn: parsed(&employee.name(&base_name)),
                login: employee.login.clone(),
                password: employee.password.expose().clone(),
                disabled: employee.disabled,
                locked: employee.locked,
                must_change: employee.must_change,
                service: false,
            })
            .collect();
        for service in &domain.services {
            let name = domain.service_dn(&service.login);
            builder.service(&name, &service.login, &domain.dns_name);
            accounts.push(Account {
                dn: parsed(&name),
                login: service.login.clone(),
                password: service.password.expose().clone(),
                disabled: false,
                locked: false,
                must_change: false,
                service: true,
            });
        }

        let schema = builder
            .entries
            .iter()
            .flat_map(|entry| &entry.attributes)
            .map(|attribute| attribute.name.to_lowercase())
            // Attributes that AD knows and that nobody here happens to have.
            .chain(["uid", "lockouttime", "telephonenumber", "description"].map(str::to_owned))
            .collect();
        Self {
            root_dse: root_dse(&base_name),
            dns_name: domain.dns_name.clone(),
            entries: builder.entries,
            accounts,
            schema,
        }
    }
}

fn parsed(name: &str) -> Dn {
    Dn::parse(name).expect("names built here are escaped")
}

struct Builder {
    base_name: String,
    entries: Vec<Entry>,
}

impl Builder {
    fn push(
        &mut self,
        name: String,
        classes: &[&str],
        category: &str,
        own: Vec<(&'static str, Vec<String>)>,
    ) {
        let category = format!("CN={category},CN=Schema,CN=Configuration,{}", self.base_name);
        let mut attributes = vec![
            text(
                "objectClass",
                classes.iter().map(|&class| class.to_owned()).collect(),
            ),
            text("objectCategory", vec![category]),
            text("distinguishedName", vec![name.clone()]),
            text("whenCreated", vec![WHEN_CREATED.to_owned()]),
            Attribute {
                name: "objectGUID",
                values: vec![guid(&name)],
            },
        ];
        attributes.extend(
            own.into_iter()
                .filter(|(_, values)| !values.is_empty())
                .map(|(name, values)| text(name, values)),
        );
        self.entries.push(Entry {
            dn: parsed(&name),
            name,
            attributes,
        });
    }

    fn containers(&mut self, dns_name: &str) {
        let first = dns_name.split('.').next().unwrap_or_default().to_owned();
        self.push(
            self.base_name.clone(),
            &["top", "domain", "domainDNS"],
            "Domain-DNS",
            vec![("dc", vec![first.clone()]), ("name", vec![first])],
        );
        for unit in ["Employees", "Groups", "Service Accounts"] {
            self.push(
                format!("OU={unit},{}", self.base_name),
                &["top", "organizationalUnit"],
                "Organizational-Unit",
                vec![("ou", vec![unit.to_owned()]), ("name", vec![unit.to_owned()])],
            );
        }
    }

    fn group_name(&self, group: &str) -> String {
        format!("CN={},OU=Groups,{}", escape_value(group), self.base_name)
    }

    /// Adds the employees; returns all groups with the names of their members.
    fn employees(&mut self, domain: &Domain) -> BTreeMap<String, Vec<String>> {
        let mut groups: BTreeMap<String, Vec<String>> = domain
            .groups
            .iter()
            .map(|group| (group.clone(), Vec::new()))
            .collect();
        for (inner, outer) in &domain.nested {
            groups.entry(inner.clone()).or_default();
            groups
                .entry(outer.clone())
                .or_default()
                .push(self.group_name(inner));
        }
        for employee in &domain.employees {
            let name = employee.name(&self.base_name);
            for group in &employee.groups {
                groups.entry(group.clone()).or_default().push(name.clone());
            }
            let display = display_name(employee);
            let login = &employee.login;
            let mut control = NORMAL_ACCOUNT;
            if employee.disabled {
                control |= ACCOUNT_DISABLED;
            }
            let mut computed = 0;
            if employee.locked {
                computed |= LOCKED;
            }
            if employee.must_change {
                computed |= PASSWORD_EXPIRED;
            }
            let mut own = vec![
                ("cn", vec![employee.cn.clone()]),
                ("name", vec![employee.cn.clone()]),
                ("sAMAccountName", vec![login.clone()]),
                ("userPrincipalName", vec![format!("{login}@{}", domain.dns_name)]),
                ("displayName", vec![display]),
                ("givenName", vec![employee.given_name.expose().clone()]),
                ("sn", vec![employee.surname.expose().clone()]),
                ("mail", vec![format!("{login}@{}", domain.dns_name)]),
                ("userAccountControl", vec![control.to_string()]),
                ("msDS-User-Account-Control-Computed", vec![computed.to_string()]),
                ("accountExpires", vec![NEVER.to_owned()]),
                (
                    "memberOf",
                    employee
                        .groups
                        .iter()
                        .map(|group| self.group_name(group))
                        .collect(),
                ),
            ];
            if employee.locked {
                own.push(("lockoutTime", vec!["133497000000000000".to_owned()]));
            }
            self.push(
                name,
                &["top", "person", "organizationalPerson", "user"],
                "Person",
                own,
            );
        }
        groups
    }

    fn group(&mut self, group: &str, members: Vec<String>, domain: &Domain) {
        let outer = domain.nested.iter().filter(|(inner, _)| inner == group);
        let own = vec![
            ("cn", vec![group.to_owned()]),
            ("name", vec![group.to_owned()]),
            ("sAMAccountName", vec![group.to_owned()]),
            // A global security group.
            ("groupType", vec!["-2147483646".to_owned()]),
            ("member", members),
            (
                "memberOf",
                outer.map(|(_, outer)| self.group_name(outer)).collect(),
            ),
        ];
        self.push(self.group_name(group), &["top", "group"], "Group", own);
    }

    fn service(&mut self, name: &str, login: &str, dns_name: &str) {
        let control = NORMAL_ACCOUNT | PASSWORD_DOES_NOT_EXPIRE;
        let own = vec![
            ("cn", vec![login.to_owned()]),
            ("name", vec![login.to_owned()]),
            ("sAMAccountName", vec![login.to_owned()]),
            ("userPrincipalName", vec![format!("{login}@{dns_name}")]),
            ("userAccountControl", vec![control.to_string()]),
        ];
        self.push(
            name.to_owned(),
            &["top", "person", "organizationalPerson", "user"],
            "Person",
            own,
        );
    }
}

fn display_name(employee: &Employee) -> String {
    format!("{} {}", employee.surname.expose(), employee.given_name.expose())
}

fn text(name: &'static str, values: Vec<String>) -> Attribute {
    Attribute {
        name,
        values: values.into_iter().map(String::into_bytes).collect(),
    }
}

/// The same id for the same name at every start (FNV-1a of 128 bits), in AD's byte order.
fn guid(name: &str) -> Vec<u8> {
    let hash = name
        .bytes()
        .fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
            (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
        });
    uuid::Builder::from_random_bytes(hash.to_be_bytes())
        .into_uuid()
        .to_bytes_le()
        .to_vec()
}

/// What the server says about itself (RFC 4512, 5.1), to anybody.
fn root_dse(base_name: &str) -> Entry {
    let one = |name, value: &str| text(name, vec![value.to_owned()]);
    Entry {
        name: String::new(),
        dn: Dn::default(),
        attributes: vec![
            one("objectClass", "top"),
            one("defaultNamingContext", base_name),
            one("rootDomainNamingContext", base_name),
            one("namingContexts", base_name),
            one("supportedLDAPVersion", "3"),
            one("supportedExtension", super::session::WHO_AM_I),
            one("supportedCapabilities", "1.2.840.113556.1.4.800"),
            one("isSynchronized", "TRUE"),
        ],
    }
}
