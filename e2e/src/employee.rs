use std::collections::BTreeMap;

use contracts::backoffice::{AuditEntry, AuditPage, StaffSession};
use contracts::catalog::{StockPage, StockReceipt, StockReceiptLine};
use contracts::orders::{Credentials, StaffOrder};
use kernel::Personal;

use crate::{Answer, Api, PASSWORD};

/// An employee who has signed in, calling through the portal.
#[derive(Debug, Clone)]
pub struct Employee {
    api: Api,
}

impl Employee {
    /// Signs in at the portal's address `base`.
    pub async fn sign_in(base: &str, login: &str) -> Self {
        let api = Api::new(base);
        let credentials = Credentials {
            login: login.to_owned(),
            password: Personal::new(PASSWORD.to_owned()),
        };
        let session: StaffSession = api.post("/api/staff/v1/sessions", &credentials).await.expect(201);
        Self {
            api: api.with_token(session.access_token),
        }
    }

    /// The same employee at another service.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self {
            api: self.api.at(base),
        }
    }

    /// The employees' interface.
    pub const fn api(&self) -> &Api {
        &self.api
    }

    /// An order with its pick list.
    pub async fn order(&self, number: &str) -> StaffOrder {
        self.api
            .get(&format!("/api/staff/v1/orders/{number}"))
            .await
            .expect(200)
    }

    /// Has packed an order.
    pub async fn ready(&self, number: &str) -> Answer {
        self.api
            .act(&format!("/api/staff/v1/orders/{number}/ready"))
            .await
    }

    /// Enters so many pieces more of everything, for every shelf that there is.
    pub async fn fill_shelves(&self, pieces: i64) {
        let mut of_warehouse: BTreeMap<String, Vec<StockReceiptLine>> = BTreeMap::new();
        let mut next = Some(String::new());
        while let Some(cursor) = next {
            let page: StockPage = self
                .api
                .get(&format!("/api/staff/v1/stock?page_size=30{cursor}"))
                .await
                .expect(200);
            for row in page.items {
                of_warehouse
                    .entry(row.warehouse)
                    .or_default()
                    .push(StockReceiptLine {
                        component_id: row.component_id,
                        quantity: pieces,
                    });
            }
            next = page.next_cursor.map(|cursor| format!("&cursor={cursor}"));
        }
        for (warehouse, lines) in of_warehouse {
            for lines in lines.chunks(500) {
                let receipt = StockReceipt {
                    warehouse: warehouse.clone(),
                    document: "E2E".to_owned(),
                    lines: lines.to_vec(),
                };
                let key = kernel::random::token();
                self.api
                    .post_once("/api/staff/v1/stock/receipts", &key, &receipt)
                    .await
                    .expect_status(201);
            }
        }
    }

    /// The audit about a subject, newest first.
    pub async fn audit(&self, subject: &str) -> Vec<AuditEntry> {
        let page: AuditPage = self
            .api
            .get(&format!("/api/staff/v1/audit?subject={subject}"))
            .await
            .expect(200);
        page.items
    }
}
