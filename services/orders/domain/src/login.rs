/// Stands for a login that is not told, since it could be a password.
const WITHHELD: &str = "unknown";

/// The longest `sAMAccountName` of a person in Active Directory (MS-ADA3, 2.222).
const LONGEST: usize = 20;

/// What may be told of a login with which somebody was refused (CUS-3): people type their password into the wrong
/// field, and events are kept and shown.
///
/// A login that is `known` to the directory is told. Else it must be written like one (letters, digits, `.`, `-`, `_`,
/// at most 20) and not fit for a password under Active Directory's complexity rule, which wants three of: capitals,
/// small letters, digits, others.
pub fn told_login(typed: &str, known: bool) -> &str {
    let typed = typed.trim();
    if known || looks_like_a_login(typed) {
        typed
    } else {
        WITHHELD
    }
}

fn looks_like_a_login(typed: &str) -> bool {
    let alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let classes: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    let used = classes.iter().filter(|class| typed.chars().any(**class)).count();
    (1..=LONGEST).contains(&typed.chars().count()) && typed.chars().all(alphabet) && used < 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_told_and_possible_passwords_are_not() {
        for login in ["courier.petrov", "Petrov", "ivanov2", "svc-courier"] {
            assert_eq!(told_login(login, false), login);
        }
        assert_eq!(told_login(" courier.petrov ", false), "courier.petrov");
        for secret in [
            "Garnitur-1",
            "correct horse battery",
            "hunter2!",
            "пароль",
            "*)(uid=*",
            "",
            "a.login.longer.than.twenty",
        ] {
            assert_eq!(told_login(secret, false), WITHHELD, "{secret:?}");
        }
        assert_eq!(told_login("Courier.Petrov2", true), "Courier.Petrov2");
    }
}
