use sqlx::PgConnection;
use uuid::Uuid;

/// Multiplies the bills of these units out into `product_part`: required lines only, through assemblies of any
/// depth. To be called in every transaction that changes them. One statement each for what goes and what comes.
pub(crate) async fn explode(conn: &mut PgConnection, products: &[Uuid]) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM product_part WHERE product_id = ANY($1)", products)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "WITH RECURSIVE line AS (
             SELECT product_id, component_id, substitutes, quantity::bigint AS quantity
             FROM bill_line WHERE required AND product_id = ANY($1)
             UNION ALL
             SELECT line.product_id, a.component_id, a.substitutes, line.quantity * a.quantity
             FROM line JOIN assembly_line a ON a.assembly_id = line.component_id AND a.required
         )
         INSERT INTO product_part (product_id, component_id, substitutes, quantity)
         SELECT line.product_id, line.component_id, line.substitutes, sum(line.quantity)
         FROM line JOIN component c ON c.id = line.component_id AND NOT c.assembly
         GROUP BY line.product_id, line.component_id, line.substitutes",
        products,
    )
    .execute(conn)
    .await?;
    Ok(())
}
