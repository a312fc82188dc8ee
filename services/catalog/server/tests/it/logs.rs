//! What is logged: statements, which are counted, and look-ups that failed (CAT-9).

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::sync::Once;

use axum::http::StatusCode;
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::house::{Ask, House};
use crate::seed::{SHELF, WARDROBE};

/// What the driver says of each statement.
const STATEMENTS: &str = "sqlx::query";

thread_local! {
    /// Statements of this thread, which is the one that a test's runtime has.
    static SENT: Cell<usize> = const { Cell::new(0) };
    /// Log lines of this thread.
    static LINES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

struct Listener;

impl<S: Subscriber> Layer<S> for Listener {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == STATEMENTS {
            SENT.set(SENT.get() + 1);
        } else {
            let mut line = Line(event.metadata().level().to_string());
            event.record(&mut line);
            LINES.with_borrow_mut(|lines| lines.push(line.0));
        }
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        write!(self.0, " {field}={value:?}").expect("text can be written");
    }
}

/// Statements sent so far by the test that asks.
pub fn statements() -> usize {
    SENT.get()
}

/// Begins to listen in all threads; before anything is logged in any.
pub fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let targets = Targets::new()
            .with_target(STATEMENTS, Level::DEBUG)
            .with_target("catalog_server", Level::INFO);
        tracing_subscriber::registry()
            .with(Listener.with_filter(targets))
            .init();
    });
}

#[tokio::test]
async fn reads_cost_few_statements_and_a_kept_answer_none() {
    let house = House::open().await;
    let product = format!("/api/catalog/v1/products/{WARDROBE}");
    for (path, want) in [
        // Two more for the words of the assortment and their counts, which are kept for a second.
        ("/api/catalog/v1/products", 3),
        ("/api/catalog/v1/products?category=tables&q=table", 3),
        ("/api/catalog/v1/products?category=tables&q=table", 0),
        (&product, 3),
        (&product, 0),
        ("/api/catalog/v1/products/Not-A-Slug", 0),
    ] {
        let before = SENT.get();
        let status = house.get(path).await.status;
        assert!(status == StatusCode::OK || want == 0, "{path}: {status}");
        assert_eq!(SENT.get() - before, want, "{path}");
    }
}

#[tokio::test]
async fn failed_look_ups_are_logged_without_what_was_typed() {
    let house = House::open().await;
    LINES.take();
    for (path, said) in [
        ("products/no-such", "product=\"no-such\""),
        (
            "products/01890a5d-ac96-774b-bcce-b302099a8057",
            "product=01890a5d-ac96-774b-bcce-b302099a8057",
        ),
        ("products/Ivanov@mail.ru", "product=\"[malformed]\""),
        (&format!("products/{SHELF}/price"), "the product has no price"),
        ("products?category=tables&q=Ivanov", "category=\"tables\""),
        ("media/Ivanov.png", "key=\"[malformed]\""),
    ] {
        house.get(&format!("/api/catalog/v1/{path}")).await;
        let lines = LINES.take();
        assert_eq!(lines.len(), 1, "{path}: {lines:?}");
        assert!(
            lines[0].starts_with("WARN") && lines[0].contains(said),
            "{path}: {lines:?}"
        );
        assert!(!lines[0].contains("vanov"), "{lines:?}");
    }
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    house
        .orders(Ask::post("/internal/v1/products").json(&json!({ "ids": [unknown] })))
        .await;
    let lines = LINES.take();
    assert!(lines.len() == 1 && lines[0].contains(unknown), "{lines:?}");

    house.get(&format!("/api/catalog/v1/products/{WARDROBE}")).await;
    assert_eq!(LINES.take(), [""; 0], "what is found is not worth a line");
}
