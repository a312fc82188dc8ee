use contracts::catalog::{AssortmentKind, Entry, SetKindContent, SetRequirement};
use kernel::Text;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Vocabulary;
use super::users::{NAMED, User, Users};
use crate::edit::{EditError, Editor, Fault};

impl Vocabulary for SetKindContent {
    const KIND: AssortmentKind = AssortmentKind::SetKind;

    fn code(&self) -> &str {
        &self.code
    }

    /// In whatever order they require.
    fn is_same(&self, other: &Self) -> bool {
        let sorted = |kind: &Self| {
            let mut kind = kind.clone();
            kind.requirements.sort_by(|a, b| a.category.cmp(&b.category));
            kind
        };
        sorted(self) == sorted(other)
    }

    async fn load(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<Entry<Self>>, sqlx::Error> {
        sqlx::query!(
            r#"SELECT k.code, k.name_ru, k.name_en, k.position, k.same_color, k.same_material, k.max_discount_bp,
                      k.version, k.deleted_at,
                      ARRAY(SELECT r.category FROM set_kind_requirement r
                            WHERE r.kind = k.code ORDER BY r.category) AS "categories!",
                      ARRAY(SELECT r.quantity FROM set_kind_requirement r
                            WHERE r.kind = k.code ORDER BY r.category) AS "quantities!"
               FROM set_kind k
               WHERE $1::text IS NULL OR k.code = $1
               ORDER BY k.deleted_at NULLS FIRST, k.position, k.code"#,
            code,
        )
        .map(|row| Entry {
            content: Self {
                code: row.code,
                name: Text::new(row.name_ru, row.name_en),
                position: row.position,
                same_color: row.same_color,
                same_material: row.same_material,
                max_discount_bp: row.max_discount_bp,
                requirements: row
                    .categories
                    .into_iter()
                    .zip(row.quantities)
                    .map(|(category, quantity)| SetRequirement { category, quantity })
                    .collect(),
            },
            version: row.version,
            deleted_at: row.deleted_at,
        })
        .fetch_all(conn)
        .await
    }

    async fn check(&self, conn: &mut PgConnection, _: Option<&Self>) -> Result<(), EditError> {
        let categories: Vec<&str> = self
            .requirements
            .iter()
            .map(|required| &*required.category)
            .collect();
        let known = sqlx::query_scalar!(
            "SELECT code FROM category WHERE code = ANY($1) AND deleted_at IS NULL",
            &categories as &[&str],
        )
        .fetch_all(conn)
        .await?;
        let mut faults = Vec::new();
        for (at, category) in categories.iter().enumerate() {
            let field = format!("requirements[{at}].category");
            if categories[..at].contains(category) {
                let message = Text::new("уже есть среди требований", "is required already");
                faults.push(Fault::new(field, "repeated", message));
            } else if !known.iter().any(|known| known == category) {
                faults.push(Fault::unknown(field));
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(EditError::Invalid(faults))
        }
    }

    async fn write(&self, conn: &mut PgConnection, _: &Editor<'_>, version: i64) -> Result<(), sqlx::Error> {
        let categories: Vec<&str> = self
            .requirements
            .iter()
            .map(|required| &*required.category)
            .collect();
        let quantities: Vec<i32> = self
            .requirements
            .iter()
            .map(|required| required.quantity)
            .collect();
        sqlx::query!(
            "INSERT INTO set_kind (code, name_ru, name_en, position, same_color, same_material, max_discount_bp, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (code) DO UPDATE
             SET name_ru = $2, name_en = $3, position = $4, same_color = $5, same_material = $6, max_discount_bp = $7,
                 version = $8, deleted_at = NULL",
            self.code,
            self.name.ru,
            self.name.en,
            self.position,
            self.same_color,
            self.same_material,
            self.max_discount_bp,
            version,
        )
        .execute(&mut *conn)
        .await?;
        sqlx::query!("DELETE FROM set_kind_requirement WHERE kind = $1", self.code)
            .execute(&mut *conn)
            .await?;
        sqlx::query!(
            "INSERT INTO set_kind_requirement (kind, category, quantity)
             SELECT $1, category, quantity FROM unnest($2::text[], $3::integer[]) AS r (category, quantity)",
            self.code,
            &categories as &[&str],
            &quantities,
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn users(conn: &mut PgConnection, code: &str) -> Result<Users, EditError> {
        let rows = sqlx::query_as!(
            User,
            r#"SELECT 'set' AS "kind!", external_id AS code, name_ru, name_en, count(*) OVER () AS "total!"
               FROM product_set WHERE deleted_at IS NULL AND kind = $1 ORDER BY external_id LIMIT $2"#,
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
            "UPDATE set_kind SET version = $2, deleted_at = $3 WHERE code = $1",
            code,
            version,
            at,
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}
