//! How many statements a request costs.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::StatusCode;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

use crate::house::House;
use crate::seed::WARDROBE;

/// Counts what the driver says of each statement.
#[derive(Clone, Default)]
struct Statements(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[tokio::test]
async fn a_list_and_a_product_cost_two_statements_and_a_kept_answer_none() {
    let house = House::open().await;
    let statements = Statements::default();
    let _counting = tracing::subscriber::set_default(tracing_subscriber::registry().with(statements.clone()));
    let product = format!("/api/catalog/v1/products/{WARDROBE}");
    for (path, want) in [
        ("/api/catalog/v1/products?category=tables&q=table", 2),
        ("/api/catalog/v1/products?category=tables&q=table", 0),
        (&product, 2),
        (&product, 0),
        ("/api/catalog/v1/products/Not-A-Slug", 0),
    ] {
        let before = statements.0.load(Ordering::Relaxed);
        let status = house.get(path).await.status;
        assert!(status == StatusCode::OK || want == 0, "{path}: {status}");
        assert_eq!(statements.0.load(Ordering::Relaxed) - before, want, "{path}");
    }
}
