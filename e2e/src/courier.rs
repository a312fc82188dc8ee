use contracts::orders::{
    CourierOrder, CourierOrders, CourierSession, Credentials, NotDelivered, NotDeliveredReason,
};
use kernel::Personal;

use crate::{Answer, Api, PASSWORD};

/// A courier who has signed in.
#[derive(Debug, Clone)]
pub struct Courier {
    api: Api,
}

impl Courier {
    /// Signs in at the customers' origin `base`.
    pub async fn sign_in(base: &str, login: &str) -> Self {
        let api = Api::new(base);
        let credentials = Credentials {
            login: login.to_owned(),
            password: Personal::new(PASSWORD.to_owned()),
        };
        let session: CourierSession = api
            .post("/api/orders/v1/courier/sessions", &credentials)
            .await
            .expect(201);
        Self {
            api: api.with_token(session.token),
        }
    }

    /// Orders that nobody has taken.
    pub async fn available(&self) -> Vec<CourierOrder> {
        self.orders("available").await
    }

    /// Orders that this courier has taken.
    pub async fn mine(&self) -> Vec<CourierOrder> {
        self.orders("mine").await
    }

    async fn orders(&self, state: &str) -> Vec<CourierOrder> {
        let path = format!("/api/orders/v1/courier/orders?state={state}");
        self.api.get(&path).await.expect::<CourierOrders>(200).items
    }

    /// Takes an order.
    pub async fn claim(&self, number: &str) -> Answer {
        self.act(number, "claim").await
    }

    /// Gives an order back to the list.
    pub async fn release(&self, number: &str) -> Answer {
        self.act(number, "release").await
    }

    /// Has handed an order over.
    pub async fn delivered(&self, number: &str) -> Answer {
        self.act(number, "delivered").await
    }

    /// Could not hand an order over.
    pub async fn not_delivered(&self, number: &str, reason: NotDeliveredReason) -> Answer {
        let path = format!("/api/orders/v1/courier/orders/{number}/not-delivered");
        self.api.post(&path, &NotDelivered { reason }).await
    }

    async fn act(&self, number: &str, action: &str) -> Answer {
        self.api
            .act(&format!("/api/orders/v1/courier/orders/{number}/{action}"))
            .await
    }
}
