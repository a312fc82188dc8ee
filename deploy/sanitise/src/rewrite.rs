//! People become others, in the quarantined database.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use pg::sqlx::{Connection as _, PgConnection};

use crate::pseudonym::{Key, canonical, pseudonyms};
use crate::quarantine::execute;
use crate::{Action, Rules};

/// How many pseudonyms go to the server in one message.
const BATCH: usize = 50_000;

/// What was in the database and must be nowhere afterwards, by kind.
pub type Originals = BTreeMap<Action, BTreeSet<String>>;

/// Rewrites every column as `rules` say, in one transaction, and returns the originals. The connection must be a
/// superuser's: triggers and foreign keys keep still meanwhile, since each row changes for itself.
pub async fn rewrite(
    rules: &Rules,
    key: &Key,
    connection: &mut PgConnection,
) -> Result<Originals, pg::sqlx::Error> {
    let mut tx = connection.begin().await?;
    execute(&mut tx, "SET LOCAL session_replication_role = replica", &[]).await?;
    for table in &rules.empty {
        if let Some((schema, name)) = existing(&mut tx, table).await? {
            execute(&mut tx, "DELETE FROM %I.%I", &[&schema, &name]).await?;
        }
    }
    let originals = collect(rules, &mut tx).await?;
    let taken: HashSet<String> = originals
        .iter()
        .flat_map(|(&action, values)| {
            values
                .iter()
                .map(move |value| canonical(action, value).into_owned())
        })
        .collect();
    pg::sqlx::query("CREATE TEMPORARY TABLE other (kind text, original text, pseudonym text) ON COMMIT DROP")
        .execute(&mut *tx)
        .await?;
    for (&action, values) in &originals {
        let others = pseudonyms(key, action, values, |value| taken.contains(value));
        let (originals, pseudonyms): (Vec<_>, Vec<_>) = others.into_iter().unzip();
        for (originals, pseudonyms) in originals.chunks(BATCH).zip(pseudonyms.chunks(BATCH)) {
            pg::sqlx::query("INSERT INTO other SELECT $1, * FROM unnest($2::text[], $3::text[])")
                .bind(format!("{action:?}"))
                .bind(originals)
                .bind(pseudonyms)
                .execute(&mut *tx)
                .await?;
        }
    }
    pg::sqlx::query("CREATE UNIQUE INDEX ON other (kind, original)")
        .execute(&mut *tx)
        .await?;
    pg::sqlx::query("ANALYZE other").execute(&mut *tx).await?;
    for (table, columns) in &rules.columns {
        update(table, columns, &mut tx).await?;
    }
    for statement in &rules.after {
        pg::sqlx::query(pg::sqlx::AssertSqlSafe(statement.clone()))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(originals)
}

/// Schema and name of a table, where it is there.
async fn existing(
    connection: &mut PgConnection,
    table: &str,
) -> Result<Option<(String, String)>, pg::sqlx::Error> {
    pg::sqlx::query_as(
        "SELECT n.nspname::text, c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname || '.' || c.relname = $1 AND c.relkind IN ('r', 'p')",
    )
    .bind(table)
    .fetch_optional(connection)
    .await
}

async fn collect(rules: &Rules, connection: &mut PgConnection) -> Result<Originals, pg::sqlx::Error> {
    let mut originals = Originals::new();
    for (table, columns) in &rules.columns {
        let Some((schema, name)) = existing(connection, table).await? else {
            continue;
        };
        for (column, &action) in columns {
            if !action.is_pseudonymised() {
                continue;
            }
            let query: String = pg::sqlx::query_scalar(
                "SELECT format('SELECT DISTINCT %1$I::text FROM %2$I.%3$I WHERE %1$I IS NOT NULL', $1, $2, $3)",
            )
            .bind(column)
            .bind(&schema)
            .bind(&name)
            .fetch_one(&mut *connection)
            .await?;
            let values: Vec<String> = pg::sqlx::query_scalar(pg::sqlx::AssertSqlSafe(query))
                .fetch_all(&mut *connection)
                .await?;
            originals.entry(action).or_default().extend(values);
        }
    }
    Ok(originals)
}

/// One pass over a table, whatever the number of its columns.
async fn update(
    table: &str,
    columns: &BTreeMap<String, Action>,
    connection: &mut PgConnection,
) -> Result<(), pg::sqlx::Error> {
    let mut sets = Vec::new();
    for (column, &action) in columns {
        let template = match action {
            Action::Keep => continue,
            Action::Null => "SELECT format('%1$I = NULL', $1, $2)",
            _ => {
                "SELECT format('%1$I = (SELECT pseudonym FROM other WHERE kind = %2$L AND original = t.%1$I)', $1, $2)"
            }
        };
        let set: String = pg::sqlx::query_scalar(template)
            .bind(column)
            .bind(format!("{action:?}"))
            .fetch_one(&mut *connection)
            .await?;
        sets.push(set);
    }
    if let (false, Some((schema, name))) = (sets.is_empty(), existing(connection, table).await?) {
        let sets = sets.join(", ");
        // `%s` takes what the server itself has quoted above.
        execute(connection, "UPDATE %I.%I t SET %s", &[&schema, &name, &sets]).await?;
    }
    Ok(())
}
