//! Administering employees (ADM-1).

use garde::Validate;
use kernel::Personal;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Role;

/// An employee as the directory has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Employee {
    /// Id; stays when the name changes.
    pub id: Uuid,
    /// Login; stays.
    pub login: String,
    /// First name; empty where the directory has none.
    #[schema(value_type = String)]
    #[serde(serialize_with = "Personal::reveal")]
    pub given_name: Personal<String>,
    /// Surname; empty where the directory has none.
    #[schema(value_type = String)]
    #[serde(serialize_with = "Personal::reveal")]
    pub surname: Personal<String>,
    /// Name to show.
    #[schema(value_type = String)]
    #[serde(serialize_with = "Personal::reveal")]
    pub name: Personal<String>,
    /// What the employee may do.
    pub roles: Vec<Role>,
    /// Whether the account is switched on.
    pub enabled: bool,
    /// Whether it is locked for a while after wrong passwords.
    pub locked: bool,
    /// Whether the password must be changed before it is of use.
    pub password_expired: bool,
    /// When the account stops to be of use; null for never.
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
}

/// Which employees; all filters must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams, Validate)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EmployeesQuery {
    /// Part of the login or the name, in any case.
    #[garde(length(chars, min = 1, max = 64))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Only those who have the role.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Employees a page, 1 to 100; 50 by default.
    #[garde(range(min = 1, max = 100))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u16>,
    /// Where the page before ended.
    #[garde(length(max = 200))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// One page of employees, by login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EmployeesPage {
    /// Employees.
    pub items: Vec<Employee>,
    /// Cursor of the next page; null on the last one.
    pub next_cursor: Option<String>,
}

/// Makes an account.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewEmployee {
    /// Login: 1 to 20 of `a-z 0-9 . _ -`, beginning with a letter or a digit, not ending with a dot.
    #[garde(custom(login_fits))]
    #[schema(example = "sklad.sidorov")]
    pub login: String,
    /// First name, of at most 64 characters.
    #[garde(custom(name_fits))]
    #[schema(value_type = String)]
    #[serde(serialize_with = "Personal::reveal")]
    pub given_name: Personal<String>,
    /// Surname, of at most 64 characters.
    #[garde(custom(name_fits))]
    #[schema(value_type = String)]
    #[serde(serialize_with = "Personal::reveal")]
    pub surname: Personal<String>,
    /// First password; it must be changed before it is of use. The domain's policy decides whether it will do.
    #[garde(custom(password_fits))]
    #[schema(value_type = String, format = Password)]
    #[serde(serialize_with = "Personal::reveal")]
    pub password: Personal<String>,
    /// What the employee may do.
    #[garde(skip)]
    pub roles: Vec<Role>,
}

/// Changes what is given.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EmployeeChange {
    /// First name.
    #[garde(inner(custom(name_fits)))]
    #[schema(value_type = Option<String>)]
    #[serde(
        default,
        serialize_with = "reveal_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub given_name: Option<Personal<String>>,
    /// Surname.
    #[garde(inner(custom(name_fits)))]
    #[schema(value_type = Option<String>)]
    #[serde(
        default,
        serialize_with = "reveal_some",
        skip_serializing_if = "Option::is_none"
    )]
    pub surname: Option<Personal<String>>,
    /// What the employee may do from now on, and nothing else.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
    /// Whether the account is switched on.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
}

/// Gives an employee another password.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewPassword {
    /// The password. The domain's policy decides whether it will do.
    #[garde(custom(password_fits))]
    #[schema(value_type = String, format = Password)]
    #[serde(serialize_with = "Personal::reveal")]
    pub password: Personal<String>,
    /// Whether it must be changed before it is of use.
    #[garde(skip)]
    pub must_change: bool,
}

#[expect(clippy::ref_option, reason = "as serde calls it")]
fn reveal_some<S: serde::Serializer>(
    value: &Option<Personal<String>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    value.as_ref().map(Personal::expose).serialize(serializer)
}

/// What needs no escaping anywhere; SAM takes 20 characters for a user.
fn login_fits<C>(value: &str, _: &C) -> garde::Result {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = value.as_bytes();
    let fits = (1..=20).contains(&bytes.len())
        && bytes.iter().all(|&byte| plain(byte) || b"._-".contains(&byte))
        && plain(bytes[0])
        && !value.ends_with('.');
    if fits {
        Ok(())
    } else {
        Err(garde::Error::new(
            "от 1 до 20 символов a-z 0-9 . _ - | must have 1 to 20 characters of a-z 0-9 . _ -",
        ))
    }
}

fn name_fits<C>(value: &Personal<String>, _: &C) -> garde::Result {
    let value = value.expose().trim();
    let fits = (1..=64).contains(&value.chars().count());
    if fits && !value.contains(char::is_control) {
        Ok(())
    } else {
        Err(garde::Error::new(
            "от 1 до 64 символов | must have 1 to 64 characters",
        ))
    }
}

/// AD takes up to 127 characters from other programs.
fn password_fits<C>(value: &Personal<String>, _: &C) -> garde::Result {
    let value = value.expose();
    if (1..=127).contains(&value.chars().count()) && !value.contains('\0') {
        Ok(())
    } else {
        Err(garde::Error::new(
            "от 1 до 127 символов | must have 1 to 127 characters",
        ))
    }
}
