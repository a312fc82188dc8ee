use kernel::{Currency, Money, OrderId, ProductId, Text};
use orders_domain::{Actor, Status};
use time::OffsetDateTime;

use crate::change_status::{actor_from_db, status_from_db};
use crate::{OrderRef, Slot, Store};

/// An order without personal data: what tracking and employees see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Id.
    pub id: OrderId,
    /// Number.
    pub number: String,
    /// Where it stands.
    pub status: Status,
    /// When it was placed.
    pub created_at: OffsetDateTime,
    /// Until when it can be paid.
    pub pay_before: OffsetDateTime,
    /// Price of the goods.
    pub goods: Money,
    /// Price of delivery.
    pub delivery: Money,
    /// What it costs.
    pub total: Money,
    /// Weight in grams.
    pub weight_g: i64,
    /// Volume in litres.
    pub volume_l: i64,
    /// Delivery window.
    pub slot: Slot,
    /// Code of the courier's reason, when not delivered.
    pub not_delivered: Option<String>,
    /// Lines.
    pub lines: Vec<OrderLine>,
    /// Every status, oldest first.
    pub steps: Vec<Step>,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The product.
    pub product_id: ProductId,
    /// Readable id.
    pub slug: String,
    /// Name when ordered.
    pub name: Text,
    /// How many.
    pub quantity: i64,
    /// Price of one when ordered.
    pub unit_price: Money,
}

/// One status an order has had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The status.
    pub status: Status,
    /// Since when.
    pub at: OffsetDateTime,
    /// What kind of actor set it.
    pub by: Actor,
    /// Login of the employee or courier.
    pub actor: Option<String>,
}

/// Reads a stored currency; a code the shop does not know is a decoding error.
pub(crate) fn currency_from_db(code: &str) -> Result<Currency, sqlx::Error> {
    Currency::from_code(code).ok_or_else(|| sqlx::Error::Decode(format!("unknown currency {code}").into()))
}

impl Store {
    /// An order with its lines and history; `None` when there is none. One statement.
    pub async fn order(&self, order: OrderRef<'_>) -> Result<Option<Order>, sqlx::Error> {
        let (id, number) = match order {
            OrderRef::Id(id) => (Some(id.uuid()), None),
            OrderRef::Number(number) => (None, Some(number)),
        };
        let found = sqlx::query!(
            r#"SELECT o.id, o.number, o.status, o.created_at, o.pay_before, o.currency, o.goods, o.delivery, o.total,
                      o.weight_g, o.volume_l, o.not_delivered, o.slot_id, s.starts_at, s.ends_at,
                      s.capacity - s.taken AS "free!",
                      l.products AS "products!", l.slugs AS "slugs!", l.names_ru AS "names_ru!",
                      l.names_en AS "names_en!", l.quantities AS "quantities!", l.prices AS "prices!",
                      t.statuses AS "statuses!", t.times AS "times!", t.kinds AS "kinds!",
                      t.actors AS "actors!: Vec<Option<String>>"
               FROM orders o JOIN delivery_slot s ON s.id = o.slot_id
               CROSS JOIN LATERAL (
                   SELECT coalesce(array_agg(product_id ORDER BY position), '{}') AS products,
                          coalesce(array_agg(slug ORDER BY position), '{}') AS slugs,
                          coalesce(array_agg(name_ru ORDER BY position), '{}') AS names_ru,
                          coalesce(array_agg(name_en ORDER BY position), '{}') AS names_en,
                          coalesce(array_agg(quantity ORDER BY position), '{}') AS quantities,
                          coalesce(array_agg(unit_price ORDER BY position), '{}') AS prices
                   FROM order_line WHERE order_id = o.id
               ) l
               CROSS JOIN LATERAL (
                   SELECT coalesce(array_agg(status ORDER BY version), '{}') AS statuses,
                          coalesce(array_agg(at ORDER BY version), '{}') AS times,
                          coalesce(array_agg(actor_kind ORDER BY version), '{}') AS kinds,
                          coalesce(array_agg(actor ORDER BY version), '{}') AS actors
                   FROM order_step WHERE order_id = o.id
               ) t
               WHERE o.id = $1 OR o.number = $2"#,
            id,
            number,
        )
        .fetch_optional(&mut *self.pg.connection().await?)
        .await?;
        let Some(row) = found else { return Ok(None) };
        let currency = currency_from_db(&row.currency)?;
        let names = row.names_ru.into_iter().zip(row.names_en);
        let lines = (row.products.into_iter().zip(row.slugs).zip(names))
            .zip(row.quantities.into_iter().zip(row.prices));
        let lines = lines.map(
            |(((product, slug), (ru, en)), (quantity, unit_price))| OrderLine {
                product_id: product.into(),
                slug,
                name: Text::new(ru, en),
                quantity,
                unit_price: Money::new(unit_price, currency),
            },
        );
        let steps = (row.statuses.iter().zip(row.times)).zip(row.kinds.iter().zip(row.actors));
        let steps = steps.map(|((status, at), (by, actor))| {
            Ok(Step {
                status: status_from_db(status)?,
                at,
                by: actor_from_db(by)?,
                actor,
            })
        });
        Ok(Some(Order {
            id: row.id.into(),
            number: row.number,
            status: status_from_db(&row.status)?,
            created_at: row.created_at,
            pay_before: row.pay_before,
            goods: Money::new(row.goods, currency),
            delivery: Money::new(row.delivery, currency),
            total: Money::new(row.total, currency),
            weight_g: row.weight_g,
            volume_l: row.volume_l,
            slot: Slot {
                id: row.slot_id.into(),
                starts_at: row.starts_at,
                ends_at: row.ends_at,
                free: row.free,
            },
            not_delivered: row.not_delivered,
            lines: lines.collect(),
            steps: steps.collect::<Result<_, sqlx::Error>>()?,
        }))
    }
}
