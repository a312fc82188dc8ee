use std::collections::{BTreeMap, HashMap};

use contracts::catalog::BillItem;
use kernel::ComponentId;
use serde_json::{Value, json};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::components::found;
use super::{BillEntry, ImportError};

/// The lines of each owner, in their order.
pub(super) type Bills = BTreeMap<Uuid, Vec<BillItem>>;

/// Lines with the ids of what they name.
pub(super) fn items(
    lines: &[BillEntry],
    owner: &str,
    components: &HashMap<String, Uuid>,
) -> Result<Vec<BillItem>, ImportError> {
    let id = |sku: &str| {
        let id = found(components, "component", sku, || owner.to_owned())?;
        Ok(ComponentId::from(id))
    };
    lines
        .iter()
        .map(|line| {
            let substitutes = line.substitutes.iter().map(|sku| id(sku));
            Ok(BillItem {
                component_id: id(&line.sku)?,
                quantity: line.quantity,
                required: line.required,
                substitutes: substitutes.collect::<Result<_, ImportError>>()?,
            })
        })
        .collect()
}

/// Gives units these bills in place of those before. Answers the units whose bill is another now.
pub(super) async fn of_units(conn: &mut PgConnection, bills: &Bills) -> Result<Vec<Uuid>, ImportError> {
    let owners: Vec<Uuid> = bills.keys().copied().collect();
    let present = sqlx::query!(
        r#"SELECT product_id, jsonb_agg(jsonb_build_object('component_id', component_id, 'quantity', quantity,
                      'required', required, 'substitutes', substitutes)
                      ORDER BY position) AS "lines!: Json<Vec<BillItem>>"
           FROM bill_line WHERE product_id = ANY($1) GROUP BY product_id"#,
        &owners,
    )
    .fetch_all(&mut *conn)
    .await?;
    let present = present.into_iter().map(|row| (row.product_id, row.lines.0));
    let (changed, lines) = different(bills, &present.collect());
    sqlx::query!("DELETE FROM bill_line WHERE product_id = ANY($1)", &changed)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO bill_line (product_id, component_id, quantity, required, position, substitutes)
         SELECT (line ->> 'owner')::uuid, (line ->> 'component_id')::uuid, (line ->> 'quantity')::integer,
                (line ->> 'required')::boolean, (line ->> 'position')::integer,
                ARRAY(SELECT s.id::uuid FROM jsonb_array_elements_text(line -> 'substitutes')
                      WITH ORDINALITY AS s (id, rank) ORDER BY s.rank)
         FROM jsonb_array_elements($1::jsonb) AS l (line)",
        lines,
    )
    .execute(conn)
    .await?;
    Ok(changed)
}

/// The same for assemblies.
pub(super) async fn of_assemblies(conn: &mut PgConnection, bills: &Bills) -> Result<Vec<Uuid>, ImportError> {
    let owners: Vec<Uuid> = bills.keys().copied().collect();
    let present = sqlx::query!(
        r#"SELECT assembly_id, jsonb_agg(jsonb_build_object('component_id', component_id, 'quantity', quantity,
                      'required', required, 'substitutes', substitutes)
                      ORDER BY position) AS "lines!: Json<Vec<BillItem>>"
           FROM assembly_line WHERE assembly_id = ANY($1) GROUP BY assembly_id"#,
        &owners,
    )
    .fetch_all(&mut *conn)
    .await?;
    let present = present.into_iter().map(|row| (row.assembly_id, row.lines.0));
    let (changed, lines) = different(bills, &present.collect());
    sqlx::query!("DELETE FROM assembly_line WHERE assembly_id = ANY($1)", &changed)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "INSERT INTO assembly_line (assembly_id, component_id, quantity, required, position, substitutes)
         SELECT (line ->> 'owner')::uuid, (line ->> 'component_id')::uuid, (line ->> 'quantity')::integer,
                (line ->> 'required')::boolean, (line ->> 'position')::integer,
                ARRAY(SELECT s.id::uuid FROM jsonb_array_elements_text(line -> 'substitutes')
                      WITH ORDINALITY AS s (id, rank) ORDER BY s.rank)
         FROM jsonb_array_elements($1::jsonb) AS l (line)",
        lines,
    )
    .execute(conn)
    .await?;
    Ok(changed)
}

/// The owners whose lines are others than before, and all lines of those.
fn different(wanted: &Bills, present: &Bills) -> (Vec<Uuid>, Value) {
    let none = Vec::new();
    let changed: BTreeMap<&Uuid, &Vec<BillItem>> = wanted
        .iter()
        .filter(|(owner, lines)| present.get(owner).unwrap_or(&none) != *lines)
        .collect();
    let lines = changed.iter().flat_map(|(owner, lines)| {
        lines.iter().enumerate().map(move |(position, line)| {
            json!({
                "owner": owner,
                "component_id": line.component_id,
                "quantity": line.quantity,
                "required": line.required,
                "position": position,
                "substitutes": line.substitutes,
            })
        })
    });
    let lines = lines.collect();
    (changed.into_keys().copied().collect(), lines)
}
