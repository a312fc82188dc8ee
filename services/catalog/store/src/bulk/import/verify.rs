use std::collections::{BTreeMap, BTreeSet, HashMap};

use catalog_domain::{
    Assemblies, BillLine, Candidate, Condition, ExplodeError, Facts, Refusal, Rule, Tree, Vocabulary,
    candidates, explode, refusals,
};
use contracts::catalog::RuleContent;
use kernel::{ComponentId, Text};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::RowFaults;
use crate::vocabulary::{Vocabulary as _, domain};

/// Units looked at together: their bills are in memory.
const BATCH: usize = 100;

/// The units of the file with the bills that they have: whether all components still go into them.
pub(super) async fn units(
    conn: &mut PgConnection,
    run: Uuid,
    faults: &mut RowFaults,
) -> Result<(), sqlx::Error> {
    let judge = Judge::load(conn).await?;
    if judge.rules.is_empty() {
        return Ok(());
    }
    let mut after = 0;
    loop {
        let rows = sqlx::query!(
            "SELECT r.line, p.id FROM import_row r JOIN product p ON p.slug = r.key
             WHERE r.run = $1 AND r.line > $2 ORDER BY r.line LIMIT $3",
            run,
            after,
            i64::try_from(BATCH).unwrap_or(i64::MAX),
        )
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = last.line;
        let units: Vec<(i64, Uuid)> = rows.iter().map(|row| (row.line, row.id)).collect();
        bills(conn, &judge, &units, &[], faults).await?;
    }
}

/// Rules as the domain applies them.
pub(super) struct Judge {
    vocabulary: Vocabulary,
    rules: Vec<Rule>,
    names: HashMap<String, Text>,
    tree: Tree,
}

impl Judge {
    pub(super) async fn load(conn: &mut PgConnection) -> Result<Self, sqlx::Error> {
        let vocabulary = domain(&mut *conn).await?;
        let nodes = sqlx::query!("SELECT code, parent FROM category")
            .fetch_all(&mut *conn)
            .await?;
        let tree = Tree::new(nodes.into_iter().map(|row| (row.code, row.parent)))
            .map_err(|error| sqlx::Error::Decode(error.into()))?;
        let entries = RuleContent::load(conn, None).await?;
        let (mut rules, mut names) = (Vec::new(), HashMap::new());
        for entry in entries.into_iter().filter(|entry| entry.deleted_at.is_none()) {
            let rule = entry.content;
            let condition: Condition =
                serde_json::from_value(rule.condition).map_err(|error| sqlx::Error::Decode(error.into()))?;
            let check = condition
                .check(&vocabulary)
                .map_err(|error| sqlx::Error::Decode(error.into()))?;
            names.insert(rule.code.clone(), rule.name);
            rules.push(Rule {
                code: rule.code,
                category: rule.category,
                component_type: rule.component_type,
                check,
            });
        }
        Ok(Self {
            vocabulary,
            rules,
            names,
            tree,
        })
    }

    fn facts(&self, properties: Value) -> Facts {
        let members = match properties {
            Value::Object(members) => members,
            _ => serde_json::Map::new(),
        };
        Facts::new(
            members
                .into_iter()
                .filter_map(|(code, json)| {
                    let kind = self.vocabulary.properties.get(&code)?;
                    let value = self.vocabulary.read(kind, &json).ok()?;
                    Some((code, value))
                })
                .collect(),
        )
    }
}

/// Looks at bills as they are now: whether they can be multiplied out, and whether everything in the units' may go into
/// them. `units` and `assemblies` come with the lines of the file that faults are told at.
pub(super) async fn bills(
    conn: &mut PgConnection,
    judge: &Judge,
    units: &[(i64, Uuid)],
    assemblies: &[(i64, Uuid)],
    faults: &mut RowFaults,
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = units.iter().map(|(_, id)| *id).collect();
    let of_units = unit_lines(conn, &ids).await?;
    let mut open: BTreeSet<ComponentId> = of_units.values().flatten().flat_map(named).collect();
    open.extend(assemblies.iter().map(|(_, id)| ComponentId::from(*id)));
    let below = below(conn, open).await?;
    let none = Vec::new();
    let mut involved = BTreeSet::new();
    for (_, id) in units {
        involved.extend(candidates(of_units.get(id).unwrap_or(&none), &below));
    }
    for (_, id) in assemblies {
        involved.extend(candidates(
            below.get(&ComponentId::from(*id)).unwrap_or(&none),
            &below,
        ));
    }
    let known = components(conn, judge, &involved).await?;
    let sku = |id: &ComponentId| {
        known
            .get(id)
            .map_or_else(|| id.to_string(), |known| known.sku.clone())
    };
    for (line, id) in assemblies {
        let own = below.get(&ComponentId::from(*id)).unwrap_or(&none);
        if let Err(error) = explode(own, &below) {
            not_built(*line, &error, sku, faults);
        }
    }
    let judged = known
        .iter()
        .map(|(id, known)| (*id, known.candidate.clone()))
        .collect();
    for unit in unit_facts(conn, judge, &ids).await? {
        let line = units
            .iter()
            .find(|(_, id)| *id == unit.id)
            .map_or(0, |(line, _)| *line);
        let own = of_units.get(&unit.id).unwrap_or(&none);
        if let Err(error) = explode(own, &below) {
            not_built(line, &error, sku, faults);
            continue;
        }
        let fits = refusals(
            (&unit.category, &unit.facts),
            candidates(own, &below),
            &judged,
            &judge.rules,
            &judge.tree,
        );
        for refusal in fits.map_err(|error| sqlx::Error::Decode(error.into()))? {
            let Refusal { rule, component, .. } = &refusal;
            let name = judge
                .names
                .get(rule)
                .cloned()
                .unwrap_or_else(|| Text::new("", ""));
            let sku = sku(component);
            let message = Text::new(
                format!("{sku}, правило {rule}: {}", name.ru),
                format!("{sku}, rule {rule}: {}", name.en),
            );
            faults.push(line, "component", "incompatible", message);
        }
    }
    Ok(())
}

