use kernel::Text;
use pg::Pg;

/// A node of the tree of categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryNode {
    /// Stable code, used in filters.
    pub code: String,
    /// Name in both languages.
    pub name: Text,
    /// Code of the category it is part of; `None` at the root.
    pub parent: Option<String>,
}

/// All categories in the order in which they are shown among their siblings. One statement.
pub async fn categories(pg: &Pg) -> Result<Vec<CategoryNode>, sqlx::Error> {
    pg.read("categories", async |mut tx: pg::Tx| {
        sqlx::query!(
            "SELECT code, name_ru, name_en, parent FROM category WHERE deleted_at IS NULL ORDER BY position, code"
        )
        .map(|row| CategoryNode {
            code: row.code,
            name: Text::new(row.name_ru, row.name_en),
            parent: row.parent,
        })
        .fetch_all(&mut *tx)
        .await
    })
    .await
}
