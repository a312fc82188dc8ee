//! What failures of the directory mean to the administrator and to the audit.

use directory::PersonnelError;
use kernel::Text;
use problem::{Problem, kinds};

use crate::problems::{LOGIN_TAKEN, ROLE_NOT_SETTABLE};

pub(super) const fn code(error: &PersonnelError) -> &'static str {
    match error {
        PersonnelError::NotFound => "not_found",
        PersonnelError::LoginTaken => "login_taken",
        PersonnelError::PasswordRefused => "password_refused",
        PersonnelError::Inherited(_) => "role_inherited",
        PersonnelError::NoGroup(_) => "no_group",
        PersonnelError::Forbidden(_) => "forbidden",
        PersonnelError::NotConfigured => "not_configured",
        PersonnelError::Unavailable(_) => "directory_down",
    }
}

pub(super) fn problem(error: PersonnelError) -> Problem {
    match error {
        PersonnelError::NotFound => Problem::new(&kinds::NOT_FOUND),
        PersonnelError::LoginTaken => Problem::new(&LOGIN_TAKEN),
        PersonnelError::PasswordRefused => Problem::new(&kinds::VALIDATION).field(
            "password",
            "invalid",
            Text::new(
                "слишком простой, короткий или уже использовался",
                "is too simple, too short or was used before",
            ),
        ),
        PersonnelError::Inherited(role) => {
            Problem::new(&ROLE_NOT_SETTABLE)
                .ext("role", &role)
                .detail(Text::new(
                    "Роль приходит через вложенную группу каталога; измените состав групп в каталоге.",
                    "The role comes through a group in a group of the directory; change the groups there.",
                ))
        }
        PersonnelError::NoGroup(role) => {
            Problem::new(&ROLE_NOT_SETTABLE)
                .ext("role", &role)
                .detail(Text::new(
                    "В каталоге нет группы для этой роли.",
                    "The directory has no group for this role.",
                ))
        }
        // Ours to set right: the log says what.
        PersonnelError::Forbidden(_) | PersonnelError::NotConfigured | PersonnelError::Unavailable(_) => {
            Problem::unavailable("the directory", error)
        }
    }
}
