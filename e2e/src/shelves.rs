use std::collections::HashSet;

use contracts::catalog::{ProductCard, StockCorrection};

use crate::{Employee, Fleet, parts};

/// Pieces added of each component.
const PLENTY: i64 = 1_000_000;

/// Lets a warehouse employee fill the shelves with what a page of products needs, so that the stock is no limit;
/// answers those products.
pub async fn fill_shelves(fleet: &Fleet) -> Vec<ProductCard> {
    let customer = fleet.customer();
    let mut products = customer.products("available=true&page_size=30").await.items;
    products.retain(|card| card.price.is_some());
    let sign_in = async |login| {
        let employee = Employee::sign_in(&fleet.backoffice_url(), login).await;
        employee.at(&fleet.catalog_staff_url())
    };
    let warehouse = sign_in("sklad.sidorov").await;
    let maker = sign_in("assort.volkova").await;
    let mut filled = HashSet::new();
    for card in &products {
        let detail = customer.product(card.id).await;
        let place = &detail.availability.warehouses[0].code;
        for component_id in parts(&maker, &detail.components).await.into_keys() {
            if !filled.insert(component_id) {
                continue;
            }
            let correction = StockCorrection {
                component_id,
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
