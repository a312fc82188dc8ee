use std::collections::{BTreeSet, HashMap};

use kernel::{ComponentId, ProductId, Text};
use pg::Pg;
use sqlx::PgConnection;
use uuid::Uuid;

/// Whose bill of materials it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillOwner {
    /// A unit's.
    Product(ProductId),
    /// An assembly's.
    Assembly(ComponentId),
}

/// A component, as bills name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedComponent {
    /// Its id.
    pub id: ComponentId,
    /// Article number.
    pub sku: String,
    /// Name in both languages.
    pub name: Text,
    /// Code of its type.
    pub kind: String,
    /// Whether it is put together from a bill of its own.
    pub assembly: bool,
}

/// A line of a bill of materials with what may take the component's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedLine {
    /// The component.
    pub component: NamedComponent,
    /// How many go into one unit.
    pub quantity: i32,
    /// Whether a unit cannot be built without it.
    pub required: bool,
    /// Substitutes in order of preference.
    pub substitutes: Vec<NamedComponent>,
}

/// Of each owner's own bill (CAT-3), `first` lines after `skip`; owners without such lines are left out. At most three
/// statements, however many owners there are.
pub async fn bills(
    pg: &Pg,
    owners: &[BillOwner],
    skip: i64,
    first: i64,
) -> Result<HashMap<BillOwner, Vec<NamedLine>>, sqlx::Error> {
    let (mut products, mut assemblies) = (Vec::new(), Vec::new());
    for owner in owners {
        match owner {
            BillOwner::Product(id) => products.push(id.uuid()),
            BillOwner::Assembly(id) => assemblies.push(id.uuid()),
        }
    }
    pg.read("bills", async |mut tx: pg::Tx| {
        let mut rows = Vec::new();
        if !products.is_empty() {
            rows.extend(product_lines(&mut tx, &products, skip, first).await?);
        }
        if !assemblies.is_empty() {
            rows.extend(assembly_lines(&mut tx, &assemblies, skip, first).await?);
        }
        let named: BTreeSet<Uuid> = rows.iter().flat_map(|row| &row.substitutes).copied().collect();
        let substitutes = components(&mut tx, &named).await?;
        let mut bills: HashMap<BillOwner, Vec<NamedLine>> = HashMap::new();
        for row in rows {
            let line = NamedLine {
                component: row.component,
                quantity: row.quantity,
                required: row.required,
                substitutes: row
                    .substitutes
                    .iter()
                    .filter_map(|id| substitutes.get(id).cloned())
                    .collect(),
            };
            bills.entry(row.owner).or_default().push(line);
        }
        Ok(bills)
    })
    .await
}

struct LineRow {
    owner: BillOwner,
    component: NamedComponent,
    quantity: i32,
    required: bool,
    substitutes: Vec<Uuid>,
}

async fn product_lines(
    conn: &mut PgConnection,
    owners: &[Uuid],
    skip: i64,
    first: i64,
) -> Result<Vec<LineRow>, sqlx::Error> {
    sqlx::query!(
        r#"SELECT o.id AS "owner!", l.component_id, l.sku, l.name_ru, l.name_en, l.kind, l.assembly, l.quantity,
                  l.required, l.substitutes
           FROM unnest($1::uuid[]) AS o (id)
           CROSS JOIN LATERAL (
               SELECT l.component_id, c.sku, c.name_ru, c.name_en, c.kind, c.assembly, l.quantity, l.required,
                      l.substitutes, l.position
               FROM bill_line l JOIN component c ON c.id = l.component_id
               WHERE l.product_id = o.id
               ORDER BY l.position, c.sku OFFSET $2 LIMIT $3
           ) l
           ORDER BY l.position, l.sku"#,
        owners,
        skip,
        first,
    )
    .map(|row| LineRow {
        owner: BillOwner::Product(row.owner.into()),
        component: NamedComponent {
            id: row.component_id.into(),
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            kind: row.kind,
            assembly: row.assembly,
        },
        quantity: row.quantity,
        required: row.required,
        substitutes: row.substitutes,
    })
    .fetch_all(conn)
    .await
}

async fn assembly_lines(
    conn: &mut PgConnection,
    owners: &[Uuid],
    skip: i64,
    first: i64,
) -> Result<Vec<LineRow>, sqlx::Error> {
    sqlx::query!(
        r#"SELECT o.id AS "owner!", l.component_id, l.sku, l.name_ru, l.name_en, l.kind, l.assembly, l.quantity,
                  l.required, l.substitutes
           FROM unnest($1::uuid[]) AS o (id)
           CROSS JOIN LATERAL (
               SELECT l.component_id, c.sku, c.name_ru, c.name_en, c.kind, c.assembly, l.quantity, l.required,
                      l.substitutes, l.position
               FROM assembly_line l JOIN component c ON c.id = l.component_id
               WHERE l.assembly_id = o.id
               ORDER BY l.position, c.sku OFFSET $2 LIMIT $3
           ) l
           ORDER BY l.position, l.sku"#,
        owners,
        skip,
        first,
    )
    .map(|row| LineRow {
        owner: BillOwner::Assembly(row.owner.into()),
        component: NamedComponent {
            id: row.component_id.into(),
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            kind: row.kind,
            assembly: row.assembly,
        },
        quantity: row.quantity,
        required: row.required,
        substitutes: row.substitutes,
    })
    .fetch_all(conn)
    .await
}

async fn components(
    conn: &mut PgConnection,
    ids: &BTreeSet<Uuid>,
) -> Result<HashMap<Uuid, NamedComponent>, sqlx::Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let rows = sqlx::query!(
        "SELECT id, sku, name_ru, name_en, kind, assembly FROM component WHERE id = ANY($1)",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    let named = rows.into_iter().map(|row| {
        let component = NamedComponent {
            id: row.id.into(),
            sku: row.sku,
            name: Text::new(row.name_ru, row.name_en),
            kind: row.kind,
            assembly: row.assembly,
        };
        (row.id, component)
    });
    Ok(named.collect())
}
