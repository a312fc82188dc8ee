//! What an order asks for, looked up.

use std::collections::HashMap;

use catalog_domain::Bill;
use contracts::catalog::{ReservationLine, ReservationSet, ReservedLine};
use kernel::{Dimensions, OrderId, ProductId, SetId, Text};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::parts::bill;
use crate::rows::money;

/// Units of a product, and what one is built from.
pub(crate) struct Line {
    pub product: ProductId,
    pub quantity: i64,
    pub bill: Bill,
}

/// What is ordered, with the products as they are now.
pub(crate) struct Wanted {
    pub lines: Vec<Line>,
    pub reserved: Vec<ReservedLine>,
}

/// What is not in the assortment, has no price or, of sets, has no units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotForSale {
    /// Products, as often as they were asked for.
    pub products: Vec<ProductId>,
    /// Sets.
    pub sets: Vec<SetId>,
}

impl NotForSale {
    const fn is_empty(&self) -> bool {
        self.products.is_empty() && self.sets.is_empty()
    }
}

/// What one order asks for, as its request names it.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub lines: &'a [ReservationLine],
    pub sets: &'a [ReservationSet],
    /// The order, where one that has a reservation is not to be looked up.
    pub unless: Option<OrderId>,
    /// What it had before an edit.
    pub known: &'a [ReservedLine],
}

/// What one order asks for as it was found; `None` when it has a reservation.
pub(crate) type Looked = Option<Result<Wanted, NotForSale>>;

/// Looks up what orders ask for, sets by the units they have today; answers in their order. Lines of products that are
/// `known` from before an edit stay as they were, and may be of products that are not for sale any more, as long as they
/// become no more. One statement.
pub(crate) async fn wanted(conn: &mut PgConnection, asked: &[Asked<'_>]) -> Result<Vec<Looked>, sqlx::Error> {
    let orders: Vec<Option<Uuid>> = asked
        .iter()
        .map(|asked| asked.unless.map(OrderId::uuid))
        .collect();
    let lines = || nth(asked, |asked| asked.lines);
    let sets = || nth(asked, |asked| asked.sets);
    let rows = sqlx::query_as!(
        Row,
        r#"WITH asked AS (
               SELECT nth, NULL::uuid AS set_id, product_id, quantity, 0 AS nth_set, position AS place
               FROM unnest($2::bigint[], $3::uuid[], $4::bigint[]) WITH ORDINALITY
                    AS l (nth, product_id, quantity, position)
               UNION ALL
               SELECT s.nth, s.set_id, u.product_id, s.quantity * u.quantity, s.position, u.position
               FROM unnest($5::bigint[], $6::uuid[], $7::bigint[]) WITH ORDINALITY
                    AS s (nth, set_id, quantity, position)
               LEFT JOIN product_set t ON t.id = s.set_id AND t.deleted_at IS NULL
               LEFT JOIN product_set_unit u ON u.set_id = t.id
           )
           SELECT a.nth AS "nth!",
                  -- Not EXISTS: a plan that is made while there are few reservations would read all there are ever after.
                  coalesce((SELECT true FROM reservation WHERE order_id = ($1::uuid[])[a.nth + 1]), false) AS "exists!",
                  a.set_id, a.product_id, a.quantity,
                  p.slug AS "slug?", p.name_ru AS "name_ru?", p.name_en AS "name_en?",
                  p.price_amount, p.price_currency,
                  p.height_mm AS "height_mm?", p.width_mm AS "width_mm?", p.depth_mm AS "depth_mm?",
                  p.weight_g AS "weight_g?",
                  b.components AS "components!", b.quantities AS "quantities!", b.substitutes AS "substitutes!"
           FROM asked a
           LEFT JOIN product p ON p.id = a.product_id AND p.deleted_at IS NULL
           CROSS JOIN LATERAL (
               SELECT coalesce(array_agg(l.component_id), '{}') AS components,
                      coalesce(array_agg(l.quantity), '{}') AS quantities,
                      coalesce(array_agg(array_to_string(l.substitutes, ' ')), '{}') AS substitutes
               FROM product_part l WHERE l.product_id = a.product_id
           ) b
           ORDER BY a.nth, a.nth_set, a.place"#,
        &orders as &[Option<Uuid>],
        &lines().map(|(nth, _)| nth).collect::<Vec<_>>(),
        &lines().map(|(_, line)| line.product_id.uuid()).collect::<Vec<_>>(),
        &lines().map(|(_, line)| line.quantity).collect::<Vec<_>>(),
        &sets().map(|(nth, _)| nth).collect::<Vec<_>>(),
        &sets().map(|(_, set)| set.set_id.uuid()).collect::<Vec<_>>(),
        &sets().map(|(_, set)| set.quantity).collect::<Vec<_>>(),
    )
    .fetch_all(conn)
    .await?;

    let mut of_order: Vec<Vec<Row>> = asked.iter().map(|_| Vec::new()).collect();
    for row in rows {
        if let Some(rows) = usize::try_from(row.nth)
            .ok()
            .and_then(|nth| of_order.get_mut(nth))
        {
            rows.push(row);
        }
    }
    let found = asked.iter().zip(of_order);
    found.map(|(asked, rows)| of_one(rows, asked.known)).collect()
}

/// What orders ask for, each with the number of its order.
fn nth<'a, T: 'a>(
    asked: &'a [Asked<'_>],
    what: impl Fn(&'a Asked<'a>) -> &'a [T],
) -> impl Iterator<Item = (i64, &'a T)> {
    (0..)
        .zip(asked)
        .flat_map(move |(nth, asked)| what(asked).iter().map(move |one| (nth, one)))
}

