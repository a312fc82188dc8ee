use catalog_domain::Schema;
use kernel::Text;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::RowFaults;
use crate::vocabulary::domain;

/// Rows read at a time.
const PAGE: i64 = 1_000;

/// Checks the properties of all staged rows by the domain's rules; `place` is the field with the type or category that
/// says which there are. Rows of an unknown one are passed by: that is told elsewhere.
pub(super) async fn check<'a>(
    conn: &mut PgConnection,
    run: Uuid,
    place: &str,
    schema_of: impl Fn(&str) -> Option<&'a Schema>,
    faults: &mut RowFaults,
) -> Result<(), sqlx::Error> {
    let vocabulary = domain(&mut *conn).await?;
    let mut after = 0;
    loop {
        let rows = sqlx::query!(
            r#"SELECT line, data ->> $3 AS "place!", data -> 'properties' AS "properties!" FROM import_row
               WHERE run = $1 AND line > $2 ORDER BY line LIMIT $4"#,
            run,
            after,
            place,
            PAGE,
        )
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.line;
        for row in rows {
            let Some(schema) = schema_of(&row.place) else {
                continue;
            };
            let values = match row.properties {
                Value::Object(members) => members,
                _ => serde_json::Map::new(),
            };
            for error in schema.read(values, &vocabulary).err().into_iter().flatten() {
                let message = Text::new(
                    format!("значение не подходит: {}", error.problem),
                    error.problem.to_string(),
                );
                faults.push(row.line, format!("properties.{}", error.code), "unfit", message);
            }
        }
    }
}
