use std::time::{Duration, Instant};

use crate::error::{DEADLOCK, SERIALIZATION_FAILURE, is_connection_lost, sql_state};
use crate::tx::Tx;
use crate::{Metrics, Pg};

/// How often an operation is tried in all.
const ATTEMPTS: u32 = 5;
/// The longest pause before the second attempt; doubled for each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// An error that a transaction can end with: one made from a database error and able to show it, so that the
/// runner sees whether to try again. [`transaction_error!`](crate::transaction_error) writes the implementation.
pub trait TransactionError: From<sqlx::Error> {
    /// The database error this one stands for; `None` when the operation was refused by a rule of ours.
    fn database_error(&self) -> Option<&sqlx::Error>;
}

impl TransactionError for sqlx::Error {
    fn database_error(&self) -> Option<&sqlx::Error> {
        Some(self)
    }
}

/// Implements [`TransactionError`] for an enum with a variant `Database(sqlx::Error)`.
#[macro_export]
macro_rules! transaction_error {
    ($error:ty) => {
        impl $crate::TransactionError for $error {
            fn database_error(&self) -> Option<&$crate::sqlx::Error> {
                match self {
                    Self::Database(error) => Some(error),
                    #[allow(unreachable_patterns, reason = "the enum may have no other variant")]
                    _ => None,
                }
            }
        }
    };
}

/// What a transaction sees of those beside it (PostgreSQL manual, 13.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Isolation {
    /// Each statement sees what was committed before it began. Rows that decide must be locked.
    #[default]
    ReadCommitted,
    /// The transaction sees one state of the database: for reports of several statements.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

impl Isolation {
    /// The isolation travels with `BEGIN`, so it costs no statement of its own.
    const fn begin(self) -> &'static str {
        match self {
            Self::ReadCommitted => "BEGIN",
            Self::RepeatableRead => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            Self::Serializable => "BEGIN ISOLATION LEVEL SERIALIZABLE",
        }
    }
}

impl Pg {
    /// Runs `work` in a transaction and commits it when it succeeds; rolls back when it fails.
    ///
    /// Tried anew, up to five times with a growing random pause, when the server reports a deadlock or a
    /// serialisation failure, and when the connection is lost before `COMMIT` was sent. A connection lost
    /// during `COMMIT` is an error: nobody knows how it ended. `name` (snake case) labels the metrics.
    pub async fn run<T, E, F, Fut>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        E: TransactionError,
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.run_isolated(Isolation::ReadCommitted, name, work).await
    }

    /// [`Pg::run`] with an isolation level.
    pub async fn run_isolated<T, E, F, Fut>(
        &self,
        isolation: Isolation,
        name: &'static str,
        mut work: F,
    ) -> Result<T, E>
    where
        E: TransactionError,
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        let mut attempts = Attempts::new(name, &self.metrics);
        loop {
            let error = match self.attempt(isolation, &mut work).await {
                Ok(value) => return Ok(attempts.succeeded(value)),
                Err(failure) => failure,
            };
            self.note_loss(&error.error);
            match attempts.pause(&error.error, error.may_be_committed) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(attempts.failed(error.error)),
            }
        }
    }

    async fn attempt<T, E, F, Fut>(&self, isolation: Isolation, work: &mut F) -> Result<T, Failure<E>>
    where
        E: TransactionError,
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        let mut connection = self.connection().await.map_err(Failure::undone)?;
        connection
            .begin(isolation.begin())
            .await
            .map_err(Failure::undone)?;
        let (tx, home) = Tx::lend(connection);
        let done = work(tx).await;
        let connection = home
            .connection()
            .expect("the closure's future has ended, and with it every borrower of the transaction");
        match done {
            Ok(value) => match connection.commit().await {
                Ok(()) => Ok(value),
                Err(error) => Err(Failure {
                    may_be_committed: is_connection_lost(&error),
                    error: error.into(),
                }),
            },
            Err(error) => {
                // The error that matters is the first one; a rollback fails only when the connection is gone,
                // and with it the transaction.
                let _ = connection.rollback().await;
                Err(Failure {
                    error,
                    may_be_committed: false,
                })
            }
        }
    }

    /// Runs `work`, which must send exactly one statement that changes data, without a transaction of its own:
    /// a statement is one anyway, and two round trips are saved. Tried anew as [`Pg::run`] does, but not when
    /// the connection is lost, since nobody knows whether the statement was carried out.
    pub async fn statement<T, E, F, Fut>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        E: TransactionError,
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.run_bare(name, true, work).await
    }

    /// Runs `work`, which must change nothing, without a transaction. Each of its statements sees the database
    /// of its own moment. Tried anew as [`Pg::run`] does, also when the connection is lost.
    pub async fn read<T, E, F, Fut>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        E: TransactionError,
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.run_bare(name, false, work).await
    }

    /// Runs `work`, whose repetition must change nothing that it has changed already, without a transaction: each of its
    /// statements is one. Tried anew as [`Pg::read`] is.
    pub async fn repeatable<T, E, F, Fut>(&self, name: &'static str, work: F) -> Result<T, E>
    where
        E: TransactionError,
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        self.run_bare(name, false, work).await
    }

    async fn run_bare<T, E, F, Fut>(&self, name: &'static str, writes: bool, mut work: F) -> Result<T, E>
    where
        E: TransactionError,
        F: FnMut(Tx) -> Fut,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        let mut attempts = Attempts::new(name, &self.metrics);
        loop {
            let error = match self.connection().await {
                Ok(connection) => match work(Tx::lend(connection).0).await {
                    Ok(value) => return Ok(attempts.succeeded(value)),
                    Err(error) => error,
                },
                Err(error) => error.into(),
            };
            self.note_loss(&error);
            match attempts.pause(&error, writes) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(attempts.failed(error)),
            }
        }
    }

    fn note_loss<E: TransactionError>(&self, error: &E) {
        if error.database_error().is_some_and(is_connection_lost) {
            self.connection_lost();
        }
    }
}

