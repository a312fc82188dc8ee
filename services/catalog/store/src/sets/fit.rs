use std::collections::HashSet;

use catalog_domain::{Set, SetKind};
use contracts::catalog::{SetContent, SetUnit};
use kernel::Text;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::discount_bp;
use super::standing::{domain_unit, refusal, rule_code};
use crate::cards::cards;
use crate::edit::{EditError, Fault};

/// Whether a set can be kept: what it refers to exists, and each unit may be in it. All that is wrong is named, each
/// with the field that it is wrong with.
pub(crate) async fn check(conn: &mut PgConnection, content: &SetContent) -> Result<(), EditError> {
    let mut faults = Vec::new();
    let found = sqlx::query!(
        r#"SELECT q.same_color AS "same_color?", q.same_material AS "same_material?",
                  q.max_discount_bp AS "max_discount_bp?",
                  EXISTS (SELECT FROM color WHERE code = $2 AND deleted_at IS NULL) AS "color!",
                  EXISTS (SELECT FROM material WHERE code = $3 AND deleted_at IS NULL) AS "material!"
           FROM (SELECT) one LEFT JOIN set_kind q ON q.code = $1 AND q.deleted_at IS NULL"#,
        content.kind,
        content.color,
        content.material,
    )
    .fetch_one(&mut *conn)
    .await?;
    for (field, known) in [
        ("kind", found.same_color.is_some()),
        ("color", found.color),
        ("material", found.material),
    ] {
        if !known {
            faults.push(Fault::unknown(field));
        }
    }
    let kind = SetKind {
        requirements: Vec::new(),
        same_color: found.same_color.unwrap_or(false),
        same_material: found.same_material.unwrap_or(false),
        max_discount_bp: discount_bp(found.max_discount_bp.unwrap_or(0)),
    };
    let set = Set {
        kind: &kind,
        color: &content.color,
        material: &content.material,
    };

    let products: Vec<Uuid> = content.units.iter().map(|unit| unit.product_id.uuid()).collect();
    // Locked, so that none of them is deleted before the set that has it is there to be seen.
    let on_sale: HashSet<Uuid> = sqlx::query!(
        "SELECT id, deleted_at FROM product WHERE id = ANY($1) ORDER BY id FOR SHARE",
        &products,
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .filter(|row| row.deleted_at.is_none())
    .map(|row| row.id)
    .collect();
    let cards = cards(conn, &products).await?;
    let mut seen = HashSet::new();
    for (at, (unit, product)) in content.units.iter().zip(&products).enumerate() {
        let field = format!("units[{at}].product_id");
        let Some(card) = cards.get(product).filter(|_| on_sale.contains(product)) else {
            faults.push(Fault::unknown(field));
            continue;
        };
        if !seen.insert(*product) {
            let message = Text::new("уже есть в гарнитуре", "is in the set already");
            faults.push(Fault::new(field, "repeated", message));
            continue;
        }
        let candidate = SetUnit {
            quantity: unit.quantity,
            product: card.clone(),
        };
        if let Err(objections) = set.may_join(&domain_unit(&candidate)) {
            for objection in objections {
                let refusal = refusal(unit.product_id, objection);
                faults.push(Fault::new(
                    field.clone(),
                    rule_code(refusal.rule),
                    refusal.message,
                ));
            }
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(EditError::Invalid(faults))
    }
}
