use contracts::catalog::{AssortmentKind, ChangeAction};
use contracts::events::{ASSORTMENT_CHANGED, AssortmentChanged};
use events::NewEvent;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::compare::{changes, entity};
use super::{EditError, Editor, Versioned};

/// What brought a change about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cause {
    /// A call that names the version it changes.
    #[default]
    Call,
    /// A creation, known by the employee's key and by what it asks for ([`Cause::creation`]).
    Creation {
        /// The employee's key.
        key: String,
        /// Digest of the request.
        request: Vec<u8>,
    },
    /// A draft that was published.
    Draft(Uuid),
}

impl Cause {
    /// The creation of a thing with what `request` says, which the employee's client calls `key`.
    pub fn creation(kind: AssortmentKind, key: &str, request: &impl Serialize) -> Self {
        let body = serde_json::to_vec(request).expect("a request is plain data");
        let mut digest = Sha256::new_with_prefix(kind.code());
        digest.update(b"\n");
        digest.update(body);
        Self::Creation {
            key: key.to_owned(),
            request: digest.finalize().to_vec(),
        }
    }
}

impl Editor<'_> {
    /// The code or id of what this creation or draft made when it came before. Whoever sends the same again waits here
    /// until the first has ended. Two statements.
    pub async fn created_before(
        &self,
        conn: &mut PgConnection,
        cause: &Cause,
    ) -> Result<Option<String>, EditError> {
        match cause {
            Cause::Call => Ok(None),
            Cause::Creation { key, request } => {
                lock(&mut *conn, &format!("{}\n{key}", self.actor)).await?;
                let found = sqlx::query!(
                    r#"SELECT code, request = $3 AS "same!" FROM assortment_change
                       WHERE actor = $1 AND request_key = $2"#,
                    self.actor,
                    key,
                    request,
                )
                .fetch_optional(conn)
                .await?;
                match found {
                    Some(found) if !found.same => Err(EditError::KeyReused),
                    found => Ok(found.map(|found| found.code)),
                }
            }
            Cause::Draft(draft) => {
                lock(&mut *conn, &draft.to_string()).await?;
                let found = sqlx::query_scalar!(
                    "SELECT code FROM assortment_change WHERE draft_id = $1 AND actor = $2",
                    draft,
                    self.actor,
                )
                .fetch_optional(conn)
                .await?;
                Ok(found)
            }
        }
    }

    /// Notes a change in the journal and tells of it with [`ASSORTMENT_CHANGED`], in the transaction that makes it. Of
    /// a thing that was never edited the journal gets the version before, too. Two statements.
    pub async fn record<V: Versioned>(
        &self,
        conn: &mut PgConnection,
        action: ChangeAction,
        before: Option<&V>,
        after: &V,
        cause: &Cause,
    ) -> Result<(), EditError> {
        let (code, now) = (after.code(), self.clock.now());
        let entity_now = entity(after);
        let entity_before = before.map(entity);
        let (key, request) = match cause {
            Cause::Creation { key, request } => (Some(key.as_str()), Some(request.as_slice())),
            _ => (None, None),
        };
        let draft = match cause {
            Cause::Draft(draft) => Some(*draft),
            _ => None,
        };
        sqlx::query!(
            "WITH first AS (
                 INSERT INTO assortment_change (kind, code, version, action, at, entity)
                 SELECT $1, $2, $4, 'import', $7, $5 WHERE $5::jsonb IS NOT NULL
                 ON CONFLICT (kind, code, version) DO NOTHING
             )
             INSERT INTO assortment_change
                 (kind, code, version, action, actor, at, entity, request_key, request, draft_id)
             VALUES ($1, $2, $3, $6, $8, $7, $9, $10, $11, $12)",
            V::KIND.code(),
            code,
            after.version(),
            before.map(Versioned::version),
            entity_before,
            action.code(),
            now,
            self.actor,
            entity_now,
            key,
            request,
            draft,
        )
        .execute(&mut *conn)
        .await?;
        let nothing = serde_json::json!({});
        let changed = changes(entity_before.as_ref().unwrap_or(&nothing), &entity_now);
        let told = AssortmentChanged {
            kind: V::KIND,
            code: code.clone(),
            version: after.version(),
            action,
            fields: changed.into_iter().map(|change| change.field).collect(),
            actor: self.actor.to_owned(),
            at: now,
        };
        let event = NewEvent::new(self.clock, ASSORTMENT_CHANGED, &told).subject(code);
        events::emit(conn, &[event], self.subscriptions).await?;
        Ok(())
    }
}

/// Held until the transaction ends; different names may share a lock, which only makes them wait.
async fn lock(conn: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", name)
        .execute(conn)
        .await?;
    Ok(())
}