/// What one order asks for.
fn of_one(rows: Vec<Row>, known: &[ReservedLine]) -> Result<Looked, sqlx::Error> {
    let mut open = kept(known);
    let mut wanted = Wanted {
        lines: Vec::with_capacity(rows.len()),
        reserved: Vec::with_capacity(rows.len()),
    };
    let mut not_for_sale = NotForSale::default();
    for mut row in rows {
        if row.exists {
            // What is held already is answered, even if the assortment has changed since.
            return Ok(None);
        }
        let set_id = row.set_id.map(SetId::from);
        let (Some(product), Some(quantity)) = (row.product_id.map(ProductId::from), row.quantity) else {
            not_for_sale.sets.extend(set_id);
            continue;
        };
        let today = row.today(product, set_id, quantity)?;
        let line = match (open.get_mut(&product), today) {
            (Some((left, before)), today) if today.is_some() || *left >= quantity => {
                *left = left.saturating_sub(quantity);
                ReservedLine {
                    set_id,
                    quantity,
                    ..(*before).clone()
                }
            }
            (None, Some(today)) => today,
            _ => {
                match set_id {
                    Some(set) if !not_for_sale.sets.contains(&set) => not_for_sale.sets.push(set),
                    Some(_) => {}
                    None => not_for_sale.products.push(product),
                }
                continue;
            }
        };
        wanted.lines.push(Line {
            product,
            quantity,
            bill: bill(row.components, row.quantities, &row.substitutes)?,
        });
        wanted.reserved.push(line);
    }
    Ok(Some(if not_for_sale.is_empty() {
        Ok(wanted)
    } else {
        Err(not_for_sale)
    }))
}

struct Row {
    nth: i64,
    exists: bool,
    set_id: Option<Uuid>,
    product_id: Option<Uuid>,
    quantity: Option<i64>,
    slug: Option<String>,
    name_ru: Option<String>,
    name_en: Option<String>,
    price_amount: Option<i64>,
    price_currency: Option<String>,
    height_mm: Option<i32>,
    width_mm: Option<i32>,
    depth_mm: Option<i32>,
    weight_g: Option<i64>,
    components: Vec<Uuid>,
    quantities: Vec<i64>,
    substitutes: Vec<String>,
}

impl Row {
    /// The line as it is sold today; `None` when it is not for sale.
    fn today(
        &mut self,
        product_id: ProductId,
        set_id: Option<SetId>,
        quantity: i64,
    ) -> Result<Option<ReservedLine>, sqlx::Error> {
        let price = money(self.price_amount, self.price_currency.as_deref())?;
        // All are there when the product is.
        let known = price
            .zip(self.slug.take())
            .zip(self.name_ru.take().zip(self.name_en.take()));
        let size = (self.height_mm.zip(self.width_mm)).zip(self.depth_mm.zip(self.weight_g));
        Ok(known.zip(size).map(
            |(((unit_price, slug), (ru, en)), ((height_mm, width_mm), (depth_mm, weight_g)))| ReservedLine {
                product_id,
                set_id,
                slug,
                name: Text::new(ru, en),
                quantity,
                unit_price,
                dimensions: Dimensions {
                    height_mm,
                    width_mm,
                    depth_mm,
                },
                weight_g,
            },
        ))
    }
}

/// How many of each product there were, and as what.
fn kept(known: &[ReservedLine]) -> HashMap<ProductId, (i64, &ReservedLine)> {
    let mut kept: HashMap<ProductId, (i64, &ReservedLine)> = HashMap::new();
    for line in known {
        let (units, _) = kept.entry(line.product_id).or_insert((0, line));
        *units = units.saturating_add(line.quantity);
    }
    kept
}

/// Lines as columns, to be written by `unnest`.
pub(crate) struct LineColumns<'a> {
    pub products: Vec<Uuid>,
    pub sets: Vec<Option<Uuid>>,
    pub slugs: Vec<&'a str>,
    pub names_ru: Vec<&'a str>,
    pub names_en: Vec<&'a str>,
    pub quantities: Vec<i64>,
    pub prices: Vec<i64>,
    pub currencies: Vec<&'a str>,
    pub heights: Vec<i32>,
    pub widths: Vec<i32>,
    pub depths: Vec<i32>,
    pub weights: Vec<i64>,
}

impl<'a> LineColumns<'a> {
    pub(crate) fn of(lines: impl IntoIterator<Item = &'a ReservedLine>) -> Self {
        let lines: Vec<&ReservedLine> = lines.into_iter().collect();
        Self {
            products: lines.iter().map(|line| line.product_id.uuid()).collect(),
            sets: lines.iter().map(|line| line.set_id.map(SetId::uuid)).collect(),
            slugs: lines.iter().map(|line| line.slug.as_str()).collect(),
            names_ru: lines.iter().map(|line| line.name.ru.as_str()).collect(),
            names_en: lines.iter().map(|line| line.name.en.as_str()).collect(),
            quantities: lines.iter().map(|line| line.quantity).collect(),
            prices: lines.iter().map(|line| line.unit_price.amount).collect(),
            currencies: lines.iter().map(|line| line.unit_price.currency.code()).collect(),
            heights: lines.iter().map(|line| line.dimensions.height_mm).collect(),
            widths: lines.iter().map(|line| line.dimensions.width_mm).collect(),
            depths: lines.iter().map(|line| line.dimensions.depth_mm).collect(),
            weights: lines.iter().map(|line| line.weight_g).collect(),
        }
    }
}
