use contracts::backoffice::Role;
use kernel::Personal;

/// What an employee is called. Not empty, of at most 64 characters each, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// `givenName`
    pub given: Personal<String>,
    /// `sn`
    pub surname: Personal<String>,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewEmployee {
    /// `sAMAccountName`; see [`NewEmployee::can_be_login`].
    pub login: String,
    /// What the employee is called.
    pub name: Name,
    /// The first password.
    pub password: Personal<String>,
    /// What the employee may.
    pub roles: Vec<Role>,
}

/// `rangeUpper` of `givenName` and `sn` in AD's schema.
const LONGEST_NAME: usize = 64;

/// What SAM takes for a user, whatever the schema says.
const LONGEST_LOGIN: usize = 20;

impl Name {
    /// A name without spaces around it; `None` when it cannot be one.
    pub fn new(given: &str, surname: &str) -> Option<Self> {
        let part = |text: &str| {
            let text = text.trim();
            let fits = !text.is_empty() && text.chars().count() <= LONGEST_NAME;
            (fits && !text.contains(char::is_control)).then(|| Personal::new(text.to_owned()))
        };
        Some(Self {
            given: part(given)?,
            surname: part(surname)?,
        })
    }

    /// `displayName`, surname first.
    pub fn display(&self) -> Personal<String> {
        Personal::new(format!("{} {}", self.surname.expose(), self.given.expose()))
    }
}

impl NewEmployee {
    /// Whether a new account may have the login: 1 to 20 of `a-z 0-9 . _ -`, beginning with a letter or a digit, not
    /// ending with a dot. AD allows more; what is allowed here needs no escaping anywhere.
    pub fn can_be_login(login: &str) -> bool {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = login.as_bytes();
        (1..=LONGEST_LOGIN).contains(&bytes.len())
            && bytes.iter().all(|&byte| plain(byte) || b"._-".contains(&byte))
            && plain(bytes[0])
            && !login.ends_with('.')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_plain() {
        for good in ["a", "courier.petrov", "sklad-2", "0x_1", "abcdefghijklmnopqrst"] {
            assert!(NewEmployee::can_be_login(good), "{good}");
        }
        for bad in [
            "",
            ".a",
            "-a",
            "a.",
            "A",
            "петров",
            "a b",
            "a,b",
            "a*",
            "a\0",
            "a@b",
            "abcdefghijklmnopqrstu",
        ] {
            assert!(!NewEmployee::can_be_login(bad), "{bad:?}");
        }
    }

    #[test]
    fn names_are_trimmed_and_bounded() {
        let name = Name::new(" Пётр ", "Петров").expect("a name");
        assert_eq!(name.display().expose(), "Петров Пётр");
        assert!(Name::new(&"я".repeat(64), "ю").is_some());
        for (given, surname) in [
            ("", "П"),
            (" ", "П"),
            ("П", ""),
            ("a\nb", "П"),
            (&"я".repeat(65), "П"),
        ] {
            assert!(Name::new(given, surname).is_none(), "{given:?} {surname:?}");
        }
    }
}
