use events::{NewEvent, Subscriptions};
use pg::Tx;

use crate::Store;

impl Store {
    /// Tells the other services something again, on its own.
    pub async fn tell(&self, event: &NewEvent, subscriptions: &Subscriptions) -> Result<(), sqlx::Error> {
        self.pg
            .run("tell", |mut tx: Tx| async move {
                events::emit(&mut tx, std::slice::from_ref(event), subscriptions).await
            })
            .await
    }
}
