use std::collections::BTreeMap;

use catalog_domain::{Assemblies, Bill, explode as multiply};
use contracts::catalog::BillItem;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::assortment::bill_lines;

/// Multiplies the bills of these units out into `product_part` by the domain's rule: required lines only, through
/// assemblies of any depth. To be called in every transaction that changes them. Queues the units, whose
/// availability is another now. Four statements.
pub(crate) async fn explode(conn: &mut PgConnection, products: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH gone AS (DELETE FROM product_part WHERE product_id = ANY($1))
         INSERT INTO stale_unit (product_id) SELECT DISTINCT unnest($1::uuid[])",
        products,
    )
    .execute(&mut *conn)
    .await?;
    let rows = sqlx::query!(
        r#"SELECT product_id, jsonb_agg(jsonb_build_object('component_id', component_id, 'quantity', quantity,
                      'required', required, 'substitutes', substitutes)) AS "lines!: Json<Vec<BillItem>>"
           FROM bill_line WHERE required AND product_id = ANY($1)
           GROUP BY product_id"#,
        products,
    )
    .fetch_all(&mut *conn)
    .await?;
    let assemblies = below(&mut *conn, products).await?;
    let mut bills = BTreeMap::new();
    for row in rows {
        let bill = multiply(&bill_lines(&row.lines.0), &assemblies);
        let bill = bill.map_err(|error| sqlx::Error::Decode(error.into()))?;
        bills.insert(row.product_id, bill);
    }
    insert_parts(conn, bills.iter().map(|(&product, bill)| (product, bill))).await
}

/// Writes the parts of units that have none. One statement.
pub(crate) async fn insert_parts<'a>(
    conn: &mut PgConnection,
    bills: impl IntoIterator<Item = (Uuid, &'a Bill)>,
) -> Result<(), sqlx::Error> {
    let parts = bills.into_iter().flat_map(|(product, bill)| {
        bill.parts().iter().map(move |part| {
            serde_json::json!({
                "product": product,
                "component": part.component,
                "quantity": part.quantity,
                "substitutes": part.substitutes,
            })
        })
    });
    let parts: serde_json::Value = parts.collect();
    sqlx::query!(
        "INSERT INTO product_part (product_id, component_id, substitutes, quantity)
         SELECT (part ->> 'product')::uuid, (part ->> 'component')::uuid,
                ARRAY(SELECT s.id::uuid FROM jsonb_array_elements_text(part -> 'substitutes')
                      WITH ORDINALITY AS s (id, rank) ORDER BY s.rank),
                (part ->> 'quantity')::bigint
         FROM jsonb_array_elements($1::jsonb) AS p (part)",
        parts,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The assemblies that the bills of these units lead to.
async fn below(conn: &mut PgConnection, products: &[Uuid]) -> Result<Assemblies, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH RECURSIVE reach (id) AS (
               SELECT component_id FROM bill_line WHERE required AND product_id = ANY($1)
               UNION
               SELECT a.component_id FROM reach JOIN assembly_line a ON a.assembly_id = reach.id
           )
           SELECT a.assembly_id, jsonb_agg(jsonb_build_object('component_id', a.component_id,
                      'quantity', a.quantity, 'required', a.required,
                      'substitutes', a.substitutes)) AS "lines!: Json<Vec<BillItem>>"
           FROM assembly_line a JOIN reach ON reach.id = a.assembly_id
           GROUP BY a.assembly_id"#,
        products,
    )
    .fetch_all(conn)
    .await?;
    let assemblies = rows
        .into_iter()
        .map(|row| (row.assembly_id.into(), bill_lines(&row.lines.0)));
    Ok(assemblies.collect())
}
