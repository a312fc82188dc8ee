//! Who has values of a property.

use sqlx::PgConnection;

use super::users::{NAMED, User, Users};

/// Components and units that have a value of the property.
pub(super) async fn users_of(conn: &mut PgConnection, property: &str) -> Result<Users, sqlx::Error> {
    let rows = sqlx::query_as!(
        User,
        r#"WITH users AS (
               SELECT 'component' AS kind, sku AS code, name_ru, name_en FROM component
               WHERE deleted_at IS NULL AND properties ? $1
               UNION ALL
               SELECT 'product', slug, name_ru, name_en FROM product
               WHERE deleted_at IS NULL AND properties ? $1
           )
           SELECT kind AS "kind!", code AS "code!", name_ru AS "name_ru!", name_en AS "name_en!",
                  count(*) OVER () AS "total!"
           FROM users ORDER BY kind, code LIMIT $2"#,
        property,
        NAMED,
    )
    .fetch_all(conn)
    .await?;
    Ok(Users::new(rows))
}

/// Those whose value is one of these choices.
pub(super) async fn users_of_choices(
    conn: &mut PgConnection,
    property: &str,
    choices: &[&str],
) -> Result<Users, sqlx::Error> {
    let rows = sqlx::query_as!(
        User,
        r#"WITH users AS (
               SELECT 'component' AS kind, sku AS code, name_ru, name_en FROM component
               WHERE deleted_at IS NULL AND properties ->> $1 = ANY($2)
               UNION ALL
               SELECT 'product', slug, name_ru, name_en FROM product
               WHERE deleted_at IS NULL AND properties ->> $1 = ANY($2)
           )
           SELECT kind AS "kind!", code AS "code!", name_ru AS "name_ru!", name_en AS "name_en!",
                  count(*) OVER () AS "total!"
           FROM users ORDER BY kind, code LIMIT $3"#,
        property,
        choices as &[&str],
        NAMED,
    )
    .fetch_all(conn)
    .await?;
    Ok(Users::new(rows))
}
