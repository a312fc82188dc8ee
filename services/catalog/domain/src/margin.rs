use kernel::{Money, MoneyError};

/// How a price comes from cost (CAT-5): a margin on top, rounded up to a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MarginRule {
    margin_bp: u32,
    step: i64,
}

/// Why a margin rule is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("prices must be rounded to a step of at least 1 minor unit")]
pub struct MarginRuleError;

impl MarginRule {
    /// A margin in hundredths of a per cent of the cost, and the step in minor units that prices are rounded up
    /// to. Fails when the step is below 1.
    pub const fn new(margin_bp: u32, step: i64) -> Result<Self, MarginRuleError> {
        if step < 1 {
            Err(MarginRuleError)
        } else {
            Ok(Self { margin_bp, step })
        }
    }
}

/// What something of this cost sells at. Fails when that is too large.
pub(crate) fn with_margin(rule: MarginRule, cost: Money) -> Result<Money, MoneyError> {
    const WHOLE: i128 = 10_000;
    // Rounding up happens once, at the end, so that no kopeck is lost in between.
    let scaled = i128::from(cost.amount) * (WHOLE + i128::from(rule.margin_bp));
    let step = WHOLE * i128::from(rule.step);
    let steps = scaled.div_euclid(step) + i128::from(scaled.rem_euclid(step) != 0);
    let amount = i64::try_from(steps * i128::from(rule.step)).map_err(|_| MoneyError::Overflow)?;
    Ok(Money { amount, ..cost })
}
