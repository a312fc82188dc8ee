use std::collections::HashMap;

use catalog_domain::{Requirement, SetKind};
use contracts::catalog::{Color, ProductCard, SetCard, SetUnit, Term};
use kernel::Text;
use time::OffsetDateTime;
use uuid::Uuid;

use super::standing::{Frame, standing};

/// A set with its kind and its units.
#[derive(Debug)]
pub(super) struct SetRow {
    pub id: Uuid,
    pub external_id: String,
    pub kind: String,
    pub kind_ru: String,
    pub kind_en: String,
    pub same_color: bool,
    pub same_material: bool,
    pub max_discount_bp: i32,
    pub required: Vec<String>,
    pub quantities: Vec<i32>,
    pub name_ru: String,
    pub name_en: String,
    pub description_ru: String,
    pub description_en: String,
    pub color: String,
    pub color_ru: String,
    pub color_en: String,
    pub color_hex: String,
    pub material: String,
    pub material_ru: String,
    pub material_en: String,
    pub created_at: OffsetDateTime,
    pub products: Vec<Uuid>,
    pub pieces: Vec<i32>,
}

/// The columns of [`SetRow`] and where they come from; a condition and an order follow.
macro_rules! select_sets {
    ($rest:literal, $($value:expr),+) => {
        sqlx::query_as!(
            SetRow,
            r#"SELECT s.id, s.external_id, s.kind, q.name_ru AS kind_ru, q.name_en AS kind_en,
                      q.same_color, q.same_material, q.max_discount_bp,
                      ARRAY(SELECT r.category FROM set_kind_requirement r
                            WHERE r.kind = s.kind ORDER BY r.category) AS "required!",
                      ARRAY(SELECT r.quantity FROM set_kind_requirement r
                            WHERE r.kind = s.kind ORDER BY r.category) AS "quantities!",
                      s.name_ru, s.name_en, s.description_ru, s.description_en,
                      s.color, k.name_ru AS color_ru, k.name_en AS color_en, k.hex AS color_hex,
                      s.material, t.name_ru AS material_ru, t.name_en AS material_en, s.created_at,
                      ARRAY(SELECT u.product_id FROM product_set_unit u
                            WHERE u.set_id = s.id ORDER BY u.position, u.product_id) AS "products!",
                      ARRAY(SELECT u.quantity FROM product_set_unit u
                            WHERE u.set_id = s.id ORDER BY u.position, u.product_id) AS "pieces!"
               FROM product_set s
               JOIN set_kind q ON q.code = s.kind
               JOIN color k ON k.code = s.color
               JOIN material t ON t.code = s.material
               WHERE s.deleted_at IS NULL AND "# + $rest,
            $($value),+
        )
    };
}
pub(super) use select_sets;

impl SetRow {
    fn domain_kind(&self) -> SetKind {
        SetKind {
            requirements: requirements(&self.required, &self.quantities),
            same_color: self.same_color,
            same_material: self.same_material,
            max_discount_bp: discount_bp(self.max_discount_bp),
        }
    }

    /// Its units in their order.
    pub(super) fn contents(&self, cards: &HashMap<Uuid, ProductCard>) -> Vec<SetUnit> {
        let units = self.products.iter().zip(&self.pieces);
        units
            .filter_map(|(product, &quantity)| {
                Some(SetUnit {
                    quantity: quantity.into(),
                    product: cards.get(product)?.clone(),
                })
            })
            .collect()
    }

    /// The set with how it stands with these units.
    pub(super) fn card(&self, contents: &[SetUnit], frame: &Frame) -> Result<SetCard, sqlx::Error> {
        let standing = standing(&self.domain_kind(), &self.color, &self.material, contents, frame)?;
        Ok(SetCard {
            id: self.id,
            external_id: self.external_id.clone(),
            kind: Term {
                code: self.kind.clone(),
                name: Text::new(&self.kind_ru, &self.kind_en),
            },
            name: Text::new(&self.name_ru, &self.name_en),
            color: Color {
                code: self.color.clone(),
                name: Text::new(&self.color_ru, &self.color_en),
                hex: self.color_hex.clone(),
            },
            material: Term {
                code: self.material.clone(),
                name: Text::new(&self.material_ru, &self.material_en),
            },
            units: contents.iter().map(|unit| unit.quantity).sum(),
            standing,
        })
    }
}

pub(super) fn requirements(categories: &[String], quantities: &[i32]) -> Vec<Requirement> {
    let pairs = categories.iter().zip(quantities);
    pairs
        .map(|(category, &quantity)| Requirement {
            category: category.clone(),
            quantity: quantity.into(),
        })
        .collect()
}

/// Not negative, by a constraint of the table.
pub(super) fn discount_bp(column: i32) -> u32 {
    u32::try_from(column).unwrap_or(0)
}
