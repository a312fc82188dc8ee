use kernel::{Currency, Money, MoneyError, Text};

/// What one van carries, in litres. A larger order takes more than one place in a delivery window.
pub const VAN_LITRES: i64 = 12_000;
/// Weight that the base price covers, in grams.
const COVERED_G: i64 = 50_000;
/// A side longer than this does not go into a lift.
const LIFT_MM: i32 = 2_200;

/// What has to be carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parcel {
    /// Volume in litres.
    pub litres: i64,
    /// Weight in grams.
    pub weight_g: i64,
    /// The longest side in millimetres.
    pub longest_mm: i32,
}

impl Parcel {
    /// How many places it takes in a delivery window: one a van (CHK-1, "courier load").
    pub fn places(self) -> i32 {
        let vans = (self.litres + VAN_LITRES - 1) / VAN_LITRES;
        i32::try_from(vans.max(1)).unwrap_or(i32::MAX)
    }
}

/// Prices of one zone in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tariff {
    /// For every delivery, up to 50 kg.
    pub base: i64,
    /// For each 100 litres begun.
    pub per_100_l: i64,
    /// For each 10 kg begun above 50 kg.
    pub per_10_kg: i64,
    /// Once, when something does not go into a lift.
    pub oversize: i64,
}

impl Tariff {
    /// What delivering `parcel` costs (CHK-1).
    ///
    /// # Errors
    /// [`MoneyError::Overflow`] for a parcel no price can be computed for.
    pub fn price(self, parcel: Parcel, currency: Currency) -> Result<Money, MoneyError> {
        let begun = |amount: i64, step: i64| amount.max(0).saturating_add(step - 1) / step;
        let volume = Money::new(self.per_100_l, currency).times(begun(parcel.litres, 100))?;
        let weight = Money::new(self.per_10_kg, currency)
            .times(begun(parcel.weight_g.saturating_sub(COVERED_G), 10_000))?;
        let oversize = if parcel.longest_mm > LIFT_MM {
            self.oversize
        } else {
            0
        };
        Money::sum(
            currency,
            [
                Money::new(self.base, currency),
                volume,
                weight,
                Money::new(oversize, currency),
            ],
        )
    }
}

/// A part of the country with its own tariff and delivery windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Stable code.
    pub code: String,
    /// Name in both languages.
    pub name: Text,
    /// Postal codes that begin so belong to it; the longest prefix over all zones wins.
    pub postcodes: Vec<String>,
    /// Its prices.
    pub tariff: Tariff,
    /// Days between the order and the first window.
    pub lead_days: i64,
}

/// All zones the shop delivers to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ZoneMap(Vec<Zone>);

impl ZoneMap {
    /// A map of these zones.
    pub const fn new(zones: Vec<Zone>) -> Self {
        Self(zones)
    }

    /// The zones.
    pub fn zones(&self) -> &[Zone] {
        &self.0
    }

    /// The zone with this code.
    pub fn get(&self, code: &str) -> Option<&Zone> {
        self.0.iter().find(|zone| zone.code == code)
    }

    /// The zone of a postal code; `None` when the shop does not deliver there.
    pub fn of_postcode(&self, postcode: &str) -> Option<&Zone> {
        let matches = self.0.iter().flat_map(|zone| {
            zone.postcodes
                .iter()
                .filter(|p| postcode.starts_with(p.as_str()))
                .map(move |p| (p.len(), zone))
        });
        matches.max_by_key(|(length, _)| *length).map(|(_, zone)| zone)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TARIFF: Tariff = Tariff {
        base: 990_00,
        per_100_l: 50_00,
        per_10_kg: 30_00,
        oversize: 700_00,
    };

    fn parcel(litres: i64, weight_g: i64, longest_mm: i32) -> Parcel {
        Parcel {
            litres,
            weight_g,
            longest_mm,
        }
    }

    fn zone(code: &str, postcodes: &[&str]) -> Zone {
        Zone {
            code: code.into(),
            name: Text::new(code, code),
            postcodes: postcodes.iter().map(|p| (*p).to_owned()).collect(),
            tariff: TARIFF,
            lead_days: 1,
        }
    }

    #[test]
    fn price_grows_by_steps_begun() {
        for (parcel, want) in [
            (parcel(1, 1, 100), 990_00 + 50_00),
            (parcel(100, 50_000, 2_200), 990_00 + 50_00),
            (parcel(101, 50_001, 2_200), 990_00 + 100_00 + 30_00),
            (parcel(1_500, 120_000, 2_201), 990_00 + 750_00 + 210_00 + 700_00),
        ] {
            assert_eq!(
                TARIFF.price(parcel, Currency::Rub),
                Ok(Money::rub(want)),
                "{parcel:?}"
            );
        }
    }

    #[test]
    fn a_large_order_takes_several_places() {
        assert_eq!(parcel(0, 0, 0).places(), 1);
        assert_eq!(parcel(VAN_LITRES, 0, 0).places(), 1);
        assert_eq!(parcel(VAN_LITRES + 1, 0, 0).places(), 2);
    }

    #[test]
    fn the_longest_prefix_decides_the_zone() {
        let map = ZoneMap::new(vec![zone("far", &["1"]), zone("city", &["101", "102"])]);
        assert_eq!(map.of_postcode("101000").map(|z| z.code.as_str()), Some("city"));
        assert_eq!(map.of_postcode("140000").map(|z| z.code.as_str()), Some("far"));
        assert_eq!(map.of_postcode("690000"), None);
    }

    proptest! {
        #[test]
        fn more_never_costs_less(l in 0i64..50_000, w in 0i64..2_000_000, side in 0i32..4_000,
                                 dl in 0i64..5_000, dw in 0i64..100_000, ds in 0i32..1_000) {
            let less = TARIFF.price(parcel(l, w, side), Currency::Rub).unwrap();
            let more = TARIFF.price(parcel(l + dl, w + dw, side + ds), Currency::Rub).unwrap();
            prop_assert!(more.amount >= less.amount);
        }

        #[test]
        fn huge_parcels_never_panic(l: i64, w: i64, side: i32) {
            let _ = TARIFF.price(parcel(l.saturating_abs() / 2, w, side), Currency::Rub);
        }
    }
}
