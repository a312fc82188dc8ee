use contracts::catalog::ProductCard;
use sqlx::PgConnection;
use uuid::Uuid;

/// The cards of these units, in this order. One statement; none for none.
pub(crate) async fn cards(conn: &mut PgConnection, units: &[Uuid]) -> Result<Vec<ProductCard>, sqlx::Error> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let mut cards = crate::cards::cards(conn, units).await?;
    Ok(units.iter().filter_map(|id| cards.remove(id)).collect())
}
