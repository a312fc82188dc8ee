use catalog_domain::{Bill, Facts, Properties, Reason, Side, candidates, refusals};
use contracts::catalog::{
    AssortmentKind, ChangeAction, Incompatibility, Pricing, Unit, UnitCheck, UnitContent, UnitView,
};
use kernel::{ProductId, Text};
use pg::Pg;
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::bill::{Composition, available, bill_lines};
use super::book::{Book, unsound};
use super::pricing::pricing;
use super::share;
use super::units::{derive, find, held, view, write_parts};
use crate::edit::{Cause, EditError, Editor, Fault, Refusal};

/// Makes a unit, once for each of the employee's keys.
pub async fn create_unit(
    pg: &Pg,
    editor: &Editor<'_>,
    key: &str,
    content: &UnitContent,
) -> Result<UnitView, EditError> {
    let cause = Cause::creation(AssortmentKind::Product, key, content);
    pg.run("create_unit", async |mut tx: pg::Tx| {
        create(&mut tx, editor, content, &cause).await
    })
    .await
}

/// Changes version `base` of a unit; with its bill as a whole.
pub async fn change_unit(
    pg: &Pg,
    editor: &Editor<'_>,
    id: ProductId,
    base: i64,
    content: &UnitContent,
) -> Result<UnitView, EditError> {
    pg.run("change_unit", async |mut tx: pg::Tx| {
        change(&mut tx, editor, id, base, content, &Cause::Call).await
    })
    .await
}

/// What saving a unit would say; nothing is written. Three statements.
pub async fn check_unit(pg: &Pg, content: &UnitContent) -> Result<UnitCheck, EditError> {
    pg.read("check_unit", async |mut tx: pg::Tx| {
        let assessed = assess(&mut tx, content).await?;
        let available = available(&mut tx, &assessed.bill).await?;
        Ok(UnitCheck {
            refusals: assessed.refusals,
            pricing: assessed.pricing,
            available,
        })
    })
    .await
}

pub(super) async fn create(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    content: &UnitContent,
    cause: &Cause,
) -> Result<UnitView, EditError> {
    share(conn).await?;
    if let Some(code) = editor.created_before(conn, cause).await? {
        let id: ProductId = code.parse().map_err(unsound)?;
        let unit = find(conn, id).await?.ok_or(EditError::NotFound)?;
        return view(conn, unit).await;
    }
    let assessed = assess(conn, content).await?.accepted()?;
    let id = ProductId::new(editor.clock);
    let properties = serde_json::to_value(&assessed.properties).map_err(unsound)?;
    sqlx::query!(
        "INSERT INTO product (id, slug, name_ru, name_en, description_ru, description_en, category, color, material,
                              height_mm, width_mm, depth_mm, weight_g, properties, override_amount,
                              override_currency, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        id.uuid(),
        content.slug,
        content.name.ru,
        content.name.en,
        content.description.ru,
        content.description.en,
        content.category,
        content.color,
        content.material,
        content.dimensions.height_mm,
        content.dimensions.width_mm,
        content.dimensions.depth_mm,
        content.weight_g,
        properties,
        content.price_by_hand.map(|price| price.amount),
        content.price_by_hand.map(|price| price.currency.code()),
        editor.clock.now(),
    )
    .execute(&mut *conn)
    .await
    .map_err(taken)?;
    write_bill(conn, id.uuid(), content, &assessed.bill).await?;
    let after = find(conn, id).await?.ok_or(EditError::NotFound)?;
    editor
        .record(conn, ChangeAction::Create, None, &after, cause)
        .await?;
    assessed.view(conn, after).await
}

pub(super) async fn change(
    conn: &mut PgConnection,
    editor: &Editor<'_>,
    id: ProductId,
    base: i64,
    content: &UnitContent,
    cause: &Cause,
) -> Result<UnitView, EditError> {
    share(conn).await?;
    let before = held(conn, id, base).await?;
    if before.deleted_at.is_some() {
        return Err(EditError::Deleted);
    }
    let assessed = assess(conn, content).await?.accepted()?;
    let properties = serde_json::to_value(&assessed.properties).map_err(unsound)?;
    sqlx::query!(
        "UPDATE product
         SET slug = $2, name_ru = $3, name_en = $4, description_ru = $5, description_en = $6, category = $7,
             color = $8, material = $9, height_mm = $10, width_mm = $11, depth_mm = $12, weight_g = $13,
             properties = $14, override_amount = $15, override_currency = $16, updated_at = $17,
             version = version + 1
         WHERE id = $1",
        id.uuid(),
        content.slug,
        content.name.ru,
        content.name.en,
        content.description.ru,
        content.description.en,
        content.category,
        content.color,
        content.material,
        content.dimensions.height_mm,
        content.dimensions.width_mm,
        content.dimensions.depth_mm,
        content.weight_g,
        properties,
        content.price_by_hand.map(|price| price.amount),
        content.price_by_hand.map(|price| price.currency.code()),
        editor.clock.now(),
    )
    .execute(&mut *conn)
    .await
    .map_err(taken)?;
    write_bill(conn, id.uuid(), content, &assessed.bill).await?;
    let after = find(conn, id).await?.ok_or(EditError::NotFound)?;
    editor
        .record(conn, ChangeAction::Change, Some(&before), &after, cause)
        .await?;
    assessed.view(conn, after).await
}

