use catalog_domain::SetKind;
use contracts::catalog::{SetCheck, SetStanding, SetUnit};
use pg::Pg;
use uuid::Uuid;

use super::row::{discount_bp, requirements};
use super::standing::{Frame, standing};
use crate::cards::cards;

/// Why nothing can be said about a set.
#[derive(Debug, thiserror::Error)]
pub enum CheckSetError {
    /// The kind, the colour or the material does not exist: the fields that name them.
    #[error("unknown values of {0:?}")]
    Unknown(Vec<&'static str>),
    /// These of the units, by their place in the request, are not in the assortment.
    #[error("{} units are unknown", .0.len())]
    UnknownUnits(Vec<usize>),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(CheckSetError);

/// What units would make of a set (CAT-8). Stores nothing. Three statements.
pub async fn check_set(pg: &Pg, check: &SetCheck) -> Result<SetStanding, CheckSetError> {
    pg.read("check_set", async |mut tx: pg::Tx| {
        let found = sqlx::query!(
            r#"SELECT q.code AS "kind?", q.same_color AS "same_color?", q.same_material AS "same_material?",
                      q.max_discount_bp AS "max_discount_bp?",
                      ARRAY(SELECT r.category FROM set_kind_requirement r
                            WHERE r.kind = q.code ORDER BY r.category) AS "required!",
                      ARRAY(SELECT r.quantity FROM set_kind_requirement r
                            WHERE r.kind = q.code ORDER BY r.category) AS "quantities!",
                      EXISTS (SELECT FROM color WHERE code = $2 AND deleted_at IS NULL) AS "color!",
                      EXISTS (SELECT FROM material WHERE code = $3 AND deleted_at IS NULL) AS "material!"
               FROM (SELECT) one LEFT JOIN set_kind q ON q.code = $1 AND q.deleted_at IS NULL"#,
            check.kind,
            check.color,
            check.material,
        )
        .fetch_one(&mut *tx)
        .await?;
        let known = [
            ("kind", found.kind.is_some()),
            ("color", found.color),
            ("material", found.material),
        ];
        let unknown: Vec<&'static str> = known
            .iter()
            .filter(|(_, known)| !known)
            .map(|(field, _)| *field)
            .collect();
        if !unknown.is_empty() {
            return Err(CheckSetError::Unknown(unknown));
        }
        let kind = SetKind {
            requirements: requirements(&found.required, &found.quantities),
            same_color: found.same_color.unwrap_or(false),
            same_material: found.same_material.unwrap_or(false),
            max_discount_bp: discount_bp(found.max_discount_bp.unwrap_or(0)),
        };

        let products: Vec<Uuid> = check.units.iter().map(|unit| unit.product_id.uuid()).collect();
        let cards = cards(&mut tx, &products).await?;
        let unknown: Vec<usize> = (0..products.len())
            .filter(|&at| !cards.contains_key(&products[at]))
            .collect();
        if !unknown.is_empty() {
            return Err(CheckSetError::UnknownUnits(unknown));
        }
        let mut contents: Vec<SetUnit> = Vec::with_capacity(products.len());
        for (unit, product) in check.units.iter().zip(&products) {
            match contents
                .iter_mut()
                .find(|known| known.product.id == unit.product_id)
            {
                Some(known) => known.quantity += unit.quantity,
                None => contents.push(SetUnit {
                    quantity: unit.quantity,
                    product: cards[product].clone(),
                }),
            }
        }
        let frame = Frame::load(&mut tx).await?;
        Ok(standing(&kind, &check.color, &check.material, &contents, &frame)?)
    })
    .await
}
