use serde::{Deserialize, Serialize};

/// An amount as the API writes it: a decimal number with two places, and a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amount {
    pub value: String,
    pub currency: String,
}

impl Amount {
    /// The amount in minor units; `None` unless it is a positive number with two places.
    pub fn minor(&self) -> Option<i64> {
        let (whole, minor) = self.value.split_once('.')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(minor) || minor.len() != 2 {
            return None;
        }
        let amount = whole
            .parse::<i64>()
            .ok()?
            .checked_mul(100)?
            .checked_add(minor.parse().ok()?)?;
        (amount > 0).then_some(amount)
    }

    /// Whether the currency looks like an ISO 4217 code.
    pub fn has_currency(&self) -> bool {
        self.currency.len() == 3 && self.currency.bytes().all(|b| b.is_ascii_uppercase())
    }

    /// For people: `12 990,00 ₽`.
    pub fn display(&self) -> String {
        let (whole, minor) = self.value.split_once('.').unwrap_or((&self.value, "00"));
        let mut grouped = String::new();
        for (position, digit) in whole.chars().enumerate() {
            if position > 0 && (whole.len() - position) % 3 == 0 {
                grouped.push('\u{a0}');
            }
            grouped.push(digit);
        }
        let currency = if self.currency == "RUB" {
            "₽"
        } else {
            &self.currency
        };
        format!("{grouped},{minor}\u{a0}{currency}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_positive_numbers_with_two_places() {
        let minor = |value: &str| {
            Amount {
                value: value.into(),
                currency: "RUB".into(),
            }
            .minor()
        };
        assert_eq!(minor("12990.50"), Some(12_990_50));
        for bad in [
            "",
            "1",
            "1.5",
            "0.00",
            "-1.00",
            "1.000",
            "1,00",
            "9999999999999999999.00",
        ] {
            assert_eq!(minor(bad), None, "{bad}");
        }
    }

    #[test]
    fn amounts_are_grouped_for_people() {
        let amount = Amount {
            value: "1234567.05".into(),
            currency: "RUB".into(),
        };
        assert_eq!(amount.display(), "1\u{a0}234\u{a0}567,05\u{a0}₽");
    }
}
