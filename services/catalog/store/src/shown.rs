//! Whether lists show what can be put together, and whether the refresh would notice when that changes.

use std::collections::{HashMap, HashSet};

use catalog_domain::{Bill, StockAt, limit_at};
use kernel::{ComponentId, WarehouseId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::Violation;
use crate::parts::{bills, components_of, free_in_total};
use crate::refresh_availability::pieces;

/// Units looked at together.
const PORTION: i64 = 1_000;
/// The most breaches of a rule that are named.
const AT_MOST: usize = 100;

/// Breaches of `availability` and `refresh`; to be called in a transaction that sees one state of the database.
pub(crate) async fn violations(conn: &mut PgConnection) -> Result<Vec<Violation>, sqlx::Error> {
    let queued: HashSet<Uuid> = sqlx::query_scalar!(
        r#"SELECT component_id AS "component_id!" FROM stale_component
           UNION SELECT unnest(components) FROM stale_stock"#
    )
    .fetch_all(&mut *conn)
    .await?
    .into_iter()
    .collect();
    let mut found: HashMap<&'static str, Vec<Violation>> = HashMap::new();
    let mut after = Uuid::nil();
    loop {
        let units = sqlx::query!(
            r#"SELECT p.id, coalesce(a.available, 0) AS "available!", coalesce(a.limited_by, '{}') AS "limited_by!"
               FROM product p LEFT JOIN product_availability a ON a.product_id = p.id
               WHERE p.id > $1 AND NOT EXISTS (SELECT FROM stale_unit q WHERE q.product_id = p.id)
               ORDER BY p.id LIMIT $2"#,
            after,
            PORTION,
        )
        .fetch_all(&mut *conn)
        .await?;
        let Some(last) = units.last() else { break };
        after = last.id;
        let ids: Vec<Uuid> = units.iter().map(|unit| unit.id).collect();
        let bills = bills(conn, &ids).await?;
        let components = components_of(bills.values());
        let free = free_in_total(conn, &components).await?;
        let bounds = bounds(conn, &components).await?;
        for unit in units {
            let Some(bill) = bills.get(&unit.id.into()) else {
                continue;
            };
            if components_of([bill])
                .iter()
                .any(|component| queued.contains(component))
            {
                continue;
            }
            let rule = broken(bill, &free, &bounds, unit.available, &unit.limited_by);
            if let Some(rule) = rule {
                found.entry(rule).or_default().push(Violation {
                    rule: rule.to_owned(),
                    subject: unit.id.to_string(),
                });
            }
        }
    }
    let first = found.into_values().map(|all| all.into_iter().take(AT_MOST));
    Ok(first.flatten().collect())
}

/// The rule that a unit breaks.
fn broken(
    bill: &Bill,
    free: &HashMap<ComponentId, i64>,
    bounds: &HashMap<(ComponentId, i64), i64>,
    available: i64,
    limited_by: &[Uuid],
) -> Option<&'static str> {
    let (mut everywhere, mut plenty) = (somewhere(), somewhere());
    for component in components_of([bill]) {
        let free = free.get(&component.into()).copied().unwrap_or(0);
        everywhere.set(component.into(), free);
        let limits = limited_by.contains(&component);
        plenty.set(component.into(), if limits { free } else { i64::MAX });
    }
    if limit_at(bill, &everywhere).units != available {
        return Some("availability");
    }
    // However much there were of the others, there would not be more.
    let limited = limit_at(bill, &plenty).units <= available;
    let bounded = pieces(bill).into_iter().all(|(component, pieces)| {
        limited_by.contains(&component.uuid())
            || bounds.get(&(component, pieces)).copied().unwrap_or(0) >= available
    });
    (!(limited && bounded)).then_some("refresh")
}

fn somewhere() -> StockAt {
    StockAt::new(WarehouseId::from(Uuid::nil()), 0)
}

async fn bounds(
    conn: &mut PgConnection,
    components: &[Uuid],
) -> Result<HashMap<(ComponentId, i64), i64>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT component_id, pieces, bound FROM availability_bound WHERE component_id = ANY($1)",
        components,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.component_id.into(), row.pieces), row.bound))
        .collect())
}
