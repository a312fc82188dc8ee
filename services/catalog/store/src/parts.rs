//! What units are built from, and what there is of it.

use std::collections::HashMap;

use catalog_domain::{Bill, Part};
use kernel::{ComponentId, ProductId};
use sqlx::PgConnection;
use uuid::Uuid;

/// The parts of a unit, read as arrays: components, pieces, and the substitutes of each as text, apart by spaces (arrays
/// of arrays are rectangular).
pub(crate) fn bill(
    components: Vec<Uuid>,
    quantities: Vec<i64>,
    substitutes: &[String],
) -> Result<Bill, sqlx::Error> {
    let lines = components.into_iter().zip(quantities).zip(substitutes);
    let parts = lines.map(|((component, quantity), substitutes)| {
        let substitutes = substitutes.split_ascii_whitespace().map(str::parse);
        Ok(Part {
            component: component.into(),
            substitutes: substitutes.collect::<Result<_, _>>().map_err(undecodable)?,
            quantity,
        })
    });
    let parts: Vec<Part> = parts.collect::<Result<_, sqlx::Error>>()?;
    Bill::new(parts).map_err(undecodable)
}

fn undecodable(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

/// The bills of units; one for each of `products`, of nothing where there are no parts. One statement.
pub(crate) async fn bills(
    conn: &mut PgConnection,
    products: &[Uuid],
) -> Result<HashMap<ProductId, Bill>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT product_id, array_agg(component_id) AS "components!", array_agg(quantity) AS "quantities!",
                  array_agg(array_to_string(substitutes, ' ')) AS "substitutes!"
           FROM product_part WHERE product_id = ANY($1) GROUP BY product_id"#,
        products,
    )
    .fetch_all(conn)
    .await?;
    let mut bills: HashMap<ProductId, Bill> =
        products.iter().map(|&id| (id.into(), Bill::default())).collect();
    for row in rows {
        let bill = bill(row.components, row.quantities, &row.substitutes)?;
        bills.insert(row.product_id.into(), bill);
    }
    Ok(bills)
}

/// Every component that can serve the bills, once, in the order of ids.
pub(crate) fn components_of<'a>(bills: impl IntoIterator<Item = &'a Bill>) -> Vec<Uuid> {
    let mut components: Vec<Uuid> = bills
        .into_iter()
        .flat_map(|bill| bill.parts().iter().flat_map(Part::options))
        .map(ComponentId::uuid)
        .collect();
    components.sort_unstable();
    components.dedup();
    components
}

/// Free pieces over all warehouses; components that lie on no shelf are missing. One statement.
pub(crate) async fn free_in_total(
    conn: &mut PgConnection,
    components: &[Uuid],
) -> Result<HashMap<ComponentId, i64>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT component_id, sum(on_hand - reserved)::bigint AS "free!"
           FROM stock WHERE component_id = ANY($1) GROUP BY component_id"#,
        components,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.component_id.into(), row.free))
        .collect())
}
