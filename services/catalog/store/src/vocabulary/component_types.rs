use contracts::catalog::{AssortmentKind, ComponentTypeContent, Entry};
use kernel::Text;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Vocabulary;
use super::properties::{check_uses, uses};
use super::users::{NAMED, User, Users};
use crate::edit::{EditError, Editor};

impl Vocabulary for ComponentTypeContent {
    const KIND: AssortmentKind = AssortmentKind::ComponentType;

    fn code(&self) -> &str {
        &self.code
    }

    async fn load(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<Entry<Self>>, sqlx::Error> {
        sqlx::query!(
            r#"SELECT t.code, t.name_ru, t.name_en, t.position, t.version, t.deleted_at,
                      p.properties AS "properties!", p.required AS "required!"
               FROM component_type t
               CROSS JOIN LATERAL (
                   SELECT coalesce(array_agg(u.property ORDER BY u.position), '{}') AS properties,
                          coalesce(array_agg(u.required ORDER BY u.position), '{}') AS required
                   FROM component_type_property u WHERE u.component_type = t.code
               ) p
               WHERE $1::text IS NULL OR t.code = $1
               ORDER BY t.deleted_at NULLS FIRST, t.position, t.code"#,
            code,
        )
        .map(|row| Entry {
            content: Self {
                code: row.code,
                name: Text::new(row.name_ru, row.name_en),
                position: row.position,
                properties: uses(row.properties, row.required),
            },
            version: row.version,
            deleted_at: row.deleted_at,
        })
        .fetch_all(conn)
        .await
    }

    async fn check(&self, conn: &mut PgConnection, _: Option<&Self>) -> Result<(), EditError> {
        check_uses(conn, &self.properties).await
    }

    async fn write(&self, conn: &mut PgConnection, _: &Editor<'_>, version: i64) -> Result<(), sqlx::Error> {
        let properties: Vec<&str> = self.properties.iter().map(|u| &*u.property).collect();
        let required: Vec<bool> = self.properties.iter().map(|u| u.required).collect();
        sqlx::query!(
            "INSERT INTO component_type (code, name_ru, name_en, position, version) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (code) DO UPDATE
             SET name_ru = $2, name_en = $3, position = $4, version = $5, deleted_at = NULL",
            self.code,
            self.name.ru,
            self.name.en,
            self.position,
            version,
        )
        .execute(&mut *conn)
        .await?;
        sqlx::query!(
            "DELETE FROM component_type_property WHERE component_type = $1",
            self.code
        )
        .execute(&mut *conn)
        .await?;
        sqlx::query!(
            "INSERT INTO component_type_property (component_type, property, required, position)
             SELECT $1, property, required, position FROM unnest($2::text[], $3::boolean[])
                  WITH ORDINALITY AS u (property, required, position)",
            self.code,
            &properties as &[&str],
            &required,
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn users(conn: &mut PgConnection, code: &str) -> Result<Users, EditError> {
        let rows = sqlx::query_as!(
            User,
            r#"WITH users AS (
                   SELECT 'component' AS kind, sku AS code, name_ru, name_en FROM component
                   WHERE deleted_at IS NULL AND kind = $1
                   UNION ALL
                   SELECT 'compatibility_rule', code, name_ru, name_en FROM compatibility_rule
                   WHERE deleted_at IS NULL AND component_type = $1
               )
               SELECT kind AS "kind!", code AS "code!", name_ru AS "name_ru!", name_en AS "name_en!",
                      count(*) OVER () AS "total!"
               FROM users ORDER BY kind, code LIMIT $2"#,
            code,
            NAMED,
        )
        .fetch_all(conn)
        .await?;
        Ok(Users::new(rows))
    }

    async fn mark_deleted(
        conn: &mut PgConnection,
        code: &str,
        version: i64,
        at: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "UPDATE component_type SET version = $2, deleted_at = $3 WHERE code = $1",
            code,
            version,
            at,
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
