//! PostgreSQL for the stores: one pool per database role, named transactions that are retried when the
//! database asks for it, and errors told apart by what they mean.
//!
//! # Recipe for a store operation
//!
//! ```no_run
//! # use pg::{Pg, sqlx};
//! /// Why a line could not be stored.
//! #[derive(Debug, thiserror::Error)]
//! pub enum StoreLineError {
//!     #[error("no such cart")]
//!     NoCart,
//!     #[error(transparent)]
//!     Database(#[from] sqlx::Error),
//! }
//! pg::transaction_error!(StoreLineError);
//!
//! pub async fn store_line(pg: &Pg, cart: i64) -> Result<(), StoreLineError> {
//!     pg.run("store_line", async |mut tx: pg::Tx| {
//!         sqlx::query("INSERT INTO line (cart_id) VALUES ($1)")
//!             .bind(cart)
//!             .execute(&mut *tx)
//!             .await
//!             .map_err(|error| match pg::constraint(&error) {
//!                 Some("line_cart_id_fkey") => StoreLineError::NoCart,
//!                 _ => error.into(),
//!             })?;
//!         Ok(())
//!     })
//!     .await
//! }
//! ```
//!
//! The closure may run more than once, so it must touch nothing but its transaction. Every error it meets
//! must leave it: PostgreSQL answers `COMMIT` of a broken transaction with a silent rollback.
//!
//! What is one statement needs no transaction around it: [`Pg::statement`] and [`Pg::read`] save the two round
//! trips of `BEGIN` and `COMMIT`.

mod config;
mod connection;
mod error;
mod gate;
mod metrics;
mod pool;
mod provision;
mod transaction;
mod tx;

pub use config::{DatabaseUrl, PgConfig};
pub use connection::Connection;
pub use error::{constraint, is_connection_lost, is_read_only, is_unavailable, sql_state};
pub use metrics::Metrics;
pub use pool::Pg;
pub use provision::{DatabaseSpec, ProvisionError, RoleSpec, database_url, provision};
pub use transaction::{Isolation, TransactionError};
pub use tx::Tx;

pub use sqlx;
