use std::collections::HashMap;

use contracts::catalog::{Availability, SetCard, SetUnit};
use kernel::Text;
use pg::Pg;
use uuid::Uuid;

use super::build;
use super::row::{SetRow, select_sets};
use super::standing::Frame;
use crate::cards::cards;

/// What a set's page shows but for how often it can be put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetSheet {
    /// What lists show.
    pub card: SetCard,
    /// Description in both languages.
    pub description: Text,
    /// Its units in their order.
    pub contents: Vec<SetUnit>,
}

/// The sets with these ids and those that are called this elsewhere, in no order; unknown ones are left out. Three
/// statements.
pub async fn set_sheets(pg: &Pg, ids: &[Uuid], externals: &[String]) -> Result<Vec<SetSheet>, sqlx::Error> {
    pg.read("set_sheets", async |mut tx: pg::Tx| {
        let rows = select_sets!("(s.id = ANY($1) OR s.external_id = ANY($2))", ids, externals)
            .fetch_all(&mut *tx)
            .await?;
        let products: Vec<Uuid> = rows.iter().flat_map(|row| row.products.iter().copied()).collect();
        let cards = cards(&mut tx, &products).await?;
        let frame = Frame::load(&mut tx).await?;
        rows.into_iter()
            .map(|row| {
                let contents = row.contents(&cards);
                Ok(SetSheet {
                    card: row.card(&contents, &frame)?,
                    description: Text::new(row.description_ru, row.description_en),
                    contents,
                })
            })
            .collect()
    })
    .await
}

/// How often each of these sets can be put together (CAT-6); unknown ones are left out. Three statements, however many
/// there are.
pub async fn set_availabilities(pg: &Pg, sets: &[Uuid]) -> Result<HashMap<Uuid, Availability>, sqlx::Error> {
    pg.read("set_availabilities", async |mut tx: pg::Tx| {
        let rows = sqlx::query!(
            r#"SELECT s.id, coalesce(array_agg(u.product_id) FILTER (WHERE u.quantity IS NOT NULL), '{}') AS "products!",
                      coalesce(array_agg(u.quantity) FILTER (WHERE u.quantity IS NOT NULL), '{}') AS "quantities!"
               FROM product_set s LEFT JOIN product_set_unit u ON u.set_id = s.id
               WHERE s.id = ANY($1) AND s.deleted_at IS NULL GROUP BY s.id"#,
            sets,
        )
        .fetch_all(&mut *tx)
        .await?;
        let units: Vec<Vec<(Uuid, i64)>> = rows
            .iter()
            .map(|row| {
                let quantities = row.quantities.iter().map(|&quantity| i64::from(quantity));
                row.products.iter().copied().zip(quantities).collect()
            })
            .collect();
        let found = build::availabilities(&mut tx, &units).await?;
        Ok(rows.iter().map(|row| row.id).zip(found).collect())
    })
    .await
}
