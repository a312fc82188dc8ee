use contracts::catalog::{AssortmentKind, Entry, MarginContent};
use kernel::Text;
use sqlx::PgConnection;
use time::OffsetDateTime;

use super::Vocabulary;
use super::reprice;
use super::users::Users;
use crate::edit::{EditError, Editor, Fault};

/// A margin that is deleted leaves no row: whatever computes prices need not know of deleted ones.
impl Vocabulary for MarginContent {
    const KIND: AssortmentKind = AssortmentKind::MarginRule;
    const CODE: &'static str = "category";

    fn code(&self) -> &str {
        self.code()
    }

    async fn load(conn: &mut PgConnection, code: Option<&str>) -> Result<Vec<Entry<Self>>, sqlx::Error> {
        sqlx::query!(
            "SELECT category, margin_bp, step, version FROM margin_rule
             WHERE $1::text IS NULL OR coalesce(category, $2) = $1
             ORDER BY category NULLS FIRST",
            code,
            Self::DEFAULT,
        )
        .map(|row| Entry {
            content: Self {
                category: row.category,
                margin_bp: row.margin_bp,
                step: row.step,
            },
            version: row.version,
            deleted_at: None,
        })
        .fetch_all(conn)
        .await
    }

    async fn check(&self, conn: &mut PgConnection, _: Option<&Self>) -> Result<(), EditError> {
        let Some(category) = &self.category else {
            return Ok(());
        };
        let known = sqlx::query_scalar!(
            "SELECT 1 AS one FROM category WHERE code = $1 AND deleted_at IS NULL",
            category,
        )
        .fetch_optional(conn)
        .await?;
        if known.is_none() {
            return Err(Fault::unknown("category").into());
        }
        Ok(())
    }

    async fn write(&self, conn: &mut PgConnection, _: &Editor<'_>, version: i64) -> Result<(), sqlx::Error> {
        sqlx::query!(
            "INSERT INTO margin_rule (category, margin_bp, step, version) VALUES ($1, $2, $3, $4)
             ON CONFLICT ON CONSTRAINT margin_rule_category_key DO UPDATE
             SET margin_bp = $2, step = $3, version = $4",
            self.category,
            self.margin_bp,
            self.step,
            version,
        )
        .execute(conn)
        .await?;
        Ok(())
    }

    async fn users(_: &mut PgConnection, code: &str) -> Result<Users, EditError> {
        if code == Self::DEFAULT {
            let message = Text::new(
                "без этой наценки у остальных товаров не было бы цены",
                "without this margin the rest would have no price",
            );
            return Err(Fault::new("category", "needed", message).into());
        }
        Ok(Users::default())
    }

    async fn mark_deleted(
        conn: &mut PgConnection,
        code: &str,
        _: i64,
        _: OffsetDateTime,
    ) -> Result<(), sqlx::Error> {
        sqlx::query!("DELETE FROM margin_rule WHERE category = $1", code)
            .execute(conn)
            .await?;
        Ok(())
    }

    async fn queue(
        conn: &mut PgConnection,
        before: Option<&Self>,
        after: Option<&Self>,
    ) -> Result<(), sqlx::Error> {
        match after.or(before) {
            Some(margin) if before != after => reprice::queue(conn, margin.category.as_deref()).await,
            _ => Ok(()),
        }
    }
}
