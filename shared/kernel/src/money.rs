use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An ISO 4217 currency the shop trades in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Russian rouble.
    #[default]
    Rub,
    /// Euro.
    Eur,
    /// US dollar.
    Usd,
}

impl Currency {
    /// The three-letter code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rub => "RUB",
            Self::Eur => "EUR",
            Self::Usd => "USD",
        }
    }

    /// The currency of a three-letter code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Rub, Self::Eur, Self::Usd]
            .into_iter()
            .find(|c| c.code() == code)
    }
}

/// Why a sum could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// The two amounts are in different currencies.
    #[error("{} cannot be combined with {}", .0.code(), .1.code())]
    Mixed(Currency, Currency),
    /// The result does not fit into 64 bits of minor units.
    #[error("the amount is too large")]
    Overflow,
}

/// An amount in minor units (kopecks, cents) of one currency. Never a float.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// Minor units: 1 999 00 is 1 999 roubles.
    #[schema(example = 199_900)]
    pub amount: i64,
    /// Currency of the amount.
    pub currency: Currency,
}

impl Money {
    /// An amount of `amount` minor units.
    pub const fn new(amount: i64, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// Roubles given in kopecks.
    pub const fn rub(kopecks: i64) -> Self {
        Self::new(kopecks, Currency::Rub)
    }

    /// The sum of both amounts.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::Mixed(self.currency, other.currency));
        }
        let amount = self
            .amount
            .checked_add(other.amount)
            .ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, ..self })
    }

    /// The amount `quantity` times.
    pub fn times(self, quantity: i64) -> Result<Self, MoneyError> {
        let amount = self.amount.checked_mul(quantity).ok_or(MoneyError::Overflow)?;
        Ok(Self { amount, ..self })
    }

    /// The sum of all amounts; zero of `currency` when there are none.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::new(0, currency), Self::plus)
    }
}

/// Decimal notation with the code, `1999.00 RUB`: for logs and protocols, not for pages.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.amount < 0 { "-" } else { "" };
        let minor = self.amount.unsigned_abs();
        write!(
            f,
            "{sign}{}.{:02} {}",
            minor / 100,
            minor % 100,
            self.currency.code()
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn currencies_do_not_mix() {
        let mixed = Money::rub(1).plus(Money::new(1, Currency::Eur));
        assert_eq!(mixed, Err(MoneyError::Mixed(Currency::Rub, Currency::Eur)));
    }

    #[test]
    fn overflow_is_an_error_not_a_wrap() {
        assert_eq!(
            Money::rub(i64::MAX).plus(Money::rub(1)),
            Err(MoneyError::Overflow)
        );
        assert_eq!(Money::rub(i64::MAX).times(2), Err(MoneyError::Overflow));
    }

    #[test]
    fn shown_with_two_decimals() {
        assert_eq!(Money::rub(199_905).to_string(), "1999.05 RUB");
        assert_eq!(Money::rub(-5).to_string(), "-0.05 RUB");
    }

    proptest! {
        #[test]
        fn times_is_repeated_plus(amount in -1_000_000i64..1_000_000, n in 0i64..50) {
            let sum = Money::sum(Currency::Rub, (0..n).map(|_| Money::rub(amount)));
            prop_assert_eq!(sum, Money::rub(amount).times(n));
        }
    }
}
