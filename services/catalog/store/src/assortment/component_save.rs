use catalog_domain::{BillLine, Properties};
use contracts::catalog::{AssortmentKind, ChangeAction, Component, ComponentContent};
use kernel::{ComponentId, Text};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

use super::bill::{Composition, bill_lines};
use super::book::{Book, unsound};
use super::components::{find, held, in_substitution};
use super::hold;
use crate::edit::{Cause, EditError, Editor, Fault, Refusal};

/// Makes a component, once for each of the employee's keys.
pub async fn create_component(
    pg: &Pg,
    editor: &Editor<'_>,
    key: &str,
    content: &ComponentContent,
) -> Result<Component, EditError> {
    let cause = Cause::creation(AssortmentKind::Component, key, content);
    pg.run("create_component", async |mut tx: pg::Tx| {
        create(&mut tx, editor, content, &cause).await
    })
    .await
}

/// Changes version `base` of a component; with its lines as a whole.
pub async fn change_component(
    pg: &Pg,
    editor: &Editor<'_>,
    id: ComponentId,
    base: i64,
    content: &ComponentContent,
) -> Result<Component, EditError> {
    pg.run("change_component", async |mut tx: pg::Tx| {
        change(&mut tx, editor, id, base, content, &Cause::Call).await
    })
    .await
}

pub(super) async fn create(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    content: &ComponentContent,
    cause: &Cause,
) -> Result<Component, EditError> {
    hold(conn).await?;
    if let Some(code) = editor.created_before(conn, cause).await? {
        let id: ComponentId = code.parse().map_err(unsound)?;
        return find(conn, id).await?.ok_or(EditError::NotFound);
    }
    let id = ComponentId::new(editor.clock);
    let properties = check(conn, id, None, content).await?;
    let properties = serde_json::to_value(properties).map_err(unsound)?;
    sqlx::query!(
        "INSERT INTO component (id, sku, name_ru, name_en, kind, color, material, height_mm, width_mm, depth_mm,
                                cost_amount, cost_currency, properties, assembly)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        id.uuid(),
        content.sku,
        content.name.ru,
        content.name.en,
        content.kind,
        content.color,
        content.material,
        content.dimensions.height_mm,
        content.dimensions.width_mm,
        content.dimensions.depth_mm,
        content.cost.map(|cost| cost.amount),
        content.cost.map(|cost| cost.currency.code()),
        properties,
        !content.lines.is_empty(),
    )
    .execute(&mut *conn)
    .await
    .map_err(taken)?;
    write_lines(conn, id, content).await?;
    let after = find(conn, id).await?.ok_or(EditError::NotFound)?;
    editor
        .record(conn, ChangeAction::Create, None, &after, cause)
        .await?;
    Ok(after)
}

pub(super) async fn change(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    id: ComponentId,
    base: i64,
    content: &ComponentContent,
    cause: &Cause,
) -> Result<Component, EditError> {
    hold(conn).await?;
    let before = held(conn, id, base).await?;
    if before.deleted_at.is_some() {
        return Err(EditError::Deleted);
    }
    let properties = check(conn, id, Some(&before.content), content).await?;
    let properties = serde_json::to_value(properties).map_err(unsound)?;
    sqlx::query!(
        "UPDATE component
         SET sku = $2, name_ru = $3, name_en = $4, kind = $5, color = $6, material = $7, height_mm = $8,
             width_mm = $9, depth_mm = $10, cost_amount = $11, cost_currency = $12, properties = $13,
             assembly = $14, version = version + 1
         WHERE id = $1",
        id.uuid(),
        content.sku,
        content.name.ru,
        content.name.en,
        content.kind,
        content.color,
        content.material,
        content.dimensions.height_mm,
        content.dimensions.width_mm,
        content.dimensions.depth_mm,
        content.cost.map(|cost| cost.amount),
        content.cost.map(|cost| cost.currency.code()),
        properties,
        !content.lines.is_empty(),
    )
    .execute(&mut *conn)
    .await
    .map_err(taken)?;
    if content.lines != before.content.lines {
        write_lines(conn, id, content).await?;
    }
    if content.lines != before.content.lines || content.cost != before.content.cost {
        sqlx::query!("INSERT INTO stale_bill (component_id) VALUES ($1)", id.uuid())
            .execute(&mut *conn)
            .await?;
    }
    let after = find(conn, id).await?.ok_or(EditError::NotFound)?;
    editor
        .record(conn, ChangeAction::Change, Some(&before), &after, cause)
        .await?;
    Ok(after)
}

