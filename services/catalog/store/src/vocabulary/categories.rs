use catalog_domain::{MAX_DEPTH, Tree, TreeError};
use contracts::catalog::{AssortmentKind, CategoryContent, Entry};
use kernel::Text;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Vocabulary;
use super::properties::{check_uses, uses};
use super::users::{NAMED, User, Users};
use crate::edit::{EditError, Editor, Fault};

impl Vocabulary for CategoryContent {
    const KIND: AssortmentKind = AssortmentKind::Category;

    fn code(&self) -> &str {
        &self.code
    }

    async fn load(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<Entry<Self>>, sqlx::Error> {
        sqlx::query!(
            r#"SELECT c.code, c.parent, c.name_ru, c.name_en, c.position, c.version, c.deleted_at,
                      p.properties AS "properties!", p.required AS "required!"
               FROM category c
               CROSS JOIN LATERAL (
                   SELECT coalesce(array_agg(u.property ORDER BY u.position), '{}') AS properties,
                          coalesce(array_agg(u.required ORDER BY u.position), '{}') AS required
                   FROM category_property u WHERE u.category = c.code
               ) p
               WHERE $1::text IS NULL OR c.code = $1
               ORDER BY c.deleted_at NULLS FIRST, c.position, c.code"#,
            code,
        )
        .map(|row| Entry {
            content: Self {
                code: row.code,
                parent: row.parent,
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
        check_place(conn, self).await?;
        check_uses(conn, &self.properties).await
    }

    async fn write(&self, conn: &mut PgConnection, _: &Editor<'_>, version: i64) -> Result<(), sqlx::Error> {
        let properties: Vec<&str> = self.properties.iter().map(|u| &*u.property).collect();
        let required: Vec<bool> = self.properties.iter().map(|u| u.required).collect();
        sqlx::query!(
            "INSERT INTO category (code, parent, name_ru, name_en, position, version)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (code) DO UPDATE
             SET parent = $2, name_ru = $3, name_en = $4, position = $5, version = $6, deleted_at = NULL",
            self.code,
            self.parent,
            self.name.ru,
            self.name.en,
            self.position,
            version,
        )
        .execute(&mut *conn)
        .await?;
        sqlx::query!("DELETE FROM category_property WHERE category = $1", self.code)
            .execute(&mut *conn)
            .await?;
        sqlx::query!(
            "INSERT INTO category_property (category, property, required, position)
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
                   SELECT 'category' AS kind, code, name_ru, name_en FROM category
                   WHERE deleted_at IS NULL AND parent = $1
                   UNION ALL
                   SELECT 'product', slug, name_ru, name_en FROM product WHERE deleted_at IS NULL AND category = $1
                   UNION ALL
                   SELECT 'compatibility_rule', code, name_ru, name_en FROM compatibility_rule
                   WHERE deleted_at IS NULL AND category = $1
                   UNION ALL
                   SELECT 'margin_rule', c.code, c.name_ru, c.name_en
                   FROM margin_rule m JOIN category c ON c.code = m.category WHERE m.category = $1
                   UNION ALL
                   SELECT 'set_kind', k.code, k.name_ru, k.name_en
                   FROM set_kind_requirement r JOIN set_kind k ON k.code = r.kind
                   WHERE k.deleted_at IS NULL AND r.category = $1
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
            "UPDATE category SET version = $2, deleted_at = $3 WHERE code = $1",
            code,
            version,
            at,
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    /// A category that moves comes under other margins.
    async fn queue(
        conn: &mut PgConnection,
        before: Option<&Self>,
        after: Option<&Self>,
    ) -> Result<(), sqlx::Error> {
        if let (Some(before), Some(after)) = (before, after)
            && before.parent != after.parent
        {
            super::reprice::queue(conn, Some(&after.code)).await?;
        }
        Ok(())
    }
}

/// The tree must stay one: the parent is there, no category comes under itself, and it does not grow too deep.
async fn check_place(conn: &mut PgConnection, category: &CategoryContent) -> Result<(), EditError> {
    let rows = sqlx::query!(r#"SELECT code, parent, deleted_at IS NOT NULL AS "deleted!" FROM category"#)
        .fetch_all(conn)
        .await?;
    let parent = category.parent.as_deref();
    if let Some(parent) = parent
        && !rows.iter().any(|row| row.code == parent && !row.deleted)
    {
        return Err(Fault::unknown("parent").into());
    }
    let tree = Tree::new(rows.into_iter().map(|row| (row.code, row.parent)))
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    match tree.with(&category.code, parent) {
        Ok(_) => Ok(()),
        Err(TreeError::Cycle(mut cycle)) => {
            cycle.extend(cycle.first().cloned());
            let cycle = cycle.join(" → ");
            let message = Text::new(
                format!("получился бы круг: {cycle}"),
                format!("would make a cycle: {cycle}"),
            );
            Err(Fault::new("parent", "cycle", message).into())
        }
        Err(TreeError::TooDeep(code)) => {
            let message = Text::new(
                format!("{code} оказалась бы глубже {MAX_DEPTH} уровней"),
                format!("{code} would lie deeper than {MAX_DEPTH} levels"),
            );
            Err(Fault::new("parent", "too_deep", message).into())
        }
        Err(TreeError::UnknownParent { .. } | TreeError::Twice(_)) => Err(Fault::unknown("parent").into()),
    }
}
