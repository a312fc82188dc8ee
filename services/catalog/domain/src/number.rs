use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A decimal of up to three places, kept exactly as thousandths. Up to 15 digits, so that a JSON reader that makes a
/// float of it still shows the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Number(i64);

/// Why something is not a [`Number`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// More than three decimal places.
    #[error("has more than three decimal places")]
    TooPrecise,
    /// More than twelve digits before the point.
    #[error("has more than twelve digits before the point")]
    TooLarge,
}

impl Number {
    const MOST: i64 = 999_999_999_999_999;

    /// Of thousandths.
    pub const fn from_thousandths(thousandths: i64) -> Result<Self, NumberError> {
        if thousandths.unsigned_abs() > Self::MOST.unsigned_abs() {
            Err(NumberError::TooLarge)
        } else {
            Ok(Self(thousandths))
        }
    }

    /// A whole number.
    pub const fn whole(number: i32) -> Self {
        Self(number as i64 * 1_000)
    }

    /// As thousandths.
    pub const fn thousandths(self) -> i64 {
        self.0
    }

    /// The sum, which may be larger than a number that is written down.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        // Both have 50 bits.
        Self(self.0 + other.0)
    }

    /// What a JSON number says.
    pub fn from_json(number: &serde_json::Number) -> Result<Self, NumberError> {
        if let Some(whole) = number.as_i64() {
            let thousandths = whole.checked_mul(1_000).ok_or(NumberError::TooLarge)?;
            return Self::from_thousandths(thousandths);
        }
        // The shortest decimal that means the same float: what was written, while it has up to 15 digits.
        let text = number.to_string();
        let (sign, digits) = text
            .strip_prefix('-')
            .map_or((1, text.as_str()), |rest| (-1, rest));
        let (digits, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let fraction = fraction.trim_end_matches('0');
        match exponent.parse::<i32>() {
            Ok(0) => {}
            // Written so only when it is very large or very small.
            Ok(negative) if negative < 0 => return Err(NumberError::TooPrecise),
            _ => return Err(NumberError::TooLarge),
        }
        if whole.len() > 12 {
            return Err(NumberError::TooLarge);
        }
        if fraction.len() > 3 {
            return Err(NumberError::TooPrecise);
        }
        let thousandths = format!("{whole}{fraction:0<3}");
        let thousandths: i64 = thousandths.parse().map_err(|_| NumberError::TooLarge)?;
        Self::from_thousandths(sign * thousandths)
    }

    /// As a JSON number, whole ones without a point.
    pub fn to_json(self) -> serde_json::Number {
        if self.0 % 1_000 == 0 {
            return (self.0 / 1_000).into();
        }
        let float = self
            .to_string()
            .parse()
            .ok()
            .and_then(serde_json::Number::from_f64);
        float.expect("15 digits are a finite float")
    }
}

/// Without places that are not needed: `2.5`.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, all) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let fraction = format!("{:03}", all % 1_000);
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{}", all / 1_000),
            fraction => write!(f, "{sign}{}.{fraction}", all / 1_000),
        }
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = serde_json::Number::deserialize(deserializer)?;
        Self::from_json(&number).map_err(serde::de::Error::custom)
    }
}