/// Whether a component may be so; answers its values as they are kept. `before` is what it replaces.
pub(super) async fn check(
    conn: &mut PgConnection,
    id: ComponentId,
    before: Option<&ComponentContent>,
    content: &ComponentContent,
) -> Result<Properties, EditError> {
    let book = Book::load(conn).await?;
    let mut composition = Composition::load(conn, &book, &content.lines).await?;
    let properties = judge(&book, &mut composition, id, content)?;
    if !content.lines.is_empty() && before.is_none_or(|before| before.lines.is_empty()) {
        becomes_assembly(conn, id.uuid()).await?;
    }
    Ok(properties)
}

/// Whether a component fits what is defined and, as an assembly, can be put together; `composition` is all that its
/// lines lead to.
pub(super) fn judge(
    book: &Book,
    composition: &mut Composition,
    id: ComponentId,
    content: &ComponentContent,
) -> Result<Properties, EditError> {
    let mut faults = Vec::new();
    book.check_type(&content.kind, &mut faults);
    if let Some(color) = &content.color {
        book.check_color(color, &mut faults);
    }
    if let Some(material) = &content.material {
        book.check_material(material, &mut faults);
    }
    let properties = book.component_properties(&content.kind, &content.properties, &mut faults);
    composition.check("lines", &content.lines, &mut faults);
    if !content.lines.is_empty() && content.cost.is_some() {
        let message = Text::new(
            "сборка стоит столько, сколько её части",
            "an assembly costs what its parts do",
        );
        faults.push(Fault::new("cost", "of_assembly", message));
    }
    if !faults.is_empty() {
        return Err(EditError::Invalid(faults));
    }
    if content.lines.is_empty() {
        return Ok(properties);
    }
    composition.assemblies.insert(id, bill_lines(&content.lines));
    let itself = BillLine {
        component: id,
        substitutes: Vec::new(),
        quantity: 1,
        required: true,
    };
    composition.explode(&[itself])?;
    Ok(properties)
}

/// Whether a plain component may become an assembly (ADR 0007).
async fn becomes_assembly(conn: &mut PgConnection, id: Uuid) -> Result<(), EditError> {
    let pieces = sqlx::query_scalar!(
        r#"SELECT coalesce(sum(on_hand), 0)::bigint AS "pieces!" FROM stock WHERE component_id = $1"#,
        id,
    )
    .fetch_one(&mut *conn)
    .await?;
    if pieces > 0 {
        return Err(Refusal::InStock { pieces }.into());
    }
    let (users, total) = in_substitution(conn, id).await?;
    if total > 0 {
        return Err(Refusal::InSubstitution { users, total }.into());
    }
    Ok(())
}

async fn write_lines(
    conn: &mut PgConnection,
    id: ComponentId,
    content: &ComponentContent,
) -> Result<(), EditError> {
    sqlx::query!("DELETE FROM assembly_line WHERE assembly_id = $1", id.uuid())
        .execute(&mut *conn)
        .await?;
    let lines = serde_json::to_value(&content.lines).map_err(unsound)?;
    sqlx::query!(
        "INSERT INTO assembly_line (assembly_id, component_id, quantity, required, position, substitutes)
         SELECT $1, (line ->> 'component_id')::uuid, (line ->> 'quantity')::integer,
                (line ->> 'required')::boolean, (place - 1)::integer,
                ARRAY(SELECT s.id::uuid FROM jsonb_array_elements_text(line -> 'substitutes')
                      WITH ORDINALITY AS s (id, rank) ORDER BY s.rank)
         FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS l (line, place)",
        id.uuid(),
        lines,
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn taken(error: sqlx::Error) -> EditError {
    match pg::constraint(&error) {
        Some("component_sku_key") => Fault::taken("sku").into(),
        _ => error.into(),
    }
}
