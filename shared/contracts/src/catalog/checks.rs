//! Forms of codes and names.

use kernel::Text;

const CODE: &str =
    "от 1 до 40 строчных букв a–z, цифр и дефисов | 1 to 40 small letters a–z, digits and hyphens";

fn is_code(text: &str, longest: usize, first: fn(u8) -> bool, rest: fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= longest
        && bytes.first().is_some_and(|byte| first(*byte))
        && bytes.iter().all(|byte| rest(*byte))
}

fn refused(fits: bool, message: &'static str) -> garde::Result {
    if fits {
        Ok(())
    } else {
        Err(garde::Error::new(message))
    }
}

const fn is_small(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

pub(super) fn small_code<X>(text: &str, _: &X) -> garde::Result {
    refused(
        is_code(text, 40, is_small, |byte| is_small(byte) || byte == b'-'),
        CODE,
    )
}

pub(super) fn type_code<X>(text: &str, _: &X) -> garde::Result {
    refused(
        is_code(text, 40, is_small, |byte| {
            is_small(byte) || matches!(byte, b'-' | b'_')
        }),
        "от 1 до 40 строчных букв a–z, цифр, дефисов и подчёркиваний | 1 to 40 small letters a–z, digits, hyphens and underscores",
    )
}

pub(super) fn property_code<X>(text: &str, _: &X) -> garde::Result {
    refused(
        is_code(
            text,
            40,
            |byte| byte.is_ascii_lowercase(),
            |byte| is_small(byte) || byte == b'_',
        ),
        "буква a–z, за ней до 39 строчных букв, цифр и подчёркиваний | a letter a–z and up to 39 small letters, digits and underscores",
    )
}

pub(super) fn warehouse_code<X>(text: &str, _: &X) -> garde::Result {
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    refused(
        is_code(text, 16, fits, fits),
        "от 1 до 16 заглавных букв A–Z, цифр и дефисов | 1 to 16 capital letters A–Z, digits and hyphens",
    )
}

pub(super) fn swatch<X>(text: &str, _: &X) -> garde::Result {
    let digits = text.strip_prefix('#').unwrap_or_default();
    let fits = digits.len() == 6 && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    refused(
        fits,
        "# и шесть шестнадцатеричных цифр строчными буквами | # and six hexadecimal digits in small letters",
    )
}

pub(super) fn title<X>(text: &Text, _: &X) -> garde::Result {
    let fits = [&text.ru, &text.en].into_iter().all(|text| {
        !text.trim().is_empty() && text.chars().count() <= 200 && !text.chars().any(char::is_control)
    });
    refused(
        fits,
        "от 1 до 200 печатных символов на каждом языке | 1 to 200 printable characters in each language",
    )
}
