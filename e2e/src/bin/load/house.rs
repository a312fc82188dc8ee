//! A generated assortment and who asks for it.

use std::sync::Arc;

use anyhow::ensure;
use contracts::catalog::{ReservationLine, ReserveRequest};
use e2e::{Fleet, SINGLE};
use kernel::{Clock as _, OrderId, ProductId, SystemClock};
use pg::sqlx::{self, PgConnection};

use crate::questions::{list, one_of, search, suggestions};
use crate::wire::{JSON, Wire};

/// What is asked of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    List,
    Search,
    Suggest,
    Detail,
    Reserve,
    ReserveOne,
}

impl Question {
    pub const ALL: [Self; 6] = [
        Self::List,
        Self::Search,
        Self::Suggest,
        Self::Detail,
        Self::Reserve,
        Self::ReserveOne,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::List => "list with facets and filters",
            Self::Search => "search",
            Self::Suggest => "suggestions",
            Self::Detail => "detail",
            Self::Reserve => "reserve, spread over units",
            Self::ReserveOne => "reserve, all the same component",
        }
    }
}

/// Customers' units and what a customer needs to ask for them.
pub struct House {
    edge: String,
    internal: String,
    token: String,
    units: Vec<ProductId>,
    single: ProductId,
    size: usize,
}

/// One customer with connections of their own.
pub struct Asker {
    house: Arc<House>,
    edge: Wire,
    internal: Wire,
}

impl House {
    pub async fn of(fleet: &Fleet, database: &mut PgConnection, size: u32) -> anyhow::Result<Self> {
        const SAMPLE: i64 = 5_000;
        let units: Vec<sqlx::types::Uuid> = sqlx::query_scalar(
            "SELECT p.id FROM product p JOIN product_availability a ON a.product_id = p.id
             WHERE p.price_amount IS NOT NULL AND a.available > 0 AND p.slug <> $1 ORDER BY md5(p.slug) LIMIT $2",
        )
        .bind(SINGLE)
        .bind(SAMPLE)
        .fetch_all(&mut *database)
        .await?;
        ensure!(units.len() > 100, "too few units can be bought");
        let single: sqlx::types::Uuid = sqlx::query_scalar("SELECT id FROM product WHERE slug = $1")
            .bind(SINGLE)
            .fetch_one(database)
            .await?;
        let wiring = fleet.wiring();
        Ok(Self {
            edge: crate::scenarios::host(fleet.customer().catalog().base()),
            internal: format!("127.0.0.1:{}", wiring.ports.catalog_internal),
            token: wiring.secrets.tokens["orders"].clone(),
            units: units.into_iter().map(Into::into).collect(),
            single: single.into(),
            size: usize::try_from(size)?,
        })
    }
}

impl Asker {
    pub async fn of(house: &Arc<House>) -> anyhow::Result<Self> {
        Ok(Self {
            house: Arc::clone(house),
            edge: Wire::open(&house.edge).await?,
            internal: Wire::open(&house.internal).await?,
        })
    }

    pub async fn ask(&mut self, question: Question) -> anyhow::Result<()> {
        match question {
            Question::List => self.get(&list()).await,
            Question::Search => self.get(&search(self.house.size)).await,
            Question::Suggest => self.get(&suggestions()).await,
            Question::Detail => {
                let id = *one_of(&self.house.units);
                self.get(&format!("products/{id}")).await
            }
            Question::Reserve => {
                let id = *one_of(&self.house.units);
                self.reserve(id).await
            }
            Question::ReserveOne => self.reserve(self.house.single).await,
        }
    }

    async fn get(&mut self, what: &str) -> anyhow::Result<()> {
        let path = format!("/api/catalog/v1/{what}");
        let reply = self.edge.call("GET", &path, "", b"").await?;
        ensure!(
            reply.status == 200,
            "{path}: {}",
            String::from_utf8_lossy(reply.body)
        );
        Ok(())
    }

    /// Holds one of it. What is sold out is an answer like any other.
    async fn reserve(&mut self, product_id: ProductId) -> anyhow::Result<()> {
        let request = ReserveRequest {
            lines: vec![ReservationLine {
                product_id,
                quantity: 1,
            }],
            sets: Vec::new(),
            near: None,
            expires_at: SystemClock.now() + time::Duration::minutes(20),
        };
        let path = format!("/internal/v1/reservations/{}", OrderId::new(&SystemClock));
        let headers = format!("{JSON}authorization: Bearer {}\r\n", self.house.token);
        let body = serde_json::to_vec(&request)?;
        let reply = self.internal.call("PUT", &path, &headers, &body).await?;
        ensure!(
            matches!(reply.status, 200 | 409),
            "{}",
            String::from_utf8_lossy(reply.body)
        );
        Ok(())
    }
}
