use std::collections::{BTreeMap, BTreeSet, HashSet};

use catalog_domain::{
    Assemblies, Bill, BillError, BillLine, Candidate, ExplodeError, Facts, StockAt, available_at, explode,
};
use contracts::catalog::BillItem;
use kernel::{ComponentId, Money, Text, WarehouseId};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::book::Book;
use crate::edit::{EditError, Fault, Named, Refusal};
use crate::rows::money;

/// What is known of a component that a bill leads to.
pub(super) struct Known {
    pub sku: String,
    pub name: Text,
    pub cost: Option<Money>,
    pub candidate: Candidate,
    deleted: bool,
}

/// All that a bill leads to, through assemblies of any depth, substitutes too.
pub(super) struct Composition {
    pub assemblies: Assemblies,
    pub known: BTreeMap<ComponentId, Known>,
}

impl Composition {
    /// One statement.
    pub(super) async fn load(
        conn: &mut PgConnection,
        book: &Book,
        items: &[BillItem],
    ) -> Result<Self, sqlx::Error> {
        let named: BTreeSet<Uuid> = items
            .iter()
            .flat_map(|item| std::iter::once(item.component_id).chain(item.substitutes.iter().copied()))
            .map(ComponentId::uuid)
            .collect();
        let named: Vec<Uuid> = named.into_iter().collect();
        let rows = sqlx::query!(
            r#"WITH RECURSIVE reach (id) AS (
                   SELECT unnest($1::uuid[])
                   UNION
                   SELECT step.id
                   FROM reach JOIN assembly_line a ON a.assembly_id = reach.id
                   CROSS JOIN LATERAL unnest(a.component_id || a.substitutes) AS step (id)
               )
               SELECT c.id, c.sku, c.name_ru, c.name_en, c.kind, c.color, c.material, c.height_mm, c.width_mm,
                      c.depth_mm, c.cost_amount, c.cost_currency, c.properties,
                      c.deleted_at IS NOT NULL AS "deleted!",
                      (SELECT jsonb_agg(jsonb_build_object('component_id', a.component_id, 'quantity', a.quantity,
                           'required', a.required, 'substitutes', a.substitutes) ORDER BY a.position)
                       FROM assembly_line a WHERE a.assembly_id = c.id) AS "lines: Json<Vec<BillItem>>"
               FROM component c JOIN reach ON reach.id = c.id"#,
            &named,
        )
        .fetch_all(conn)
        .await?;
        let (mut assemblies, mut known) = (Assemblies::new(), BTreeMap::new());
        for row in rows {
            let id = ComponentId::from(row.id);
            if let Some(lines) = row.lines {
                assemblies.insert(id, bill_lines(&lines.0));
            }
            let values = serde_json::from_value(row.properties).map_err(super::book::unsound)?;
            // Values of properties that are no longer defined count as not known.
            let properties = book.component_properties(&row.kind, &values, &mut Vec::new());
            known.insert(
                id,
                Known {
                    sku: row.sku,
                    name: Text::new(row.name_ru, row.name_en),
                    cost: money(row.cost_amount, row.cost_currency.as_deref())?,
                    candidate: Candidate {
                        component_type: row.kind,
                        facts: Facts::new(properties)
                            .color(row.color)
                            .material(row.material)
                            .size(row.height_mm, row.width_mm, row.depth_mm),
                    },
                    deleted: row.deleted,
                },
            );
        }
        Ok(Self { assemblies, known })
    }

    /// Notes lines that name what does not exist, is deleted, or is named twice.
    pub(super) fn check(&self, field: &str, items: &[BillItem], faults: &mut Vec<Fault>) {
        let usable = |id: &ComponentId| self.known.get(id).is_some_and(|known| !known.deleted);
        let twice =
            |place: String| Fault::new(place, "duplicate", Text::new("указано дважды", "is given twice"));
        let mut components = HashSet::new();
        for (index, item) in items.iter().enumerate() {
            let place = format!("{field}[{index}].component_id");
            if !usable(&item.component_id) {
                faults.push(Fault::unknown(place));
            } else if !components.insert(item.component_id) {
                faults.push(twice(place));
            }
            for (rank, substitute) in item.substitutes.iter().enumerate() {
                let place = format!("{field}[{index}].substitutes[{rank}]");
                if !usable(substitute) {
                    faults.push(Fault::unknown(place));
                } else if *substitute == item.component_id || item.substitutes[..rank].contains(substitute) {
                    faults.push(twice(place));
                }
            }
        }
    }

    /// The bill multiplied out.
    pub(super) fn explode(&self, lines: &[BillLine]) -> Result<Bill, EditError> {
        explode(lines, &self.assemblies).map_err(|error| {
            EditError::Refused(Box::new(match error {
                ExplodeError::Cycle(cycle) => {
                    Refusal::Cycle(cycle.into_iter().map(|id| self.named(id)).collect())
                }
                ExplodeError::Replaced(id) => Refusal::Replaced(self.named(id)),
                ExplodeError::Replacing { substitute, .. } => Refusal::Replacing(self.named(substitute)),
                ExplodeError::Bill(
                    BillError::Quantity(id)
                    | BillError::Repeated { component: id, .. }
                    | BillError::TooMuch(catalog_domain::TooMuch(id)),
                ) => Refusal::TooMuch(self.named(id)),
            }))
        })
    }

    fn named(&self, id: ComponentId) -> Named {
        let sku = self
            .known
            .get(&id)
            .map_or_else(String::new, |known| known.sku.clone());
        Named { id, sku }
    }
}

/// Lines as the domain has them.
pub(crate) fn bill_lines(items: &[BillItem]) -> Vec<BillLine> {
    let lines = items.iter().map(|item| BillLine {
        component: item.component_id,
        substitutes: item.substitutes.clone(),
        quantity: item.quantity.into(),
        required: item.required,
    });
    lines.collect()
}

/// Units that the free pieces of all warehouses together suffice for. One statement.
pub(super) async fn available(conn: &mut PgConnection, bill: &Bill) -> Result<i64, sqlx::Error> {
    let components: Vec<Uuid> = bill.components().into_iter().map(ComponentId::uuid).collect();
    let rows = sqlx::query!(
        r#"SELECT component_id, sum(on_hand - reserved)::bigint AS "free!"
           FROM stock WHERE component_id = ANY($1) GROUP BY component_id"#,
        &components,
    )
    .fetch_all(conn)
    .await?;
    // All shelves as if they were one: in total it makes no difference where a piece lies.
    let mut everywhere = StockAt::new(WarehouseId::from(Uuid::nil()), 0);
    for row in rows {
        everywhere.set(row.component_id.into(), row.free);
    }
    Ok(available_at(bill, &everywhere))
}
