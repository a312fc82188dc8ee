use std::collections::HashMap;

use catalog_domain::{Bill, MarginRule, Margins, Part, PriceError, Tree, unit_price};
use contracts::catalog::{NoPrice, PartCost, Pricing};
use kernel::{ComponentId, Money, MoneyError, Text};
use sqlx::PgConnection;
use uuid::Uuid;

use super::bill::Composition;
use super::book::{Book, unsound};
use crate::rows::money;

/// How the price of a unit of the category with these parts comes to be (CAT-5).
pub(super) fn pricing(
    book: &Book,
    category: &str,
    by_hand: Option<Money>,
    bill: &Bill,
    composition: &Composition,
) -> Pricing {
    let cost_of = |id: ComponentId| composition.known.get(&id).and_then(|known| known.cost);
    let margin = book.margins.of(category, &book.tree);
    let computed = unit_price(None, margin, bill, cost_of);
    let problem = computed.as_ref().err().map(no_price);
    let computed = computed.ok();
    let mut parts: Vec<PartCost> = Vec::with_capacity(bill.parts().len());
    for part in bill.parts() {
        match parts.last_mut() {
            // Parts that differ in their substitutes cost the same.
            Some(last) if last.component_id == part.component => last.quantity += part.quantity,
            _ => {
                let known = composition.known.get(&part.component);
                parts.push(PartCost {
                    component_id: part.component,
                    sku: known.map_or_else(String::new, |known| known.sku.clone()),
                    name: known.map_or_else(|| Text::new("", ""), |known| known.name.clone()),
                    quantity: part.quantity,
                    cost: cost_of(part.component),
                });
            }
        }
    }
    let sums = parts.iter().map(|part| part.cost?.times(part.quantity).ok());
    let cost = sums.reduce(|sum, more| sum?.plus(more?).ok()).flatten();
    let written = book.margin(category);
    Pricing {
        price: by_hand.or(computed),
        by_hand,
        computed,
        problem,
        cost,
        margin_bp: written.map(|(margin_bp, _)| margin_bp),
        step: written.map(|(_, step)| step),
        parts,
    }
}

fn no_price(error: &PriceError) -> NoPrice {
    match error {
        PriceError::Nothing => NoPrice::NoParts,
        PriceError::NoCost(_) => NoPrice::NoCost,
        PriceError::NoMargin => NoPrice::NoMargin,
        PriceError::Money(MoneyError::Mixed(..)) => NoPrice::MixedCurrencies,
        PriceError::Money(MoneyError::Overflow) => NoPrice::TooLarge,
    }
}

/// Computes the prices of these units from their parts, costs and margins (CAT-5) and queues those whose price is
/// another now for the lists. One set by hand goes before; a price that cannot be computed is none (CAT-10), and so is
/// that of a deleted unit, so nothing can sell it. Answers how many prices changed. Three statements.
pub(crate) async fn reprice(conn: &mut PgConnection, units: &[Uuid]) -> Result<u64, sqlx::Error> {
    let (tree, margins) = margins(&mut *conn).await?;
    let rows = sqlx::query!(
        r#"SELECT p.id, p.category, p.override_amount, p.override_currency, p.deleted_at IS NOT NULL AS "deleted!",
                  l.component_id AS "component_id?", l.quantity AS "quantity?", c.cost_amount AS "cost_amount?",
                  c.cost_currency AS "cost_currency?"
           FROM product p
           LEFT JOIN product_part l ON l.product_id = p.id
           LEFT JOIN component c ON c.id = l.component_id
           WHERE p.id = ANY($1)
           ORDER BY p.id"#,
        units,
    )
    .fetch_all(&mut *conn)
    .await?;
    let (mut ids, mut amounts, mut currencies) = (Vec::new(), Vec::new(), Vec::new());
    for unit in rows.chunk_by(|a, b| a.id == b.id) {
        let (mut parts, mut costs) = (Vec::with_capacity(unit.len()), HashMap::new());
        for row in unit {
            // A unit without required components comes as one row without a part.
            if let Some((component, quantity)) = row.component_id.zip(row.quantity) {
                let component = ComponentId::from(component);
                costs.insert(component, money(row.cost_amount, row.cost_currency.as_deref())?);
                parts.push(Part::plain(component, quantity));
            }
        }
        let first = &unit[0];
        let by_hand = money(first.override_amount, first.override_currency.as_deref())?;
        let margin = margins.of(&first.category, &tree);
        let price = match Bill::new(parts) {
            Ok(_) if first.deleted => None,
            Ok(bill) => unit_price(by_hand, margin, &bill, |id| costs.get(&id).copied().flatten()).ok(),
            // More pieces than can be counted cost more than can be counted.
            Err(_) => by_hand.filter(|_| !first.deleted),
        };
        ids.push(first.id);
        amounts.push(price.map(|price| price.amount));
        currencies.push(price.map(|price| price.currency.code()));
    }
    let changed = sqlx::query!(
        "WITH changed AS (
             UPDATE product p SET price_amount = e.amount, price_currency = e.currency
             FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS e (id, amount, currency)
             WHERE p.id = e.id
               AND (p.price_amount, p.price_currency) IS DISTINCT FROM (e.amount, e.currency)
             RETURNING p.id
         )
         INSERT INTO stale_product (product_id) SELECT id FROM changed",
        &ids,
        &amounts as &[Option<i64>],
        &currencies as &[Option<&str>],
    )
    .execute(conn)
    .await?;
    Ok(changed.rows_affected())
}

/// All margins and the tree that they are inherited along. One statement.
async fn margins(conn: &mut PgConnection) -> Result<(Tree, Margins), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT c.code AS "code?", c.parent, m.margin_bp AS "margin_bp?", m.step AS "step?"
           FROM category c FULL JOIN margin_rule m ON m.category = c.code"#,
    )
    .fetch_all(conn)
    .await?;
    let mut rules = Vec::new();
    for row in &rows {
        if let Some((margin_bp, step)) = row.margin_bp.zip(row.step) {
            let rule = MarginRule::new(margin_bp.cast_unsigned(), step).map_err(unsound)?;
            rules.push((row.code.clone(), rule));
        }
    }
    let nodes = rows.into_iter().filter_map(|row| Some((row.code?, row.parent)));
    let tree = Tree::new(nodes).map_err(unsound)?;
    Ok((tree, Margins::new(rules)))
}