/// What a unit would be.
pub(super) struct Assessed {
    pub bill: Bill,
    refusals: Vec<Incompatibility>,
    pricing: Pricing,
    properties: Properties,
}

impl Assessed {
    /// Refuses what rules speak against.
    pub(super) fn accepted(self) -> Result<Self, EditError> {
        if self.refusals.is_empty() {
            Ok(self)
        } else {
            Err(Refusal::Incompatible(self.refusals).into())
        }
    }

    async fn view(self, conn: &mut PgConnection, unit: Unit) -> Result<UnitView, EditError> {
        let available = available(conn, &self.bill).await?;
        Ok(UnitView {
            unit,
            pricing: self.pricing,
            available,
        })
    }
}

/// Checks a unit against everything that is defined (CAT-1, CAT-3, CAT-4). Two statements.
pub(super) async fn assess(conn: &mut PgConnection, content: &UnitContent) -> Result<Assessed, EditError> {
    let book = Book::load(conn).await?;
    let composition = Composition::load(conn, &book, &content.bill).await?;
    judge(&book, &composition, content)
}

/// The same for what is read already; `composition` is all that the bill leads to.
pub(super) fn judge(
    book: &Book,
    composition: &Composition,
    content: &UnitContent,
) -> Result<Assessed, EditError> {
    let mut faults: Vec<Fault> = Vec::new();
    book.check_category(&content.category, &mut faults);
    book.check_color(&content.color, &mut faults);
    book.check_material(&content.material, &mut faults);
    let properties = book.unit_properties(&content.category, &content.properties, &mut faults);
    composition.check("bill", &content.bill, &mut faults);
    if !faults.is_empty() {
        return Err(EditError::Invalid(faults));
    }
    let lines = bill_lines(&content.bill);
    let bill = composition.explode(&lines)?;
    let size = content.dimensions;
    let facts = Facts::new(properties.clone())
        .color(Some(content.color.clone()))
        .material(Some(content.material.clone()))
        .size(size.height_mm, size.width_mm, size.depth_mm)
        .weight(content.weight_g);
    let found = refusals(
        (&content.category, &facts),
        candidates(&lines, &composition.assemblies),
        &composition
            .known
            .iter()
            .map(|(&id, known)| (id, known.candidate.clone()))
            .collect(),
        &book.rules,
        &book.tree,
    );
    let refusals = found.map_err(unsound)?.into_iter().map(|refusal| {
        let (value, expected) = told(&refusal.reason);
        let known = composition.known.get(&refusal.component);
        Incompatibility {
            says: book
                .says
                .get(&refusal.rule)
                .cloned()
                .unwrap_or_else(|| Text::new("", "")),
            rule: refusal.rule,
            component_id: refusal.component,
            sku: known.map_or_else(String::new, |known| known.sku.clone()),
            property: refusal.property,
            value,
            expected,
        }
    });
    Ok(Assessed {
        refusals: refusals.collect(),
        pricing: pricing(book, &content.category, content.price_by_hand, &bill, composition),
        bill,
        properties,
    })
}

/// The component's value, and what would fit.
fn told(reason: &Reason) -> (Value, Value) {
    match reason {
        Reason::Differs {
            unit_property,
            unit,
            component,
        } => (
            json!(component),
            json!({ "equal": unit, "unit_property": unit_property }),
        ),
        Reason::NotAmong {
            component,
            allowed,
            when,
        } => {
            let when = when
                .as_ref()
                .map(|(property, value)| json!({ "unit_property": property, "is": value }));
            (json!(component), json!({ "one_of": allowed, "when": when }))
        }
        Reason::OutOfRange {
            component,
            min,
            max,
            from,
        } => {
            let from = from
                .as_ref()
                .map(|(property, value)| json!({ "unit_property": property, "is": value }));
            (json!(component), json!({ "min": min, "max": max, "from": from }))
        }
        Reason::Missing { side, property } => {
            let side = match side {
                Side::Unit => "unit",
                Side::Component => "component",
            };
            (Value::Null, json!({ "missing": side, "property": property }))
        }
    }
}

/// Writes the bill, its parts and what is computed from them.
async fn write_bill(
    conn: &mut PgConnection,
    id: Uuid,
    content: &UnitContent,
    bill: &Bill,
) -> Result<(), EditError> {
    sqlx::query!("DELETE FROM bill_line WHERE product_id = $1", id)
        .execute(&mut *conn)
        .await?;
    let lines = serde_json::to_value(&content.bill).map_err(unsound)?;
    sqlx::query!(
        "INSERT INTO bill_line (product_id, component_id, quantity, required, position, substitutes)
         SELECT $1, (line ->> 'component_id')::uuid, (line ->> 'quantity')::integer,
                (line ->> 'required')::boolean, (place - 1)::integer,
                ARRAY(SELECT s.id::uuid FROM jsonb_array_elements_text(line -> 'substitutes')
                      WITH ORDINALITY AS s (id, rank) ORDER BY s.rank)
         FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS l (line, place)",
        id,
        lines,
    )
    .execute(&mut *conn)
    .await?;
    write_parts(conn, id, bill).await?;
    derive(conn, id).await?;
    Ok(())
}

fn taken(error: sqlx::Error) -> EditError {
    match pg::constraint(&error) {
        Some("product_slug_key") => Fault::taken("slug").into(),
        _ => error.into(),
    }
}
