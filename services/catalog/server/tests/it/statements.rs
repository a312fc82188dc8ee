//! How many statements a request costs.

use std::cell::Cell;
use std::sync::Once;

use axum::http::StatusCode;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::house::House;
use crate::seed::WARDROBE;

/// What the driver says of each statement.
const TARGET: &str = "sqlx::query";

thread_local! {
    /// Statements of this thread, which is the one that a test's runtime has.
    static SENT: Cell<usize> = const { Cell::new(0) };
}

struct Count;

impl<S: Subscriber> Layer<S> for Count {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        SENT.set(SENT.get() + 1);
    }
}

/// Begins to count in all threads; before the first statement of any.
pub fn count() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let statements = Targets::new().with_target(TARGET, Level::DEBUG);
        tracing_subscriber::registry()
            .with(Count.with_filter(statements))
            .init();
    });
}

#[tokio::test]
async fn a_list_and_a_product_cost_two_statements_and_a_kept_answer_none() {
    let house = House::open().await;
    let product = format!("/api/catalog/v1/products/{WARDROBE}");
    for (path, want) in [
        ("/api/catalog/v1/products?category=tables&q=table", 2),
        ("/api/catalog/v1/products?category=tables&q=table", 0),
        (&product, 2),
        (&product, 0),
        ("/api/catalog/v1/products/Not-A-Slug", 0),
    ] {
        let before = SENT.get();
        let status = house.get(path).await.status;
        assert!(status == StatusCode::OK || want == 0, "{path}: {status}");
        assert_eq!(SENT.get() - before, want, "{path}");
    }
}
