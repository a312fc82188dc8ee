use contracts::catalog::{AssortmentKind, Entry, MaterialContent};
use kernel::Text;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::users::{NAMED, User, Users};
use super::{Vocabulary, rules};
use crate::edit::{EditError, Editor};

impl Vocabulary for MaterialContent {
    const KIND: AssortmentKind = AssortmentKind::Material;

    fn code(&self) -> &str {
        &self.code
    }

    async fn load(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<Entry<Self>>, sqlx::Error> {
        sqlx::query!(
            "SELECT code, name_ru, name_en, position, version, deleted_at FROM material
             WHERE $1::text IS NULL OR code = $1 ORDER BY deleted_at NULLS FIRST, position, code",
            code,
        )
        .map(|row| Entry {
            content: Self {
                code: row.code,
                name: Text::new(row.name_ru, row.name_en),
                position: row.position,
            },
            version: row.version,
            deleted_at: row.deleted_at,
        })
        .fetch_all(conn)
        .await
    }

    async fn check(&self, _: &mut PgConnection, _: Option<&Self>) -> Result<(), EditError> {
        Ok(())
    }

    async fn write(&self, conn: &mut PgConnection, _: &Editor<'_>, version: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO material (code, name_ru, name_en, position, version) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (code) DO UPDATE
             SET name_ru = $2, name_en = $3, position = $4, version = $5, deleted_at = NULL",
            self.code,
            self.name.ru,
            self.name.en,
            self.position,
            version,
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn users(conn: &mut PgConnection, code: &str) -> Result<Users, EditError> {
        let rows = sqlx::query_as!(
            User,
            r#"WITH typed AS (SELECT code FROM property WHERE kind = 'material'),
               users AS (
                   SELECT 'component' AS kind, sku AS code, name_ru, name_en FROM component
                   WHERE deleted_at IS NULL
                     AND (material = $1 OR EXISTS (SELECT FROM typed WHERE properties ->> typed.code = $1))
                   UNION ALL
                   SELECT 'product', slug, name_ru, name_en FROM product
                   WHERE deleted_at IS NULL
                     AND (material = $1 OR EXISTS (SELECT FROM typed WHERE properties ->> typed.code = $1))
                   UNION ALL
                   SELECT 'set', external_id, name_ru, name_en FROM product_set
                   WHERE deleted_at IS NULL AND material = $1
               )
               SELECT kind AS "kind!", code AS "code!", name_ru AS "name_ru!", name_en AS "name_en!",
                      count(*) OVER () AS "total!"
               FROM users ORDER BY kind, code LIMIT $2"#,
            code,
            NAMED,
        )
        .fetch_all(&mut *conn)
        .await?;
        let users = Users::new(rows);
        let rules = rules::broken_by(conn, |known| _ = known.materials.remove(code)).await?;
        Ok(users.and(rules))
    }

    async fn mark_deleted(
        conn: &mut PgConnection,
        code: &str,
        version: i64,
        at: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE material SET version = $2, deleted_at = $3 WHERE code = $1",
            code,
            version,
            at,
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
