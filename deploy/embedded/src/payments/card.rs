use time::{Date, Month};

/// A card number that passes the check digit and is declined all the same.
pub const DECLINED_CARD: &str = "4000000000000002";

/// What is wrong with a card as entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadCard {
    /// Not 16 to 19 digits, or the check digit does not fit (ISO/IEC 7812-1 annex B).
    Number,
    /// Not a month and a year, or past.
    Expiry,
    /// Not three digits.
    Code,
}

/// Checks a card as entered; answers its digits.
pub fn check(number: &str, expiry: &str, code: &str, today: Date) -> Result<String, BadCard> {
    let digits: String = number
        .chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '-'))
        .collect();
    let plausible = (16..=19).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    if !plausible || !check_digit_fits(&digits) {
        return Err(BadCard::Number);
    }
    if lasts_until(expiry).is_none_or(|end| end <= today) {
        return Err(BadCard::Expiry);
    }
    if code.len() != 3 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BadCard::Code);
    }
    Ok(digits)
}

/// The first day after `MM/YY`.
fn lasts_until(expiry: &str) -> Option<Date> {
    let (month, year) = expiry.split_once('/')?;
    let month = Month::try_from(month.trim().parse::<u8>().ok()?).ok()?;
    let year = 2000
        + year
            .trim()
            .parse::<i32>()
            .ok()
            .filter(|year| (0..100).contains(year))?;
    let year = if month == Month::December { year + 1 } else { year };
    Date::from_calendar_date(year, month.next(), 1).ok()
}

fn check_digit_fits(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(position, byte)| {
            let digit = u32::from(byte - b'0');
            match (position % 2, digit * 2) {
                (0, _) => digit,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_checked() {
        let today = Date::from_calendar_date(2026, Month::November, 23).unwrap();
        let check = |number, expiry, code| check(number, expiry, code, today);
        assert_eq!(
            check("4111 1111 1111 1111", "12/30", "123"),
            Ok("4111111111111111".into())
        );
        assert!(
            check(DECLINED_CARD, "11/26", "123").is_ok(),
            "valid to the end of its month"
        );
        assert_eq!(check("4111 1111 1111 1112", "12/30", "123"), Err(BadCard::Number));
        assert_eq!(check("", "12/30", "123"), Err(BadCard::Number));
        for past_or_bad in ["10/26", "13/30", "1230", "", "12/2030"] {
            assert_eq!(
                check("4111111111111111", past_or_bad, "123"),
                Err(BadCard::Expiry),
                "{past_or_bad}"
            );
        }
        assert_eq!(check("4111111111111111", "12/30", "12"), Err(BadCard::Code));
    }
}
