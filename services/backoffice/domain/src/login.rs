/// The longest `sAMAccountName` of a person in Active Directory (MS-ADA3, 2.222).
const LONGEST_LOGIN: usize = 20;

/// The login as the audit may keep it when the directory does not know it; `None` when the text might be a password
/// that was typed into the wrong field.
///
/// It is kept when it is written like a login (letters, digits, `.`, `-`, `_`, at most 20) and could not be a password
/// under Active Directory's complexity rule, which wants three of: capitals, small letters, digits, others.
pub fn recordable(typed: &str) -> Option<&str> {
    let typed = typed.trim();
    let alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let like_a_login = (1..=LONGEST_LOGIN).contains(&typed.chars().count()) && typed.chars().all(alphabet);
    let classes: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    let complex = classes.iter().filter(|class| typed.chars().any(**class)).count() >= 3;
    (like_a_login && !complex).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_kept_and_possible_passwords_are_not() {
        for login in [
            "sklad.sidorov",
            "Admin",
            " office.zaytseva ",
            "ivanov2",
            "svc-garnitur",
        ] {
            assert_eq!(recordable(login), Some(login.trim()));
        }
        for secret in [
            "Garnitur-1",
            "correct horse battery",
            "hunter2!",
            "пароль",
            "*)(uid=*",
            "admin\u{0}",
            "",
            "a.login.longer.than.twenty",
        ] {
            assert_eq!(recordable(secret), None, "{secret:?}");
        }
    }
}
