//! Whether the rules know every column.

use std::collections::{BTreeMap, BTreeSet};

use pg::sqlx::PgConnection;

use crate::Rules;

/// Columns by table, each with its schema.
pub type Columns = BTreeMap<String, BTreeSet<String>>;

/// Why nothing may go on.
#[derive(Debug, thiserror::Error)]
pub enum CensusError {
    /// The database refuses.
    #[error("the catalogue of the database cannot be read")]
    Database(#[from] pg::sqlx::Error),
    /// Columns that nobody has looked at: there may be people in them.
    #[error("no rule says what becomes of {}", .0.join(", "))]
    Unlisted(Vec<String>),
    /// What rules cannot speak of.
    #[error("there are {0} large objects, and no rule can be for them")]
    LargeObjects(i64),
}

/// Every column of every table, materialised view and partition that is not PostgreSQL's own.
pub async fn columns(connection: &mut PgConnection) -> Result<Columns, CensusError> {
    let rows: Vec<(String, String)> = pg::sqlx::query_as(
        "SELECT n.nspname || '.' || c.relname, a.attname::text
         FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relkind IN ('r', 'p', 'm', 'f')
           AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_toast%'
           AND n.nspname NOT LIKE 'pg\\_temp%'",
    )
    .fetch_all(connection)
    .await?;
    let mut columns = Columns::new();
    for (table, column) in rows {
        columns.entry(table).or_default().insert(column);
    }
    Ok(columns)
}

/// Fails where a column is in no rule, naming all of them. Rules for what is not there are no danger; they are
/// returned, for whoever wants to tidy up.
pub async fn check(rules: &Rules, connection: &mut PgConnection) -> Result<Vec<String>, CensusError> {
    let there = columns(connection).await?;
    let large: i64 = pg::sqlx::query_scalar("SELECT count(*) FROM pg_largeobject_metadata")
        .fetch_one(connection)
        .await?;
    if large > 0 {
        return Err(CensusError::LargeObjects(large));
    }
    compare(rules, &there)
}

fn compare(rules: &Rules, there: &Columns) -> Result<Vec<String>, CensusError> {
    let unlisted: Vec<String> = there
        .iter()
        .filter(|(table, _)| !rules.empty.contains(*table))
        .flat_map(|(table, columns)| {
            let known = rules.columns.get(table);
            columns
                .iter()
                .filter(move |column| known.is_none_or(|known| !known.contains_key(*column)))
                .map(move |column| format!("{table}.{column}"))
        })
        .collect();
    if !unlisted.is_empty() {
        return Err(CensusError::Unlisted(unlisted));
    }
    let has =
        |table: &String, column: &String| there.get(table).is_some_and(|columns| columns.contains(column));
    let of_columns = rules.columns.iter().flat_map(|(table, columns)| {
        columns
            .keys()
            .filter(move |column| !has(table, column))
            .map(move |column| format!("{table}.{column}"))
    });
    let of_tables = rules
        .empty
        .iter()
        .filter(|table| !there.contains_key(*table))
        .cloned();
    Ok(of_columns.chain(of_tables).collect())
}