/// How an attempt failed.
struct Failure<E> {
    error: E,
    /// The connection was lost while the server was committing.
    may_be_committed: bool,
}

impl<E: TransactionError> Failure<E> {
    fn undone(error: sqlx::Error) -> Self {
        Self {
            error: error.into(),
            may_be_committed: false,
        }
    }
}

/// Counts the attempts of one operation and decides on the next.
struct Attempts<'a> {
    name: &'static str,
    metrics: &'a Metrics,
    started: Instant,
    made: u32,
}

impl<'a> Attempts<'a> {
    fn new(name: &'static str, metrics: &'a Metrics) -> Self {
        Self {
            name,
            metrics,
            started: Instant::now(),
            made: 0,
        }
    }

    /// How long to wait before the next attempt; `None` when there is to be none.
    fn pause<E: TransactionError>(&mut self, error: &E, may_be_committed: bool) -> Option<Duration> {
        self.made += 1;
        let error = error.database_error()?;
        let reason = match sql_state(error).as_deref() {
            Some(SERIALIZATION_FAILURE) => "serialization",
            Some(DEADLOCK) => "deadlock",
            _ if is_connection_lost(error) && !may_be_committed => "connection",
            _ => return None,
        };
        if self.made >= ATTEMPTS {
            return None;
        }
        self.metrics.retries.with_label_values(&[self.name, reason]).inc();
        tracing::debug!(
            transaction = self.name,
            reason,
            attempt = self.made,
            "transaction is tried anew"
        );
        let longest = FIRST_PAUSE * 2_u32.pow(self.made - 1);
        // Two that met in a deadlock must not meet again.
        Some(longest.mul_f64(0.2 + 0.8 * kernel::random::fraction()))
    }

    fn succeeded<T>(&self, value: T) -> T {
        self.ended("committed");
        value
    }

    fn failed<E: TransactionError>(&self, error: E) -> E {
        self.ended(if error.database_error().is_some() {
            "failed"
        } else {
            "refused"
        });
        error
    }

    fn ended(&self, outcome: &str) {
        self.metrics
            .transactions
            .with_label_values(&[self.name, outcome])
            .inc();
        self.metrics
            .duration
            .with_label_values(&[self.name])
            .observe(self.started.elapsed().as_secs_f64());
    }
}
