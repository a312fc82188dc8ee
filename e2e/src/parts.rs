use std::collections::BTreeMap;

use contracts::catalog::{BillLine, Component};
use kernel::ComponentId;

use crate::Employee;

/// Pieces of plain components that one unit with this bill cannot be built without, over all levels of assemblies;
/// `maker` is an employee who may see what assemblies are made of.
pub async fn parts(maker: &Employee, bill: &[BillLine]) -> BTreeMap<ComponentId, (String, i64)> {
    let mut parts = BTreeMap::new();
    let required = bill.iter().filter(|line| line.required);
    let mut open: Vec<(ComponentId, i64)> = required
        .map(|line| (line.component_id, line.quantity.into()))
        .collect();
    while let Some((id, pieces)) = open.pop() {
        let path = format!("/api/staff/v1/catalog/components/{id}");
        let component: Component = maker.api().get(&path).await.expect(200);
        let content = component.content;
        if content.lines.is_empty() {
            parts.entry(id).or_insert((content.sku, 0)).1 += pieces;
        }
        let required = content.lines.iter().filter(|line| line.required);
        open.extend(required.map(|line| (line.component_id, pieces * i64::from(line.quantity))));
    }
    parts
}
