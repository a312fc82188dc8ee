use kernel::{Currency, Dimensions, Money, MoneyError};

use crate::Parcel;

/// What of an ordered product matters for totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// How many, at least 1.
    pub quantity: i64,
    /// Price of one.
    pub unit_price: Money,
    /// Outer dimensions of one.
    pub dimensions: Dimensions,
    /// Weight of one in grams.
    pub weight_g: i64,
}

/// The sums over an order's lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totals {
    /// Price of the goods.
    pub goods: Money,
    /// Pieces of furniture.
    pub pieces: i64,
    /// What has to be carried.
    pub parcel: Parcel,
}

/// Sums up the lines of an order in `currency`.
///
/// # Errors
/// [`MoneyError::Mixed`] when a line is priced in another currency, [`MoneyError::Overflow`] when a sum does not
/// fit.
pub fn totals(currency: Currency, lines: &[Line]) -> Result<Totals, MoneyError> {
    let mut goods = Money::new(0, currency);
    let (mut pieces, mut litres, mut weight_g, mut longest_mm) = (0_i64, 0_i64, 0_i64, 0_i32);
    for line in lines {
        goods = goods.plus(line.unit_price.times(line.quantity)?)?;
        let add = |sum: i64, one: i64| {
            one.checked_mul(line.quantity)
                .and_then(|all| sum.checked_add(all))
                .ok_or(MoneyError::Overflow)
        };
        pieces = add(pieces, 1)?;
        litres = add(litres, line.dimensions.litres())?;
        weight_g = add(weight_g, line.weight_g)?;
        let Dimensions {
            height_mm,
            width_mm,
            depth_mm,
        } = line.dimensions;
        longest_mm = longest_mm.max(height_mm).max(width_mm).max(depth_mm);
    }
    Ok(Totals {
        goods,
        pieces,
        parcel: Parcel {
            litres,
            weight_g,
            longest_mm,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(quantity: i64, price: i64) -> Line {
        Line {
            quantity,
            unit_price: Money::rub(price),
            dimensions: Dimensions {
                height_mm: 1_000,
                width_mm: 500,
                depth_mm: 400,
            },
            weight_g: 12_000,
        }
    }

    #[test]
    fn lines_add_up() {
        let sum = totals(Currency::Rub, &[line(2, 100), line(1, 50)]).unwrap();
        assert_eq!(sum.goods, Money::rub(250));
        assert_eq!(sum.pieces, 3);
        assert_eq!(
            sum.parcel,
            Parcel {
                litres: 600,
                weight_g: 36_000,
                longest_mm: 1_000
            }
        );
    }

    #[test]
    fn huge_orders_are_refused_not_wrapped() {
        assert_eq!(
            totals(Currency::Rub, &[line(1_000, i64::MAX / 2)]),
            Err(MoneyError::Overflow)
        );
    }

    #[test]
    fn foreign_prices_are_refused() {
        let foreign = Line {
            unit_price: Money::new(1, Currency::Eur),
            ..line(1, 1)
        };
        assert!(matches!(
            totals(Currency::Rub, &[foreign]),
            Err(MoneyError::Mixed(..))
        ));
    }
}