fn not_built(line: i64, error: &ExplodeError, sku: impl Fn(&ComponentId) -> String, faults: &mut RowFaults) {
    let (code, message) = match error {
        ExplodeError::Cycle(cycle) => {
            let cycle: Vec<String> = cycle.iter().chain(cycle.first()).map(&sku).collect();
            let cycle = cycle.join(" → ");
            let message = Text::new(
                format!("узел входит сам в себя: {cycle}"),
                format!("an assembly contains itself: {cycle}"),
            );
            ("cycle", message)
        }
        ExplodeError::Replaced(assembly) => {
            let sku = sku(assembly);
            let message = Text::new(
                format!("{sku} — узел, у него нет замен"),
                format!("{sku} is an assembly and has no substitutes"),
            );
            ("assembly", message)
        }
        ExplodeError::Replacing { substitute, .. } => {
            let sku = sku(substitute);
            let message = Text::new(
                format!("{sku} — узел и заменой не бывает"),
                format!("{sku} is an assembly and no substitute"),
            );
            ("assembly", message)
        }
        ExplodeError::Bill(error) => (
            "unsound",
            Text::new(format!("состав неверен: {error}"), error.to_string()),
        ),
    };
    faults.push(line, "component", code, message);
}

fn line(component: Uuid, substitutes: Vec<Uuid>, quantity: i32, required: bool) -> BillLine {
    BillLine {
        component: component.into(),
        substitutes: substitutes.into_iter().map(ComponentId::from).collect(),
        quantity: quantity.into(),
        required,
    }
}

/// The components that a line names. Substitutes too: none may be an assembly.
fn named(line: &BillLine) -> impl Iterator<Item = ComponentId> + '_ {
    std::iter::once(line.component).chain(line.substitutes.iter().copied())
}

async fn unit_lines(
    conn: &mut PgConnection,
    units: &[Uuid],
) -> Result<HashMap<Uuid, Vec<BillLine>>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT product_id, component_id, quantity, required, substitutes FROM bill_line
         WHERE product_id = ANY($1) ORDER BY product_id, position",
        units,
    )
    .fetch_all(conn)
    .await?;
    let mut lines: HashMap<Uuid, Vec<BillLine>> = HashMap::new();
    for row in rows {
        let of = lines.entry(row.product_id).or_default();
        of.push(line(
            row.component_id,
            row.substitutes,
            row.quantity,
            row.required,
        ));
    }
    Ok(lines)
}

/// The lines of all assemblies among these and of those inside them. A statement a level.
async fn below(conn: &mut PgConnection, mut open: BTreeSet<ComponentId>) -> Result<Assemblies, sqlx::Error> {
    let mut found = Assemblies::new();
    let mut seen = open.clone();
    while !open.is_empty() {
        let ids: Vec<Uuid> = open.iter().map(|id| id.uuid()).collect();
        let rows = sqlx::query!(
            r#"SELECT c.id, a.component_id AS "component_id?", a.quantity AS "quantity?", a.required AS "required?",
                      a.substitutes AS "substitutes?"
               FROM component c LEFT JOIN assembly_line a ON a.assembly_id = c.id
               WHERE c.id = ANY($1) AND c.assembly ORDER BY c.id, a.position"#,
            &ids,
        )
        .fetch_all(&mut *conn)
        .await?;
        open.clear();
        for row in rows {
            let lines = found.entry(row.id.into()).or_default();
            if let (Some(component), Some(quantity), Some(required), Some(substitutes)) =
                (row.component_id, row.quantity, row.required, row.substitutes)
            {
                let line = line(component, substitutes, quantity, required);
                open.extend(named(&line).filter(|id| seen.insert(*id)));
                lines.push(line);
            }
        }
    }
    Ok(found)
}

struct Known {
    sku: String,
    candidate: Candidate,
}

async fn components(
    conn: &mut PgConnection,
    judge: &Judge,
    ids: &BTreeSet<ComponentId>,
) -> Result<BTreeMap<ComponentId, Known>, sqlx::Error> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "SELECT id, sku, kind, color, material, height_mm, width_mm, depth_mm, properties FROM component
         WHERE id = ANY($1)",
        &ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let facts = judge
                .facts(row.properties)
                .color(row.color)
                .material(row.material)
                .size(row.height_mm, row.width_mm, row.depth_mm);
            let known = Known {
                sku: row.sku,
                candidate: Candidate {
                    component_type: row.kind,
                    facts,
                },
            };
            (row.id.into(), known)
        })
        .collect())
}

struct Unit {
    id: Uuid,
    category: String,
    facts: Facts,
}

async fn unit_facts(conn: &mut PgConnection, judge: &Judge, ids: &[Uuid]) -> Result<Vec<Unit>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT id, category, color, material, height_mm, width_mm, depth_mm, weight_g, properties FROM product
         WHERE id = ANY($1)",
        ids,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Unit {
            id: row.id,
            category: row.category,
            facts: judge
                .facts(row.properties)
                .color(Some(row.color))
                .material(Some(row.material))
                .size(row.height_mm, row.width_mm, row.depth_mm)
                .weight(row.weight_g),
        })
        .collect())
}
