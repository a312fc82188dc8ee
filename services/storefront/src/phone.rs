//! Phone numbers as people write and read them.

/// In international form: `8 (999) 123-45-67` is `+79991234567`. What is no phone stays none.
pub fn international(text: &str) -> String {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '(' | ')' | '-' | '‑' | '–' | '.'))
        .collect();
    match bare.as_bytes() {
        [b'8', rest @ ..] if rest.len() == 10 => format!("+7{}", &bare[1..]),
        [b'7', rest @ ..] if rest.len() == 10 => format!("+{bare}"),
        [b'9', rest @ ..] if rest.len() == 9 => format!("+7{bare}"),
        _ => bare,
    }
}

/// In groups, as it is read aloud: `+7 999 123-45-67`. Foreign numbers stay as they are.
pub fn readable(phone: &str) -> String {
    match phone.strip_prefix("+7") {
        Some(rest) if rest.len() == 10 && rest.is_ascii() => {
            let (area, a, b, c) = (&rest[..3], &rest[3..6], &rest[6..8], &rest[8..]);
            format!("+7 {area} {a}-{b}-{c}")
        }
        _ => phone.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_as_people_write_them() {
        for (written, want) in [
            ("8 (999) 123-45-67", "+79991234567"),
            ("+7 999 123 45 67", "+79991234567"),
            ("79991234567", "+79991234567"),
            ("999 123-45-67", "+79991234567"),
            ("+49 30 901820", "+4930901820"),
            ("нет телефона", "неттелефона"),
            ("8", "8"),
        ] {
            assert_eq!(international(written), want);
        }
    }

    #[test]
    fn phones_as_people_read_them() {
        assert_eq!(readable("+79991234567"), "+7 999 123-45-67");
        assert_eq!(readable("+4930901820"), "+4930901820");
        assert_eq!(readable("+7ёёёёё"), "+7ёёёёё");
    }
}
