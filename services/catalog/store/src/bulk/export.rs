use std::collections::BTreeMap;

use contracts::catalog::{BillOwner, BillRow, ComponentRow, StockLevelRow, UnitRow};
use pg::Pg;
use serde_json::Value;
use sqlx::PgConnection;

/// Rows of a page; of bills it is their owners.
const PAGE: i64 = 1_000;
/// A bill can have thousands of lines.
const BILLS: i64 = 100;

/// Something that is exported row by row, in the order of what it is known by.
pub trait Exported: Sized + Send + 'static {
    /// Where a page ended.
    type Place: Default + Clone + Send + Sync;

    /// The rows after a place, and the place where they end; `None` after the last row. One statement, two for bills.
    fn page(
        conn: &mut PgConnection,
        after: &Self::Place,
    ) -> impl Future<Output = Result<(Vec<Self>, Option<Self::Place>), sqlx::Error>> + Send;
}

/// A page of an export. Each page is read as of its own moment, so an export of any length holds nothing up.
pub async fn export_page<R: Exported>(
    pg: &Pg,
    after: &R::Place,
) -> Result<(Vec<R>, Option<R::Place>), sqlx::Error> {
    pg.read("export_page", async |mut tx: pg::Tx| {
        R::page(&mut tx, after).await
    })
    .await
}

