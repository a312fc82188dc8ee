use contracts::catalog::{AssortmentKind, BillOwner, BillRow};
use kernel::Text;
use sqlx::PgConnection;
use uuid::Uuid;

use super::verify::{self, Judge};
use super::{BulkError, Imported, RowFaults, form};
use crate::assortment::reprice;
use crate::edit::Editor;
use crate::explode::explode;

/// Bills looked at together.
const BATCH: usize = 100;

impl Imported for BillRow {
    const KIND: AssortmentKind = AssortmentKind::Product;

    fn key(&self) -> String {
        let owner = match self.owner {
            BillOwner::Assembly => "assembly",
            BillOwner::Unit => "unit",
        };
        format!("{owner}\n{}\n{}", self.code, self.component)
    }

    fn check_form(&self, line: i64, faults: &mut RowFaults) {
        form::positive(line, "quantity", self.quantity.into(), faults);
    }

    /// A bill of the file takes the place of the whole one before; those that it does not name stay.
    async fn merge(
        conn: &mut PgConnection,
        run: Uuid,
        editor: &Editor<'_>,
        faults: &mut RowFaults,
    ) -> Result<(i64, i64), BulkError> {
        check(conn, run, faults).await?;
        if faults.total > 0 {
            return Ok((0, 0));
        }
        let units = write_units(conn, run, editor).await?;
        let assemblies = write_assemblies(conn, run).await?;
        let judge = Judge::load(conn).await?;
        for batch in assemblies.chunks(BATCH) {
            verify::bills(conn, &judge, &[], batch, faults).await?;
        }
        for batch in units.chunks(BATCH) {
            verify::bills(conn, &judge, batch, &[], faults).await?;
        }
        // Not before: a cycle has no end.
        if faults.total > 0 {
            return Ok((0, 0));
        }
        let of = |owners: &[(i64, Uuid)]| owners.iter().map(|(_, id)| *id).collect::<Vec<_>>();
        for batch in units.chunks(BATCH) {
            let batch = of(batch);
            explode(&mut *conn, &batch).await?;
            reprice(&mut *conn, &batch).await?;
        }
        sqlx::query!(
            "INSERT INTO stale_product (product_id) SELECT * FROM unnest($1::uuid[])",
            &of(&units)
        )
        .execute(&mut *conn)
        .await?;
        // Units that are built of a changed assembly follow in batches.
        sqlx::query!(
            "INSERT INTO stale_bill (component_id) SELECT * FROM unnest($1::uuid[])",
            &of(&assemblies)
        )
        .execute(conn)
        .await?;
        let changed = units.len() + assemblies.len();
        Ok((0, i64::try_from(changed).unwrap_or(i64::MAX)))
    }
}

async fn check(conn: &mut PgConnection, run: Uuid, faults: &mut RowFaults) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT * FROM (
               SELECT r.line,
                      CASE r.data ->> 'owner' WHEN 'unit' THEN p.id IS NOT NULL ELSE a.id IS NOT NULL END AS "owner!",
                      c.id IS NOT NULL AS "component!",
                      r.data ->> 'owner' = 'assembly' AND r.data ->> 'code' = r.data ->> 'component' AS "itself!",
                      ARRAY(SELECT s.sku FROM jsonb_array_elements_text(r.data -> 'substitutes') AS s (sku)
                            WHERE NOT EXISTS (SELECT FROM component k WHERE k.sku = s.sku AND k.deleted_at IS NULL))
                          AS "lost!"
               FROM import_row r
               LEFT JOIN product p ON p.slug = r.data ->> 'code' AND p.deleted_at IS NULL
               LEFT JOIN component a ON a.sku = r.data ->> 'code' AND a.assembly AND a.deleted_at IS NULL
               LEFT JOIN component c ON c.sku = r.data ->> 'component' AND c.deleted_at IS NULL
               WHERE r.run = $1
           ) r
           WHERE NOT "owner!" OR NOT "component!" OR "itself!" OR "lost!" <> '{}'
           ORDER BY line"#,
        run,
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        if !row.owner {
            faults.unknown(row.line, "code");
        }
        if !row.component {
            faults.unknown(row.line, "component");
        }
        if row.itself {
            let message = Text::new("узел входит сам в себя", "the assembly contains itself");
            faults.push(row.line, "component", "cycle", message);
        }
        if !row.lost.is_empty() {
            let lost = row.lost.join(", ");
            let message = Text::new(
                format!("нет деталей {lost}"),
                format!("there is no component {lost}"),
            );
            faults.push(row.line, "substitutes", "unknown", message);
        }
    }
    Ok(())
}

