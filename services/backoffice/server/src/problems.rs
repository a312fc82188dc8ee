//! The problems of backoffice, and what failures of the parts below mean to a caller.

use problem::{Kind, Problem};

/// Login or password are wrong, or the account may not sign in.
pub const BAD_CREDENTIALS: Kind = Kind {
    slug: "bad-credentials",
    status: 401,
    title: ("Неверный логин или пароль", "Wrong login or password"),
};

/// Somebody or something in the domain has the login.
pub const LOGIN_TAKEN: Kind = Kind {
    slug: "login-taken",
    status: 409,
    title: ("Логин уже занят", "The login is taken"),
};

/// A role cannot be given, or taken away, by changing the employee.
pub const ROLE_NOT_SETTABLE: Kind = Kind {
    slug: "role-not-settable",
    status: 409,
    title: ("Роль нельзя изменить здесь", "The role cannot be changed here"),
};

/// Nobody shuts the own account out.
pub const OWN_ACCOUNT: Kind = Kind {
    slug: "own-account",
    status: 409,
    title: (
        "Свою учётную запись нельзя отключить или удалить",
        "Your own account cannot be switched off or removed",
    ),
};

/// The database failed: 503 when it cannot serve now, 500 when the fault is ours.
pub fn database(error: pg::sqlx::Error) -> Problem {
    if pg::is_unavailable(&error) {
        Problem::unavailable("postgres", error)
    } else {
        Problem::internal(error)
    }
}