fn properties(json: Value) -> BTreeMap<String, Value> {
    match json {
        Value::Object(members) => members.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

/// The place of the last row of a full page.
fn next<R, P>(rows: &[R], place: impl FnOnce(&R) -> P) -> Option<P> {
    let full = i64::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    rows.last().filter(|_| full).map(place)
}

impl Exported for ComponentRow {
    type Place = String;

    async fn page(
        conn: &mut PgConnection,
        after: &String,
    ) -> Result<(Vec<Self>, Option<String>), sqlx::Error> {
        let rows: Vec<Self> = sqlx::query!(
            "SELECT sku, name_ru, name_en, kind, assembly, color, material, height_mm, width_mm, depth_mm,
                    cost_amount, cost_currency, properties
             FROM component WHERE sku > $1 AND deleted_at IS NULL ORDER BY sku LIMIT $2",
            after,
            PAGE,
        )
        .map(|row| Self {
            sku: row.sku,
            name_ru: row.name_ru,
            name_en: row.name_en,
            kind: row.kind,
            assembly: row.assembly,
            color: row.color,
            material: row.material,
            height_mm: row.height_mm,
            width_mm: row.width_mm,
            depth_mm: row.depth_mm,
            cost_amount: row.cost_amount,
            cost_currency: row.cost_currency,
            properties: properties(row.properties),
        })
        .fetch_all(conn)
        .await?;
        let place = next(&rows, |row| row.sku.clone());
        Ok((rows, place))
    }
}

impl Exported for UnitRow {
    type Place = String;

    async fn page(
        conn: &mut PgConnection,
        after: &String,
    ) -> Result<(Vec<Self>, Option<String>), sqlx::Error> {
        let rows: Vec<Self> = sqlx::query!(
            "SELECT slug, name_ru, name_en, description_ru, description_en, category, color, material, height_mm,
                    width_mm, depth_mm, weight_g, override_amount, override_currency, properties
             FROM product WHERE slug > $1 AND deleted_at IS NULL ORDER BY slug LIMIT $2",
            after,
            PAGE,
        )
        .map(|row| Self {
            slug: row.slug,
            name_ru: row.name_ru,
            name_en: row.name_en,
            description_ru: row.description_ru,
            description_en: row.description_en,
            category: row.category,
            color: row.color,
            material: row.material,
            height_mm: row.height_mm,
            width_mm: row.width_mm,
            depth_mm: row.depth_mm,
            weight_g: row.weight_g,
            override_amount: row.override_amount,
            override_currency: row.override_currency,
            properties: properties(row.properties),
        })
        .fetch_all(conn)
        .await?;
        let place = next(&rows, |row| row.slug.clone());
        Ok((rows, place))
    }
}

impl Exported for StockLevelRow {
    type Place = (String, String);

    async fn page(
        conn: &mut PgConnection,
        (sku, warehouse): &(String, String),
    ) -> Result<(Vec<Self>, Option<Self::Place>), sqlx::Error> {
        let rows: Vec<Self> = sqlx::query!(
            "SELECT c.sku, w.code, s.shelf, s.on_hand
             FROM component c
             JOIN stock s ON s.component_id = c.id
             JOIN warehouse w ON w.id = s.warehouse_id
             WHERE c.sku >= $1 AND (c.sku, w.code) > ($1, $2)
             ORDER BY c.sku, w.code LIMIT $3",
            sku,
            warehouse,
            PAGE,
        )
        .map(|row| Self {
            sku: row.sku,
            warehouse: row.code,
            shelf: row.shelf,
            on_hand: row.on_hand,
        })
        .fetch_all(conn)
        .await?;
        let place = next(&rows, |row| (row.sku.clone(), row.warehouse.clone()));
        Ok((rows, place))
    }
}

impl Exported for BillRow {
    /// Assemblies come first, so that a bill is never before those of its assemblies.
    type Place = Option<(BillOwner, String)>;

    async fn page(
        conn: &mut PgConnection,
        after: &Self::Place,
    ) -> Result<(Vec<Self>, Option<Self::Place>), sqlx::Error> {
        let (owner, code) = after.clone().unwrap_or((BillOwner::Assembly, String::new()));
        let owners = match owner {
            BillOwner::Assembly => sqlx::query_scalar!(
                "SELECT sku FROM component WHERE sku > $1 AND assembly AND deleted_at IS NULL ORDER BY sku LIMIT $2",
                code,
                BILLS,
            )
            .fetch_all(&mut *conn)
            .await?,
            BillOwner::Unit => sqlx::query_scalar!(
                "SELECT slug FROM product WHERE slug > $1 AND deleted_at IS NULL ORDER BY slug LIMIT $2",
                code,
                BILLS,
            )
            .fetch_all(&mut *conn)
            .await?,
        };
        let full = i64::try_from(owners.len()).is_ok_and(|owners| owners == BILLS);
        let place = match (owners.last(), owner) {
            (Some(last), owner) if full => Some(Some((owner, last.clone()))),
            (_, BillOwner::Assembly) => Some(Some((BillOwner::Unit, String::new()))),
            (_, BillOwner::Unit) => None,
        };
        Ok((lines(conn, owner, &owners).await?, place))
    }
}

/// The lines of these bills.
async fn lines(
    conn: &mut PgConnection,
    owner: BillOwner,
    owners: &[String],
) -> Result<Vec<BillRow>, sqlx::Error> {
    let unit = owner == BillOwner::Unit;
    sqlx::query!(
        r#"SELECT l.code AS "code!", c.sku, l.quantity AS "quantity!", l.required AS "required!",
                  ARRAY(SELECT s.sku FROM unnest(l.substitutes) WITH ORDINALITY AS u (id, place)
                        JOIN component s ON s.id = u.id ORDER BY u.place) AS "substitutes!"
           FROM (
               SELECT p.slug AS code, b.component_id, b.quantity, b.required, b.position, b.substitutes
               FROM product p JOIN bill_line b ON b.product_id = p.id WHERE $1 AND p.slug = ANY($2)
               UNION ALL
               SELECT a.sku, b.component_id, b.quantity, b.required, b.position, b.substitutes
               FROM component a JOIN assembly_line b ON b.assembly_id = a.id WHERE NOT $1 AND a.sku = ANY($2)
           ) l
           JOIN component c ON c.id = l.component_id
           ORDER BY l.code, l.position, c.sku"#,
        unit,
        owners,
    )
    .map(|row| BillRow {
        owner,
        code: row.code,
        component: row.sku,
        quantity: row.quantity,
        required: row.required,
        substitutes: row.substitutes,
    })
    .fetch_all(conn)
    .await
}
