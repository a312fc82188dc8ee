//! Removes databases nobody uses any more.
//!
//! A test process has no reliable last moment, so its databases carry an id of which the process holds the
//! advisory lock: whoever can take that lock knows the process is dead and drops what it left. One thread per
//! process holds the lock and drops databases one after the other, since each drop costs the server a
//! checkpoint.

use std::sync::OnceLock;
use std::sync::mpsc as blocking;
use std::thread;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tokio::sync::mpsc;

/// What every test database's name begins with; the process's id follows.
const PREFIX: &str = "test_";

pub(crate) struct Janitor {
    /// Begins the names of this process's databases.
    pub(crate) prefix: String,
    finished: mpsc::UnboundedSender<String>,
}

impl Janitor {
    /// The process's janitor; started at the first call, which must not be on a runtime's only thread for long:
    /// it waits for one connection.
    pub(crate) fn get(admin_url: &str) -> &'static Self {
        static JANITOR: OnceLock<Janitor> = OnceLock::new();
        JANITOR.get_or_init(|| Self::start(admin_url.to_owned()))
    }

    /// Has `database` dropped soon.
    pub(crate) fn drop_database(&self, database: String) {
        // The thread ends only when it lost its connection; then the next process cleans up.
        let _ = self.finished.send(database);
    }

    fn start(admin_url: String) -> Self {
        let id = i64::from_be_bytes(
            kernel::random::uuid().as_bytes()[..8]
                .try_into()
                .expect("a UUID has more than eight bytes"),
        );
        let (finished, inbox) = mpsc::unbounded_channel();
        let (locked, wait_until_locked) = blocking::channel();
        thread::Builder::new()
            .name("janitor".to_owned())
            .spawn(move || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .expect("a runtime can be built")
                    .block_on(async {
                        if let Err(error) = work(&admin_url, id, &locked, inbox).await {
                            let _ = locked.send(Err(error));
                        }
                    });
            })
            .expect("a thread can be started");
        if let Err(error) = wait_until_locked
            .recv()
            .expect("the thread answers before it ends")
        {
            panic!("TEST_DATABASE_URL names a cluster that does not answer: {error}");
        }
        Self {
            prefix: format!("{PREFIX}{id:016x}_"),
            finished,
        }
    }
}

async fn work(
    admin_url: &str,
    id: i64,
    locked: &blocking::Sender<Result<(), sqlx::Error>>,
    mut inbox: mpsc::UnboundedReceiver<String>,
) -> Result<(), sqlx::Error> {
    let mut admin = PgConnection::connect(admin_url).await?;
    sqlx::query("SELECT pg_advisory_lock($1)")
        .bind(id)
        .execute(&mut admin)
        .await?;
    // Nobody waits any more only when the process is about to end.
    let _ = locked.send(Ok(()));
    drop_leftovers(&mut admin, id).await?;
    while let Some(database) = inbox.recv().await {
        drop_one(&mut admin, &database).await;
    }
    Ok(())
}

/// Drops the databases of processes that have ended.
async fn drop_leftovers(admin: &mut PgConnection, own: i64) -> Result<(), sqlx::Error> {
    let names: Vec<String> =
        sqlx::query_scalar("SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'")
            .fetch_all(&mut *admin)
            .await?;
    for name in names {
        let id = name
            .strip_prefix(PREFIX)
            .and_then(|rest| rest.split('_').next())
            .and_then(|id| u64::from_str_radix(id, 16).ok())
            .map(u64::cast_signed);
        let Some(id) = id.filter(|id| *id != own) else {
            continue;
        };
        let dead: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
            .bind(id)
            .fetch_one(&mut *admin)
            .await?;
        if dead {
            drop_one(admin, &name).await;
            sqlx::query("SELECT pg_advisory_unlock($1)")
                .bind(id)
                .execute(&mut *admin)
                .await?;
        }
    }
    Ok(())
}

async fn drop_one(admin: &mut PgConnection, database: &str) {
    // Names are made here, of letters, digits and underscores. FORCE ends what a test left connected.
    let statement = format!("DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)");
    if let Err(error) = admin.execute(AssertSqlSafe(statement)).await {
        // Not a test's failure; the next process tries again.
        eprintln!("the test database {database} could not be dropped: {error}");
    }
}
