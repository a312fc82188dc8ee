//! Words for what garde finds.
//!
//! garde gives each error one string. While we validate, that string carries a stable code and both languages,
//! parted by a control character that cannot be confused with text.

use std::borrow::Cow;
use std::fmt::Display;

use garde::Validate;
use garde::i18n::{I18n, InvalidCreditCard, InvalidEmail, InvalidPhoneNumber, InvalidUrl, IpKind, with_i18n};
use kernel::Text;

use crate::{Problem, kinds};

const PART: char = '\u{1f}';

/// Validates `value`; the problem names every field that is wrong.
pub(crate) fn check<T: Validate<Context = ()>>(value: &T) -> Result<(), Problem> {
    let Err(report) = with_i18n(Bilingual, || value.validate()) else {
        return Ok(());
    };
    let mut problem = Problem::new(&kinds::VALIDATION);
    for (path, error) in report.iter() {
        let (code, message) = split(error.message());
        problem = problem.field(path.to_string(), code, message);
    }
    Err(problem)
}

fn split(message: &str) -> (&'static str, Text) {
    let mut parts = message.split(PART);
    if let (Some(code), Some(ru), Some(en)) = (parts.next(), parts.next(), parts.next()) {
        let code = CODES.iter().find(|known| **known == code).copied();
        return (code.unwrap_or("invalid"), Text::new(ru, en));
    }
    // A custom rule: `"по-русски | in English"`, or one text for both.
    let (ru, en) = message.split_once(" | ").unwrap_or((message, message));
    ("invalid", Text::new(ru, en))
}

const CODES: [&str; 8] = [
    "too_short",
    "too_long",
    "too_small",
    "too_large",
    "format",
    "mismatch",
    "required",
    "invalid",
];

fn say(code: &str, ru: impl Display, en: impl Display) -> Cow<'static, str> {
    format!("{code}{PART}{ru}{PART}{en}").into()
}

struct Bilingual;

impl I18n for Bilingual {
    fn length_lower_than(&self, min: usize) -> Cow<'static, str> {
        say(
            "too_short",
            format_args!("длина не меньше {min}"),
            format_args!("length at least {min}"),
        )
    }

    fn length_greater_than(&self, max: usize) -> Cow<'static, str> {
        say(
            "too_long",
            format_args!("длина не больше {max}"),
            format_args!("length at most {max}"),
        )
    }

    fn range_lower_than(&self, min: &dyn Display) -> Cow<'static, str> {
        say(
            "too_small",
            format_args!("не меньше {min}"),
            format_args!("at least {min}"),
        )
    }

    fn range_greater_than(&self, max: &dyn Display) -> Cow<'static, str> {
        say(
            "too_large",
            format_args!("не больше {max}"),
            format_args!("at most {max}"),
        )
    }

    fn credit_card_invalid(&self, _: InvalidCreditCard) -> Cow<'static, str> {
        say("format", "неверный номер карты", "not a card number")
    }

    fn pattern_no_match(&self, _: &dyn Display) -> Cow<'static, str> {
        say("format", "неверный формат", "wrong format")
    }

    fn contains_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        say(
            "format",
            format_args!("должно содержать «{pattern}»"),
            format_args!("must contain \"{pattern}\""),
        )
    }

    fn url_invalid(&self, _: InvalidUrl) -> Cow<'static, str> {
        say("format", "неверный адрес", "not a URL")
    }

    fn prefix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        say(
            "format",
            format_args!("должно начинаться с «{pattern}»"),
            format_args!("must begin with \"{pattern}\""),
        )
    }

    fn suffix_missing(&self, pattern: &dyn Display) -> Cow<'static, str> {
        say(
            "format",
            format_args!("должно заканчиваться на «{pattern}»"),
            format_args!("must end with \"{pattern}\""),
        )
    }

    fn phone_number_invalid(&self, _: InvalidPhoneNumber) -> Cow<'static, str> {
        say("format", "неверный номер телефона", "not a phone number")
    }

    fn ip_invalid(&self, _: IpKind) -> Cow<'static, str> {
        say("format", "неверный IP-адрес", "not an IP address")
    }

    fn matches_field_mismatch(&self, field: &dyn Display) -> Cow<'static, str> {
        say(
            "mismatch",
            format_args!("должно совпадать с {field}"),
            format_args!("must match {field}"),
        )
    }

    fn email_invalid(&self, _: InvalidEmail) -> Cow<'static, str> {
        say(
            "format",
            "неверный адрес электронной почты",
            "not an e-mail address",
        )
    }

    fn ascii_invalid(&self) -> Cow<'static, str> {
        say("format", "только символы ASCII", "ASCII characters only")
    }

    fn alphanumeric_invalid(&self) -> Cow<'static, str> {
        say("format", "только буквы и цифры", "letters and digits only")
    }

    fn required_not_set(&self) -> Cow<'static, str> {
        say("required", "обязательное поле", "required")
    }
}