/// Writes the bills of units that are different. Answers these units with their first lines.
async fn write_units(
    conn: &mut PgConnection,
    run: Uuid,
    editor: &Editor<'_>,
) -> Result<Vec<(i64, Uuid)>, sqlx::Error> {
    let changed = sqlx::query!(
        r#"WITH wanted AS MATERIALIZED (
               SELECT r.line, p.id AS owner, c.id AS component, (r.data ->> 'quantity')::integer AS quantity,
                      (r.data ->> 'required')::boolean AS required,
                      row_number() OVER (PARTITION BY p.id ORDER BY r.line) AS place,
                      ARRAY(SELECT s.id FROM jsonb_array_elements_text(r.data -> 'substitutes')
                                             WITH ORDINALITY AS u (sku, n)
                            JOIN component s ON s.sku = u.sku ORDER BY u.n) AS substitutes
               FROM import_row r
               JOIN product p ON p.slug = r.data ->> 'code'
               JOIN component c ON c.sku = r.data ->> 'component'
               WHERE r.run = $1 AND r.data ->> 'owner' = 'unit'
           ), present AS MATERIALIZED (
               SELECT b.product_id AS owner, b.component_id AS component, b.quantity, b.required,
                      row_number() OVER (PARTITION BY b.product_id ORDER BY b.position, b.component_id) AS place,
                      b.substitutes
               FROM bill_line b WHERE b.product_id IN (SELECT owner FROM wanted)
           ), different AS (
               SELECT owner FROM (SELECT owner, component, quantity, required, place, substitutes FROM wanted
                                  EXCEPT SELECT * FROM present) a
               UNION
               SELECT owner FROM (SELECT * FROM present
                                  EXCEPT SELECT owner, component, quantity, required, place, substitutes FROM wanted) b
           ), gone AS (
               DELETE FROM bill_line b USING wanted w
               WHERE b.product_id IN (SELECT owner FROM different) AND b.product_id = w.owner
                 AND NOT EXISTS (SELECT FROM wanted k WHERE k.owner = b.product_id AND k.component = b.component_id)
           ), written AS (
               INSERT INTO bill_line (product_id, component_id, quantity, required, position, substitutes)
               SELECT owner, component, quantity, required, place, substitutes FROM wanted
               WHERE owner IN (SELECT owner FROM different)
               ON CONFLICT (product_id, component_id) DO UPDATE
               SET quantity = EXCLUDED.quantity, required = EXCLUDED.required, position = EXCLUDED.position,
                   substitutes = EXCLUDED.substitutes
           ), versions AS (
               UPDATE product SET version = version + 1, updated_at = $2 WHERE id IN (SELECT owner FROM different)
           )
           SELECT min(w.line) AS "line!", w.owner FROM wanted w JOIN different d ON d.owner = w.owner
           GROUP BY w.owner ORDER BY 1"#,
        run,
        editor.clock.now(),
    )
    .fetch_all(conn)
    .await?;
    Ok(changed.into_iter().map(|row| (row.line, row.owner)).collect())
}

/// The same for assemblies.
async fn write_assemblies(conn: &mut PgConnection, run: Uuid) -> Result<Vec<(i64, Uuid)>, sqlx::Error> {
    let changed = sqlx::query!(
        r#"WITH wanted AS MATERIALIZED (
               SELECT r.line, p.id AS owner, c.id AS component, (r.data ->> 'quantity')::integer AS quantity,
                      (r.data ->> 'required')::boolean AS required,
                      row_number() OVER (PARTITION BY p.id ORDER BY r.line) AS place,
                      ARRAY(SELECT s.id FROM jsonb_array_elements_text(r.data -> 'substitutes')
                                             WITH ORDINALITY AS u (sku, n)
                            JOIN component s ON s.sku = u.sku ORDER BY u.n) AS substitutes
               FROM import_row r
               JOIN component p ON p.sku = r.data ->> 'code'
               JOIN component c ON c.sku = r.data ->> 'component'
               WHERE r.run = $1 AND r.data ->> 'owner' = 'assembly' AND p.id <> c.id
           ), present AS MATERIALIZED (
               SELECT b.assembly_id AS owner, b.component_id AS component, b.quantity, b.required,
                      row_number() OVER (PARTITION BY b.assembly_id ORDER BY b.position, b.component_id) AS place,
                      b.substitutes
               FROM assembly_line b WHERE b.assembly_id IN (SELECT owner FROM wanted)
           ), different AS (
               SELECT owner FROM (SELECT owner, component, quantity, required, place, substitutes FROM wanted
                                  EXCEPT SELECT * FROM present) a
               UNION
               SELECT owner FROM (SELECT * FROM present
                                  EXCEPT SELECT owner, component, quantity, required, place, substitutes FROM wanted) b
           ), gone AS (
               DELETE FROM assembly_line b USING wanted w
               WHERE b.assembly_id IN (SELECT owner FROM different) AND b.assembly_id = w.owner
                 AND NOT EXISTS (SELECT FROM wanted k WHERE k.owner = b.assembly_id AND k.component = b.component_id)
           ), written AS (
               INSERT INTO assembly_line (assembly_id, component_id, quantity, required, position, substitutes)
               SELECT owner, component, quantity, required, place, substitutes FROM wanted
               WHERE owner IN (SELECT owner FROM different)
               ON CONFLICT (assembly_id, component_id) DO UPDATE
               SET quantity = EXCLUDED.quantity, required = EXCLUDED.required, position = EXCLUDED.position,
                   substitutes = EXCLUDED.substitutes
           ), versions AS (
               UPDATE component SET version = version + 1 WHERE id IN (SELECT owner FROM different)
           )
           SELECT min(w.line) AS "line!", w.owner FROM wanted w JOIN different d ON d.owner = w.owner
           GROUP BY w.owner ORDER BY 1"#,
        run,
    )
    .fetch_all(conn)
    .await?;
    Ok(changed.into_iter().map(|row| (row.line, row.owner)).collect())
}
