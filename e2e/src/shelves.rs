use std::collections::HashSet;

use contracts::catalog::{ProductCard, StockCorrection};

use crate::{Employee, Fleet};

/// Pieces added of each component.
const PLENTY: i64 = 1_000_000;

/// Lets a warehouse employee fill the shelves with what a page of products needs, so that the stock is no limit;
/// answers those products.
pub async fn fill_shelves(fleet: &Fleet) -> Vec<ProductCard> {
    let customer = fleet.customer();
    let mut products = customer.products("available=true&page_size=30").await.items;
    products.retain(|card| card.price.is_some());
    let employee = Employee::sign_in(&fleet.backoffice_url(), "sklad.sidorov").await;
    let warehouse = employee.at(&fleet.catalog_staff_url());
    let mut filled = HashSet::new();
    for card in &products {
        let detail = customer.product(card.id).await;
        let place = &detail.availability.warehouses[0].code;
        for line in detail.components.iter().filter(|line| line.required) {
            if !filled.insert(line.component_id) {
                continue;
            }
            let correction = StockCorrection {
                component_id: line.component_id,
                warehouse: place.clone(),
                delta: PLENTY,
                reason: "load test".to_owned(),
            };
            let key = kernel::random::token();
            let path = "/api/staff/v1/stock/corrections";
            let answer = warehouse.api().post_once(path, &key, &correction).await;
            assert!(
                answer.status.is_success(),
                "{}",
                String::from_utf8_lossy(&answer.body)
            );
        }
    }
    products
}
