use std::error::Error;
use std::future::Future;

use sqlx::PgConnection;

use crate::CloudEvent;

/// Why an event was not applied.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// It can never be applied: its sender makes it a dead letter. The word says why and is shown to support.
    #[error("rejected: {0}")]
    Rejected(&'static str),
    /// It could not be applied this time. The word goes to the sender, the cause only into our log.
    #[error("{slug}")]
    Failed {
        /// Why, in a stable word.
        slug: &'static str,
        /// The cause.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The database refused. When it is the connection that failed, the sender treats it as an outage.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}
pg::transaction_error!(HandlerError);

impl HandlerError {
    /// An event that could not be applied this time.
    pub fn failed(slug: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed {
            slug,
            source: source.into(),
        }
    }
}

/// What a service does with the events it receives.
///
/// An event is applied once: its id is written to the inbox in the same transaction. The effect must therefore go
/// through `conn` and nothing else; what has to happen outside (a call, a message) is emitted as an event in turn.
/// Events of types it does not know are none of its business and succeed.
pub trait Handler: Send + Sync + 'static {
    /// Applies one event in the transaction of `conn`.
    fn handle(
        &self,
        conn: &mut PgConnection,
        event: &CloudEvent,
    ) -> impl Future<Output = Result<(), HandlerError>> + Send;

    /// Applies several events in one transaction, in order. When it fails, the transaction is undone and each
    /// event is applied alone, so nothing depends on which one failed. A handler whose effect is one row per event
    /// overrides this with one statement.
    fn handle_batch(
        &self,
        conn: &mut PgConnection,
        events: &[&CloudEvent],
    ) -> impl Future<Output = Result<(), HandlerError>> + Send {
        async move {
            for event in events {
                telemetry::continued(
                    &event.type_,
                    event.traceparent.as_deref(),
                    self.handle(&mut *conn, event),
                )
                .await?;
            }
            Ok(())
        }
    }
}
