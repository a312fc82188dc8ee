//! The problems of backoffice, and what failures of the parts below mean to a caller.

use problem::{Kind, Problem};

/// Login or password are wrong, or the account may not sign in.
pub const BAD_CREDENTIALS: Kind = Kind {
    slug: "bad-credentials",
    status: 401,
    title: ("Неверный логин или пароль", "Wrong login or password"),
};

/// The database failed: 503 when it cannot serve now, 500 when the fault is ours.
pub fn database(error: pg::sqlx::Error) -> Problem {
    if pg::is_unavailable(&error) {
        Problem::unavailable("postgres", error)
    } else {
        Problem::internal(error)
    }
}
