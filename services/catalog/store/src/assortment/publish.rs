use contracts::catalog::{Component, ComponentContent, Draft, Published, UnitContent, UnitView};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use super::book::unsound;
use super::{component_save, components, drafts, unit_save, units};
use crate::edit::{Cause, EditError, Editor};

/// What a draft says, read as what is saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DraftPublication {
    /// A component.
    Component(ComponentContent),
    /// A furniture unit.
    Product(UnitContent),
}

/// Saves what a draft says as a direct save does, with the same checks, and throws the draft away, all in one
/// transaction. Refused when the draft was saved meanwhile, or when its target has moved on since it was begun (412
/// with what changed). A draft that was published before is not published again: what came of it is answered.
///
/// `draft` is what the caller has read, `publication` its content; `None` when the caller found no draft.
pub async fn publish_draft(
    pg: &Pg,
    editor: &Editor<'_>,
    id: Uuid,
    publication: Option<(&Draft, &DraftPublication)>,
) -> Result<Published, EditError> {
    let cause = Cause::Draft(id);
    pg.run("publish_draft", async |mut tx: pg::Tx| {
        if let Some(published) = published_before(&mut tx, editor, &cause).await? {
            return Ok(published);
        }
        let Some((draft, publication)) = publication else {
            return Err(EditError::NotFound);
        };
        let gone = sqlx::query!(
            "DELETE FROM draft WHERE id = $1 AND author = $2 AND version = $3",
            id,
            editor.actor,
            draft.version,
        )
        .execute(&mut *tx)
        .await?;
        if gone.rows_affected() == 0 {
            return Err(drafts::moved_on(&mut tx, editor.actor, id).await?);
        }
        let target = draft.target_id.zip(draft.base_version);
        match publication {
            DraftPublication::Component(content) => {
                let saved = match target {
                    Some((target, base)) => {
                        component_save::change(&mut tx, editor, target.into(), base, content, &cause).await?
                    }
                    None => component_save::create(&mut tx, editor, content, &cause).await?,
                };
                Ok(Published::Component(Box::new(saved)))
            }
            DraftPublication::Product(content) => {
                let saved = match target {
                    Some((target, base)) => {
                        unit_save::change(&mut tx, editor, target.into(), base, content, &cause).await?
                    }
                    None => unit_save::create(&mut tx, editor, content, &cause).await?,
                };
                Ok(Published::Product(Box::new(saved)))
            }
        }
    })
    .await
}

/// What came of the employee's draft when it was published before.
async fn published_before(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    cause: &Cause,
) -> Result<Option<Published>, EditError> {
    let Some(code) = editor.created_before(conn, cause).await? else {
        return Ok(None);
    };
    let id: Uuid = code.parse().map_err(unsound)?;
    let component: Option<Component> = components::find(conn, id.into()).await?;
    if let Some(component) = component {
        return Ok(Some(Published::Component(Box::new(component))));
    }
    let unit = units::find(conn, id.into()).await?.ok_or(EditError::NotFound)?;
    let view: UnitView = units::view(conn, unit).await?;
    Ok(Some(Published::Product(Box::new(view))))
}
