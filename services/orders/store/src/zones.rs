use kernel::Text;
use orders_domain::{Tariff, Zone, ZoneMap};

use crate::Store;

impl Store {
    /// Where the shop delivers and at what price.
    pub async fn zones(&self) -> Result<ZoneMap, sqlx::Error> {
        let rows = sqlx::query!(
            "SELECT code, name_ru, name_en, postcodes, base, per_100_l, per_10_kg, oversize, lead_days
             FROM delivery_zone ORDER BY position, code",
        )
        .fetch_all(&mut *self.pg.connection().await?)
        .await?;
        let zones = rows.into_iter().map(|row| Zone {
            code: row.code,
            name: Text::new(row.name_ru, row.name_en),
            postcodes: row.postcodes,
            tariff: Tariff {
                base: row.base,
                per_100_l: row.per_100_l,
                per_10_kg: row.per_10_kg,
                oversize: row.oversize,
            },
            lead_days: i64::from(row.lead_days),
        });
        Ok(ZoneMap::new(zones.collect()))
    }

    /// Adds zones or changes those with the same codes. Needs the owner's role; one statement a zone.
    pub async fn save_zones(&self, zones: &[Zone]) -> Result<(), sqlx::Error> {
        self.pg.run("save_zones", async |mut tx: pg::Tx| {
            for (position, zone) in (0_i16..).zip(zones) {
                sqlx::query!(
                    "INSERT INTO delivery_zone (code, position, name_ru, name_en, postcodes, base, per_100_l, per_10_kg,
                     oversize, lead_days)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 ON CONFLICT (code) DO UPDATE SET position = $2, name_ru = $3, name_en = $4, postcodes = $5,
                     base = $6, per_100_l = $7, per_10_kg = $8, oversize = $9, lead_days = $10",
                    zone.code,
                    position,
                    zone.name.ru,
                    zone.name.en,
                    &zone.postcodes,
                    zone.tariff.base,
                    zone.tariff.per_100_l,
                    zone.tariff.per_10_kg,
                    zone.tariff.oversize,
                    i16::try_from(zone.lead_days).unwrap_or(i16::MAX),
                )
                .execute(&mut *tx)
                .await?;
            }
            Ok(())
        }).await
    }
}
