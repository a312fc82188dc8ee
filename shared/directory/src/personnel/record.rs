use contracts::backoffice::Role;
use kernel::Personal;
use ldap3::SearchEntry;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::entry::{guid, text};
use crate::ldap::ACCOUNT_DISABLED;

/// `ADS_UF_LOCKOUT` and `ADS_UF_PASSWORD_EXPIRED`: only the computed attribute tells them.
const LOCKED: u32 = 0x10;
const PASSWORD_EXPIRED: u32 = 0x80_0000;

/// What is read of an employee's entry.
pub(super) const ATTRIBUTES: [&str; 8] = [
    "objectGUID",
    "sAMAccountName",
    "givenName",
    "sn",
    "displayName",
    "userAccountControl",
    "msDS-User-Account-Control-Computed",
    "accountExpires",
];

/// An employee as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `objectGUID`
    pub id: Uuid,
    /// `sAMAccountName`
    pub login: String,
    /// `givenName`; empty where there is none.
    pub given_name: Personal<String>,
    /// `sn`; empty where there is none.
    pub surname: Personal<String>,
    /// `displayName`; the login where there is none.
    pub name: Personal<String>,
    /// Whether the account is switched on.
    pub enabled: bool,
    /// Locked for a while after wrong passwords.
    pub locked: bool,
    /// The password is too old, or was given by somebody else, and must be changed.
    pub password_expired: bool,
    /// When the account stops to be of use, if ever.
    pub expires_at: Option<OffsetDateTime>,
    /// What the groups allow, each role once, in a fixed order.
    pub roles: Vec<Role>,
}

/// An employee's entry.
pub(super) struct Entry {
    pub dn: String,
    /// `userAccountControl`
    pub control: u32,
    /// Without roles: they are in groups.
    pub record: Record,
}

impl Entry {
    /// `None`, and a line in the log, when the entry has not what
    /// every account of AD has.
    pub(super) fn read(entry: &SearchEntry) -> Option<Self> {
        let (Some(id), Some(login)) = (guid(entry), text(entry, "sAMAccountName")) else {
            tracing::error!("the service account cannot read objectGUID and sAMAccountName of an entry");
            return None;
        };
        let owned = |attribute| Personal::new(text(entry, attribute).unwrap_or_default().to_owned());
        // Negative in some versions, being a signed number.
        let computed = text(entry, "msDS-User-Account-Control-Computed")
            .and_then(|bits| bits.parse::<i32>().ok())
            .map_or(0, i32::cast_unsigned);
        let control = text(entry, "userAccountControl").and_then(|bits| bits.parse::<u32>().ok());
        let record = Record {
            id,
            login: login.to_owned(),
            given_name: owned("givenName"),
            surname: owned("sn"),
            name: Personal::new(text(entry, "displayName").unwrap_or(login).to_owned()),
            enabled: control.is_some_and(|bits| bits & ACCOUNT_DISABLED == 0),
            locked: computed & LOCKED != 0,
            password_expired: computed & PASSWORD_EXPIRED != 0,
            expires_at: text(entry, "accountExpires").and_then(moment),
            roles: Vec::new(),
        };
        Some(Self {
            dn: entry.dn.clone(),
            control: control.unwrap_or(ACCOUNT_DISABLED),
            record,
        })
    }
}

/// Tenths of microseconds since 1601 (FILETIME); 0 and the largest number mean never.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let ticks: i64 = text
        .parse()
        .ok()
        .filter(|ticks| *ticks > 0 && *ticks < i64::MAX)?;
    let since = Duration::new(ticks / 10_000_000, 0);
    OffsetDateTime::from_unix_timestamp(-11_644_473_600)
        .ok()?
        .checked_add(since)
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn file_times() {
        assert_eq!(
            moment("132539328000000000"),
            Some(datetime!(2021-01-01 00:00 UTC))
        );
        for never in ["0", "9223372036854775807", "", "x", "-1"] {
            assert_eq!(moment(never), None, "{never}");
        }
    }
}
