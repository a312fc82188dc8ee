use std::collections::HashMap;

use catalog_domain::{Schema, Tree};
use contracts::catalog::{AssortmentKind, UnitRow};
use kernel::Text;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{BulkError, Imported, RowFaults, form, properties, verify};
use crate::assortment::reprice;
use crate::edit::Editor;

/// Units whose prices are computed at a time.
const BATCH: i64 = 1_000;

impl Imported for UnitRow {
    const KIND: AssortmentKind = AssortmentKind::Product;

    fn key(&self) -> String {
        self.slug.clone()
    }

    fn check_form(&self, line: i64, faults: &mut RowFaults) {
        let of_slug = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        form::code(line, "slug", &self.slug, 80, of_slug, faults);
        for (field, value, longest) in [
            ("name_ru", &self.name_ru, 200),
            ("name_en", &self.name_en, 200),
            ("description_ru", &self.description_ru, 10_000),
            ("description_en", &self.description_en, 10_000),
        ] {
            form::text(line, field, value, longest, faults);
        }
        for (field, value) in [
            ("height_mm", i64::from(self.height_mm)),
            ("width_mm", self.width_mm.into()),
            ("depth_mm", self.depth_mm.into()),
            ("weight_g", self.weight_g),
        ] {
            form::positive(line, field, value, faults);
        }
        let currency = self.override_currency.as_deref();
        form::money(line, "override", self.override_amount, currency, faults);
    }

    async fn merge(
        conn: &mut PgConnection,
        run: Uuid,
        editor: &Editor<'_>,
        faults: &mut RowFaults,
    ) -> Result<(i64, i64), BulkError> {
        check(conn, run, faults).await?;
        let schemas = schemas(conn).await?;
        properties::check(conn, run, "category", |category| schemas.get(category), faults).await?;
        if faults.total > 0 {
            return Ok((0, 0));
        }
        let counts = write(conn, run, editor).await?;
        verify::units(conn, run, faults).await?;
        if faults.total > 0 {
            return Ok((0, 0));
        }
        prices(conn, run).await?;
        Ok(counts)
    }
}

async fn write(conn: &mut PgConnection, run: Uuid, editor: &Editor<'_>) -> Result<(i64, i64), sqlx::Error> {
    let counts = sqlx::query!(
        r#"WITH source AS (
               SELECT r.id, d.* FROM import_row r
               CROSS JOIN LATERAL jsonb_to_record(r.data) AS d (
                   slug text, name_ru text, name_en text, description_ru text, description_en text, category text,
                   color text, material text, height_mm integer, width_mm integer, depth_mm integer, weight_g bigint,
                   override_amount bigint, override_currency text, properties jsonb)
               WHERE r.run = $1
               ORDER BY d.slug
           ), written AS (
               INSERT INTO product AS t
                   (id, slug, name_ru, name_en, description_ru, description_en, category, color, material, height_mm,
                    width_mm, depth_mm, weight_g, override_amount, override_currency, properties, created_at)
               SELECT source.*, $2 FROM source
               ON CONFLICT (slug) DO UPDATE
               SET name_ru = EXCLUDED.name_ru, name_en = EXCLUDED.name_en,
                   description_ru = EXCLUDED.description_ru, description_en = EXCLUDED.description_en,
                   category = EXCLUDED.category, color = EXCLUDED.color, material = EXCLUDED.material,
                   height_mm = EXCLUDED.height_mm, width_mm = EXCLUDED.width_mm, depth_mm = EXCLUDED.depth_mm,
                   weight_g = EXCLUDED.weight_g, override_amount = EXCLUDED.override_amount,
                   override_currency = EXCLUDED.override_currency, properties = EXCLUDED.properties,
                   version = t.version + 1, updated_at = $2
               WHERE (t.name_ru, t.name_en, t.description_ru, t.description_en, t.category, t.color, t.material,
                      t.height_mm, t.width_mm, t.depth_mm, t.weight_g, t.override_amount, t.override_currency,
                      t.properties)
                     IS DISTINCT FROM
                     (EXCLUDED.name_ru, EXCLUDED.name_en, EXCLUDED.description_ru, EXCLUDED.description_en,
                      EXCLUDED.category, EXCLUDED.color, EXCLUDED.material, EXCLUDED.height_mm, EXCLUDED.width_mm,
                      EXCLUDED.depth_mm, EXCLUDED.weight_g, EXCLUDED.override_amount, EXCLUDED.override_currency,
                      EXCLUDED.properties)
               RETURNING id, version
           ), stale AS (
               INSERT INTO stale_product (product_id) SELECT id FROM written
           )
           SELECT count(*) FILTER (WHERE version = 1) AS "created!",
                  count(*) FILTER (WHERE version > 1) AS "changed!" FROM written"#,
        run,
        editor.clock.now(),
    )
    .fetch_one(conn)
    .await?;
    Ok((counts.created, counts.changed))
}

async fn check(conn: &mut PgConnection, run: Uuid, faults: &mut RowFaults) -> Result<(), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT * FROM (
               SELECT r.line, g.code IS NOT NULL AS "category!", k.code IS NOT NULL AS "color!",
                      m.code IS NOT NULL AS "material!", coalesce(p.deleted_at IS NOT NULL, false) AS "deleted!"
               FROM import_row r
               LEFT JOIN category g ON g.code = r.data ->> 'category' AND g.deleted_at IS NULL
               LEFT JOIN color k ON k.code = r.data ->> 'color' AND k.deleted_at IS NULL
               LEFT JOIN material m ON m.code = r.data ->> 'material' AND m.deleted_at IS NULL
               LEFT JOIN product p ON p.slug = r.key
               WHERE r.run = $1
           ) r
           WHERE NOT "category!" OR NOT "color!" OR NOT "material!" OR "deleted!"
           ORDER BY line"#,
        run,
    )
    .fetch_all(conn)
    .await?;
    for row in rows {
        for (fits, field) in [
            (row.category, "category"),
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
            faults.push(row.line, "slug", "deleted", message);
        }
    }
    Ok(())
}

/// Which properties units of each category have, those from above included.
async fn schemas(conn: &mut PgConnection) -> Result<HashMap<String, Schema>, sqlx::Error> {
    let nodes = sqlx::query!("SELECT code, parent FROM category")
        .fetch_all(&mut *conn)
        .await?;
    let uses = sqlx::query!("SELECT category, property, required FROM category_property")
        .fetch_all(conn)
        .await?;
    let tree = Tree::new(nodes.iter().map(|row| (row.code.clone(), row.parent.clone())))
        .map_err(|error| sqlx::Error::Decode(error.into()))?;
    let mut own: HashMap<&str, Vec<(String, bool)>> = HashMap::new();
    for row in &uses {
        let of = own.entry(&row.category).or_default();
        of.push((row.property.clone(), row.required));
    }
    Ok(nodes
        .iter()
        .map(|node| {
            let all = tree.lineage(&node.code).filter_map(|code| own.get(code));
            (node.code.clone(), Schema::new(all.flatten().cloned()))
        })
        .collect())
}

/// The prices of all units in the file: a category has its margin.
async fn prices(conn: &mut PgConnection, run: Uuid) -> Result<(), sqlx::Error> {
    let mut after = 0;
    loop {
        let rows = sqlx::query!(
            "SELECT r.line, p.id FROM import_row r JOIN product p ON p.slug = r.key
             WHERE r.run = $1 AND r.line > $2 ORDER BY r.line LIMIT $3",
            run,
            after,
            BATCH,
        )
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.line;
        let units: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        reprice(&mut *conn, &units).await?;
    }
}
