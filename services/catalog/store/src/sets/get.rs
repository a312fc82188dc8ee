use contracts::catalog::SetDetail;
use kernel::Text;
use pg::Pg;
use uuid::Uuid;

use super::SetRef;
use super::build::availabilities;
use super::row::{SetRow, select_sets};
use super::standing::Frame;
use crate::cards::cards;

/// A set with everything its page shows; `None` when there is none. Five statements. `availability` is computed from
/// the stock of this moment.
pub async fn set(pg: &Pg, set: &SetRef) -> Result<Option<SetDetail>, sqlx::Error> {
    let (id, external) = set.columns();
    pg.read("set", async |mut tx: pg::Tx| {
        let row = select_sets!("(s.id = $1 OR s.external_id = $2)", id, external)
            .fetch_optional(&mut *tx)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let cards = cards(&mut tx, &row.products).await?;
        let frame = Frame::load(&mut tx).await?;
        let contents = row.contents(&cards);
        let card = row.card(&contents, &frame)?;
        let units: Vec<(Uuid, i64)> = contents
            .iter()
            .map(|unit| (unit.product.id.uuid(), unit.quantity))
            .collect();
        Ok(Some(SetDetail {
            card,
            description: Text::new(row.description_ru, row.description_en),
            contents,
            availability: availabilities(&mut tx, &[units]).await?.swap_remove(0),
        }))
    })
    .await
}
