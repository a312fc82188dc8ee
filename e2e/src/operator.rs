use std::time::Duration;

use contracts::orders::Reconciliation;
use garnitur::Wiring;
use serde_json::Value;

use crate::Api;

/// Somebody who looks after the running shop: the internal faces.
#[derive(Debug, Clone)]
pub struct Operator {
    /// Catalog's internal face, called as orders.
    pub catalog: Api,
    /// Orders' internal face, called as catalog.
    pub orders: Api,
    /// Backoffice's internal face, called as orders.
    pub backoffice: Api,
}

impl Operator {
    /// The internal faces of a shop.
    pub fn new(wiring: &Wiring) -> Self {
        let api = |port: u16, caller: &str| {
            Api::new(format!("http://127.0.0.1:{port}")).with_token(wiring.secrets.tokens[caller].clone())
        };
        Self {
            catalog: api(wiring.ports.catalog_internal, "orders"),
            orders: api(wiring.ports.orders_internal, "catalog"),
            backoffice: api(wiring.ports.backoffice_internal, "orders"),
        }
    }

    /// What is wrong with the stock: nothing, if all is well.
    pub async fn stock_violations(&self) -> Vec<Value> {
        let answer: Value = self.catalog.get("/internal/v1/invariants").await.expect(200);
        answer["violations"].as_array().expect("a list").clone()
    }

    /// What does not fit between orders, payments and reservations, after a repair.
    pub async fn reconcile(&self) -> Reconciliation {
        self.orders.act("/internal/v1/reconciliation").await.expect(200)
    }

    /// What does not fit, without a repair.
    pub async fn findings(&self) -> Reconciliation {
        self.orders.get("/internal/v1/reconciliation").await.expect(200)
    }

    /// Repairs until nothing is wrong any more. Panics, naming what is left, when that does not happen.
    pub async fn expect_peace(&self) {
        let deadline = tokio::time::Instant::now() + Duration::from_mins(1);
        loop {
            let (findings, violations) = (self.reconcile().await.findings, self.stock_violations().await);
            if findings.is_empty() && violations.is_empty() {
                return;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "still wrong: {findings:?} {violations:?}"
            );
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}
