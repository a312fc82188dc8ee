//! Calls to the catalog service's internal face.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use balancer::{Client, Request, Response};
use contracts::catalog::{
    ProductSummary, ProductsRequest, Reservation, ReservationLine, ReservationPage, ReserveRequest, Shortage,
};
use kernel::{OrderId, ProductId};
use moka::sync::Cache;
use problem::Problem;
use serde::Deserialize;
use time::OffsetDateTime;

use crate::problems;

/// Product data may be this old in carts and quotes; reserving always asks.
const FRESH: Duration = Duration::from_secs(1);

/// The catalog service. Cheap to clone.
#[derive(Clone)]
pub struct Catalog {
    client: Client,
    products: Cache<ProductId, Arc<ProductSummary>>,
}

/// How a call to catalog failed.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// It could not be asked.
    #[error("catalog cannot be asked")]
    Call(#[from] balancer::Error),
    /// It answered something that was not foreseen.
    #[error("catalog answered {status} with the problem {problem:?}")]
    Answer {
        /// Status of the answer.
        status: u16,
        /// Slug of the problem's type, where it has one.
        problem: Option<String>,
    },
}

impl From<CatalogError> for Problem {
    fn from(error: CatalogError) -> Self {
        let unavailable = match &error {
            CatalogError::Call(call) => call.is_unavailable(),
            CatalogError::Answer { status, .. } => matches!(status, 502..=504),
        };
        if unavailable {
            Self::unavailable("catalog", error)
        } else {
            Self::internal(error)
        }
    }
}

/// Why stock was not reserved.
#[derive(Debug, thiserror::Error)]
pub enum ReserveError {
    /// There is not enough.
    #[error("not enough in stock")]
    Short(Vec<Shortage>),
    /// A product is unknown or has no price.
    #[error("a product is not for sale")]
    NotForSale,
    /// The call failed. The stock may be reserved all the same.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

impl From<ReserveError> for Problem {
    fn from(error: ReserveError) -> Self {
        match error {
            ReserveError::Short(shortages) => problems::insufficient_stock(&shortages),
            ReserveError::NotForSale => Self::new(&problems::NOT_FOR_SALE),
            ReserveError::Catalog(error) => error.into(),
        }
    }
}

/// The members of a problem that we look at.
#[derive(Debug, Default, Deserialize)]
struct ProblemAnswer {
    #[serde(default, rename = "type")]
    type_: String,
    #[serde(default)]
    shortages: Vec<Shortage>,
}

impl ProblemAnswer {
    fn slug(&self) -> Option<&str> {
        self.type_.rsplit('/').next().filter(|slug| !slug.is_empty())
    }
}

impl Catalog {
    /// Calls catalog through `client`, which adds this service's token.
    pub fn new(client: Client) -> Self {
        let products = Cache::builder().max_capacity(10_000).time_to_live(FRESH).build();
        Self { client, products }
    }

    /// What is known of products, at most a second old; unknown ones are missing from the answer.
    pub async fn products(
        &self,
        ids: impl IntoIterator<Item = ProductId>,
    ) -> Result<HashMap<ProductId, Arc<ProductSummary>>, CatalogError> {
        let mut known = HashMap::new();
        let mut missing = Vec::new();
        for id in ids {
            match self.products.get(&id) {
                Some(product) => {
                    known.insert(id, product);
                }
                None => missing.push(id),
            }
        }
        if !missing.is_empty() {
            let request = Request::post("/internal/v1/products").json(&ProductsRequest { ids: missing });
            let answer = self.client.send(request.repeatable()).await?;
            for product in read::<Vec<ProductSummary>>(&answer)? {
                let product = Arc::new(product);
                self.products.insert(product.id, Arc::clone(&product));
                known.insert(product.id, product);
            }
        }
        Ok(known)
    }

    /// Holds stock for an order until `expires_at`. The same order id again answers the first reservation, whatever
    /// has become of it and whatever the lines are now.
    pub async fn reserve(
        &self,
        order: OrderId,
        lines: Vec<ReservationLine>,
        expires_at: OffsetDateTime,
    ) -> Result<Reservation, ReserveError> {
        let request = Request::put(reservation_path(order))
            .json(&ReserveRequest {
                lines,
                sets: Vec::new(),
                near: None,
                expires_at,
            })
            .repeatable();
        let answer = self.client.send(request).await.map_err(CatalogError::from)?;
        if answer.is_success() {
            return Ok(read(&answer)?);
        }
        let problem: ProblemAnswer = answer.json().unwrap_or_default();
        match problem.slug() {
            Some("insufficient-stock") => Err(ReserveError::Short(problem.shortages)),
            Some("not-for-sale") => Err(ReserveError::NotForSale),
            _ => Err(unforeseen(&answer).into()),
        }
    }

    /// A reservation with its picks; `None` when there is none.
    pub async fn reservation(&self, order: OrderId) -> Result<Option<Reservation>, CatalogError> {
        let answer = self.client.send(Request::get(reservation_path(order))).await?;
        if answer.status == 404 {
            Ok(None)
        } else {
            read(&answer).map(Some)
        }
    }

    /// Makes a reservation final, because the order is paid. Repeating it changes nothing.
    pub async fn confirm(&self, order: OrderId) -> Result<(), CatalogError> {
        self.act(order, "confirm").await
    }

    /// Gives an order's stock back. Repeating it changes nothing; no reservation is fine too.
    pub async fn release(&self, order: OrderId) -> Result<(), CatalogError> {
        self.act(order, "release").await
    }

    async fn act(&self, order: OrderId, what: &str) -> Result<(), CatalogError> {
        let path = format!("{}/{what}", reservation_path(order));
        let answer = self.client.send(Request::post(path).repeatable()).await?;
        let nothing_to_release = what == "release" && answer.status == 404;
        if answer.is_success() || nothing_to_release {
            Ok(())
        } else {
            Err(unforeseen(&answer))
        }
    }

    /// Reservations of orders with ids after `after`, by id.
    pub async fn reservations(&self, after: OrderId) -> Result<ReservationPage, CatalogError> {
        let request = Request::get("/internal/v1/reservations").query("after", &after.to_string());
        read(&self.client.send(request).await?)
    }
}

fn reservation_path(order: OrderId) -> String {
    format!("/internal/v1/reservations/{order}")
}

fn read<T: serde::de::DeserializeOwned>(answer: &Response) -> Result<T, CatalogError> {
    if answer.is_success() {
        Ok(answer.json()?)
    } else {
        Err(unforeseen(answer))
    }
}

fn unforeseen(answer: &Response) -> CatalogError {
    let problem: ProblemAnswer = answer.json().unwrap_or_default();
    CatalogError::Answer {
        status: answer.status.as_u16(),
        problem: problem.slug().map(str::to_owned),
    }
}
