use catalog_domain::Schema;
use contracts::catalog::{AssortmentKind, ComponentRow};
use kernel::Text;
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

use super::{BulkError, Imported, RowFaults, form, properties};
use crate::edit::Editor;

impl Imported for ComponentRow {
    const KIND: AssortmentKind = AssortmentKind::Component;

    fn key(&self) -> String {
        self.sku.clone()
    }

    fn check_form(&self, line: i64, faults: &mut RowFaults) {
        let of_sku = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
        form::code(line, "sku", &self.sku, 40, of_sku, faults);
        form::text(line, "name_ru", &self.name_ru, 200, faults);
        form::text(line, "name_en", &self.name_en, 200, faults);
        for (field, value) in [
            ("height_mm", self.height_mm),
            ("width_mm", self.width_mm),
            ("depth_mm", self.depth_mm),
        ] {
            form::positive(line, field, value.into(), faults);
        }
        let currency = self.cost_currency.as_deref();
        form::money(line, "cost", self.cost_amount, currency, faults);
    }

    async fn merge(
        conn: &mut PgConnection,
        run: Uuid,
        _: &Editor<'_>,
        faults: &mut RowFaults,
    ) -> Result<(i64, i64), BulkError> {
        check(conn, run, faults).await?;
        let schemas = schemas(conn).await?;
        properties::check(conn, run, "type", |kind| schemas.get(kind), faults).await?;
        if faults.total > 0 {
            return Ok((0, 0));
        }
        // Whatever is built of them may cost something else now.
        sqlx::query!(
            "INSERT INTO stale_bill (component_id)
             SELECT c.id FROM import_row r JOIN component c ON c.sku = r.key
             WHERE r.run = $1
               AND (c.cost_amount, c.cost_currency)
                   IS DISTINCT FROM ((r.data ->> 'cost_amount')::bigint, r.data ->> 'cost_currency')",
            run,
        )
        .execute(&mut *conn)
        .await?;
        let counts = sqlx::query!(
            r#"WITH source AS (
                   SELECT r.id, d.* FROM import_row r
                   CROSS JOIN LATERAL jsonb_to_record(r.data) AS d (
                       sku text, name_ru text, name_en text, type text, assembly boolean, color text, material text,
                       height_mm integer, width_mm integer, depth_mm integer, cost_amount bigint, cost_currency text,
                       properties jsonb)
                   WHERE r.run = $1
                   ORDER BY d.sku
               ), written AS (
                   INSERT INTO component AS t
                       (id, sku, name_ru, name_en, kind, assembly, color, material, height_mm, width_mm, depth_mm,
                        cost_amount, cost_currency, properties)
                   SELECT id, sku, name_ru, name_en, type, assembly, color, material, height_mm, width_mm, depth_mm,
                          cost_amount, cost_currency, properties
                   FROM source
                   ON CONFLICT (sku) DO UPDATE
                   SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en, kind = EXCLUDED.kind,
                       color = EXCLUDED.color, material = EXCLUDED.material, height_mm = EXCLUDED.height_mm,
                       width_mm = EXCLUDED.width_mm, depth_mm = EXCLUDED.depth_mm,
                       cost_amount = EXCLUDED.cost_amount, cost_currency = EXCLUDED.cost_currency,
                       properties = EXCLUDED.properties, version = t.version + 1
                   WHERE (t.name_ru, t.name_en, t.kind, t.color, t.material, t.height_mm, t.width_mm, t.depth_mm,
                          t.cost_amount, t.cost_currency, t.properties)
                         IS DISTINCT FROM
                         (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.kind, EXCLUDED.color, EXCLUDED.material,
                          EXCLUDED.height_mm, EXCLUDED.width_mm, EXCLUDED.depth_mm, EXCLUDED.cost_amount,
                          EXCLUDED.cost_currency, EXCLUDED.properties)
                   RETURNING version
               )
               SELECT count(*) FILTER (WHERE version = 1) AS "created!",
                      count(*) FILTER (WHERE version > 1) AS "changed!" FROM written"#,
            run,
        )
        .fetch_one(conn)
        .await?;
        Ok((counts.created, counts.changed))
    }
}

async fn check(conn: &mut PgConnection, run: Uuid, faults: &mut RowFaults) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT * FROM (
               SELECT r.line, t.code IS NOT NULL AS "kind!",
                      r.data ->> 'color' IS NULL OR k.code IS NOT NULL AS "color!",
                      r.data ->> 'material' IS NULL OR m.code IS NOT NULL AS "material!",
                      coalesce(c.deleted_at IS NOT NULL, false) AS "deleted!",
                      coalesce(c.assembly <> (r.data ->> 'assembly')::boolean, false) AS "other!"
               FROM import_row r
               LEFT JOIN component_type t ON t.code = r.data ->> 'type' AND t.deleted_at IS NULL
               LEFT JOIN color k ON k.code = r.data ->> 'color' AND k.deleted_at IS NULL
               LEFT JOIN material m ON m.code = r.data ->> 'material' AND m.deleted_at IS NULL
               LEFT JOIN component c ON c.sku = r.key
               WHERE r.run = $1
           ) r
           WHERE NOT "kind!" OR NOT "color!" OR NOT "material!" OR "deleted!" OR "other!"
           ORDER BY line"#,
        run,
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        for (fits, field) in [
            (row.kind, "type"),
            (row.color, "color"),
            (row.material, "material"),
        ] {
            if !fits {
                faults.unknown(row.line, field);
            }
        }
        if row.deleted {
            let message = Text::new(
                "удалено; сначала восстановите",
                "is deleted and has to be restored first",
            );
            faults.push(row.line, "sku", "deleted", message);
        }
        if row.other {
            let message = Text::new(
                "деталь не становится узлом, а узел деталью",
                "a plain component does not become an assembly, nor the other way round",
            );
            faults.push(row.line, "assembly", "fixed", message);
        }
    }
    Ok(())
}

/// Which properties components of each type have.
async fn schemas(conn: &mut PgConnection) -> Result<HashMap<String, Schema>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT t.code, u.property AS "property?", u.required AS "required?"
           FROM component_type t LEFT JOIN component_type_property u ON u.component_type = t.code
           ORDER BY t.code"#
    )
    .fetch_all(conn)
    .await?;
    let types = rows.chunk_by(|a, b| a.code == b.code);
    Ok(types
        .map(|rows| {
            let uses = rows
                .iter()
                .filter_map(|row| Some((row.property.clone()?, row.required?)));
            (rows[0].code.clone(), Schema::new(uses))
        })
        .collect())
}
