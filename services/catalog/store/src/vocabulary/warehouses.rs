use std::collections::HashMap;

use contracts::catalog::{AssortmentKind, Coordinates, Entry, WarehouseContent};
use kernel::{Text, WarehouseId};
use pg::Pg;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Vocabulary;
use super::users::{NAMED, User, Users};
use crate::edit::{EditError, Editor};

impl Vocabulary for WarehouseContent {
    const KIND: AssortmentKind = AssortmentKind::Warehouse;

    fn code(&self) -> &str {
        &self.code
    }

    async fn load(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<Entry<Self>>, sqlx::Error> {
        sqlx::query!(
            "SELECT code, name_ru, name_en, address_ru, address_en, position, capacity_l, latitude, longitude,
                    version, deleted_at
             FROM warehouse
             WHERE $1::text IS NULL OR code = $1 ORDER BY deleted_at NULLS FIRST, position, code",
            code,
        )
        .map(|row| Entry {
            content: Self {
                code: row.code,
                name: Text::new(row.name_ru, row.name_en),
                address: Text::new(row.address_ru, row.address_en),
                position: row.position,
                capacity_l: row.capacity_l,
                place: row
                    .latitude
                    .zip(row.longitude)
                    .map(|(latitude, longitude)| Coordinates { latitude, longitude }),
            },
            version: row.version,
            deleted_at: row.deleted_at,
        })
        .fetch_all(conn)
        .await
    }

    async fn check(&self, _: &mut PgConnection, _: Option<&Self>) -> Result<(), EditError> {
        Ok(())
    }

    async fn write(
        &self,
        conn: &mut PgConnection,
        editor: &Editor<'_>,
        version: i64,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO warehouse (id, code, name_ru, name_en, address_ru, address_en, position, capacity_l,
                                    latitude, longitude, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (code) DO UPDATE
             SET name_ru = $3, name_en = $4, address_ru = $5, address_en = $6, position = $7, capacity_l = $8,
                 latitude = $9, longitude = $10, version = $11, deleted_at = NULL",
            WarehouseId::new(editor.clock).uuid(),
            self.code,
            self.name.ru,
            self.name.en,
            self.address.ru,
            self.address.en,
            self.position,
            self.capacity_l,
            self.place.map(|place| place.latitude),
            self.place.map(|place| place.longitude),
            version,
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    /// What still lies there.
    async fn users(conn: &mut PgConnection, code: &str) -> Result<Users, EditError> {
        let rows = sqlx::query_as!(
            User,
            r#"SELECT 'component' AS "kind!", c.sku AS "code!", c.name_ru AS "name_ru!", c.name_en AS "name_en!",
                      count(*) OVER () AS "total!"
               FROM warehouse w
               JOIN stock s ON s.warehouse_id = w.id AND s.on_hand > 0
               JOIN component c ON c.id = s.component_id
               WHERE w.code = $1
               ORDER BY c.sku LIMIT $2"#,
            code,
            NAMED,
        )
        .fetch_all(conn)
        .await?;
        Ok(Users::new(rows))
    }

    async fn mark_deleted(
        conn: &mut PgConnection,
        code: &str,
        version: i64,
        at: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE warehouse SET version = $2, deleted_at = $3 WHERE code = $1",
            code,
            version,
            at,
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}

/// Litres that what lies in each warehouse takes up, by the warehouses' codes.
pub type WarehouseSpace = HashMap<String, i64>;

/// The boxes of everything that lies in the warehouses (STK-1). One statement that reads all shelves, so callers ask
/// seldom and keep the answer.
pub async fn warehouse_spaces(pg: &Pg) -> Result<WarehouseSpace, sqlx::Error> {
    pg.read("warehouse_spaces", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            r#"SELECT w.code, s.litres AS "litres!"
               FROM (
                   SELECT s.warehouse_id,
                          ceil(sum(s.on_hand::numeric * c.height_mm * c.width_mm * c.depth_mm) / 1000000)::bigint
                              AS litres
                   FROM stock s JOIN component c ON c.id = s.component_id
                   WHERE s.on_hand > 0
                   GROUP BY s.warehouse_id
               ) s
               JOIN warehouse w ON w.id = s.warehouse_id"#
        )
        .fetch_all(&mut *tx)
        .await?;
        Ok(rows.into_iter().map(|row| (row.code, row.litres)).collect())
    })
    .await
}
