//! The pick list: what to take from where, in the order in which one walks (WH-2).

use contracts::catalog::Pick;

/// The toggle that tries whether walking towards the packing table is faster.
pub const FAR_END_FIRST: &str = "picks-from-the-far-end";

/// What to take in one warehouse.
pub struct Warehouse {
    pub code: String,
    pub shelves: Vec<Shelf>,
}

/// What to take from one shelf.
pub struct Shelf {
    /// `None` when no shelf is noted.
    pub name: Option<String>,
    pub picks: Vec<Pick>,
}

impl Warehouse {
    /// Pieces in all.
    pub fn pieces(&self) -> i64 {
        self.shelves
            .iter()
            .flat_map(|shelf| &shelf.picks)
            .map(|pick| pick.quantity)
            .sum()
    }
}

/// Groups picks by warehouse, in the order given, and by shelf, in the order of their names; what has no shelf comes
/// last.
pub fn by_shelf(picks: &[Pick]) -> Vec<Warehouse> {
    let mut warehouses: Vec<Warehouse> = Vec::new();
    for pick in picks {
        let index = warehouses
            .iter()
            .position(|warehouse| warehouse.code == pick.warehouse)
            .unwrap_or_else(|| {
                warehouses.push(Warehouse {
                    code: pick.warehouse.clone(),
                    shelves: Vec::new(),
                });
                warehouses.len() - 1
            });
        let shelves = &mut warehouses[index].shelves;
        match shelves.iter_mut().find(|shelf| shelf.name == pick.shelf) {
            Some(shelf) => shelf.picks.push(pick.clone()),
            None => shelves.push(Shelf {
                name: pick.shelf.clone(),
                picks: vec![pick.clone()],
            }),
        }
    }
    for warehouse in &mut warehouses {
        warehouse
            .shelves
            .sort_by(|a, b| (a.name.is_none(), &a.name).cmp(&(b.name.is_none(), &b.name)));
        for shelf in &mut warehouse.shelves {
            shelf.picks.sort_by(|a, b| a.sku.cmp(&b.sku));
        }
    }
    warehouses
}

/// The same list walked the other way round; what has no shelf still comes last.
pub fn from_the_far_end(mut warehouses: Vec<Warehouse>) -> Vec<Warehouse> {
    for warehouse in &mut warehouses {
        let named = warehouse
            .shelves
            .iter()
            .take_while(|shelf| shelf.name.is_some())
            .count();
        warehouse.shelves[..named].reverse();
    }
    warehouses
}

#[cfg(test)]
mod tests {
    use kernel::Text;
    use uuid::Uuid;

    use super::*;

    fn pick(warehouse: &str, shelf: Option<&str>, sku: &str, quantity: i64) -> Pick {
        Pick {
            warehouse: warehouse.to_owned(),
            shelf: shelf.map(str::to_owned),
            component_id: Uuid::nil().into(),
            sku: sku.to_owned(),
            name: Text::new(sku, sku),
            quantity,
        }
    }

    #[test]
    fn one_walks_each_warehouse_once_and_its_shelves_in_order() {
        let list = by_shelf(&[
            pick("SPB", Some("B-02"), "KIT-M", 1),
            pick("MSK", Some("F-03"), "HNG-110", 8),
            pick("SPB", None, "LEG-1", 4),
            pick("SPB", Some("A-01"), "SHF-2", 2),
            pick("SPB", Some("A-01"), "SHF-1", 3),
        ]);
        let walked: Vec<_> = list
            .iter()
            .flat_map(|warehouse| {
                warehouse.shelves.iter().flat_map(|shelf| {
                    shelf
                        .picks
                        .iter()
                        .map(|pick| (warehouse.code.as_str(), shelf.name.as_deref(), pick.sku.as_str()))
                })
            })
            .collect();
        assert_eq!(
            walked,
            [
                ("SPB", Some("A-01"), "SHF-1"),
                ("SPB", Some("A-01"), "SHF-2"),
                ("SPB", Some("B-02"), "KIT-M"),
                ("SPB", None, "LEG-1"),
                ("MSK", Some("F-03"), "HNG-110"),
            ]
        );
        assert_eq!(list[0].pieces(), 10);
    }
}
