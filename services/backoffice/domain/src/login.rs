/// The longest `sAMAccountName` of a person in Active Directory (MS-ADA3, 2.222).
const LONGEST_LOGIN: usize = 20;

/// A login as the audit writes it: Active Directory does not mind the case, and who reads the audit should not have to.
pub fn canonical(login: &str) -> String {
    login.trim().to_lowercase()
}

/// The login of a refused attempt as the audit may keep it; `None` when the text might be a password that was typed
/// into the wrong field.
///
/// It is kept when it is `known` to be a login: the directory said so, or the audit names it already. Else it must be
/// written like one (letters, digits, `.`, `-`, `_`, at most 20) and not fit for a password under Active Directory's
/// complexity rule, which wants three of: capitals, small letters, digits, others.
pub(crate) fn attempted(typed: &str, known: bool) -> Option<String> {
    (known || looks_like_a_login(typed.trim())).then(|| canonical(typed))
}

fn looks_like_a_login(typed: &str) -> bool {
    let alphabet = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let like_a_login = (1..=LONGEST_LOGIN).contains(&typed.chars().count()) && typed.chars().all(alphabet);
    let classes: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    let complex = classes.iter().filter(|class| typed.chars().any(**class)).count() >= 3;
    like_a_login && !complex
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
            assert_eq!(attempted(login, false), Some(canonical(login)));
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
            assert_eq!(attempted(secret, false), None, "{secret:?}");
        }
        assert_eq!(
            attempted(" Sklad.Sidorov2", true).as_deref(),
            Some("sklad.sidorov2")
        );
    }
}
