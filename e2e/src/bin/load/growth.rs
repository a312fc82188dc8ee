//! What the assortment service costs as the assortment grows.

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use e2e::{Fleet, ServiceName, forget_statements, statements};
use futures_util::future::BoxFuture;
use kernel::{Clock as _, SystemClock};
use pg::sqlx::{PgConnection, query_scalar};
use pg::{Metrics, Pg, PgConfig};

use crate::cpu::Cpu;
use crate::house::{Asker, House, Question};
use crate::measure::{Timings, hammer, paced};
use crate::report::{Measured, list_statements};

/// Questions a second that this generator can ask on time.
const MOST_PACED: f64 = 2_000.0;

/// How often to look whether PostgreSQL is at work, how long it must have been idle, and when that is given up. Jobs that
/// find nothing to do are done between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(50);
const RESTED: Duration = Duration::from_secs(5);
const RESTLESS: Duration = Duration::from_mins(10);

/// How many questions of a kind are asked at least, at every size, before it is measured: until then every connection plans
/// what it has not sent before, for lists more than a hundred statements, each of which takes as long as ten lists.
const WARMING: usize = 8_000;
/// So long at a time.
const WARMED: Duration = Duration::from_secs(1);

/// A kind of question, asked without pause, and then at half the rate that came of it, if that can be timed.
struct Row {
    hard: Measured,
    half: Timings,
}

/// How to ask.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Customers who ask at once.
    pub concurrency: usize,
    /// How long one kind of question is asked.
    pub duration: Duration,
    /// Whether to list the statements that cost most.
    pub with_statements: bool,
}

/// An assortment of one size, with services of its own, and what was measured of it.
struct Place {
    units: u32,
    fleet: Fleet,
    database: PgConnection,
    house: Arc<House>,
    rows: Vec<Row>,
    resident_mb: u64,
}

/// What was measured at all sizes; shown as a table.
pub struct Growth(Vec<Place>);

/// Measures the assortment service at each of these sizes, each in a database of its own. One kind of question at all
/// sizes and then the next, since sizes are compared and a shared machine is not equally fast for half an hour.
pub async fn measure(sizes: &[u32], manner: Manner) -> anyhow::Result<Growth> {
    let mut places = Vec::new();
    for &units in sizes {
        places.push(Place::made(units).await?);
    }
    // What the one does at its beginning would be taken for what the other costs.
    for place in &mut places {
        place.rested().await?;
    }
    for question in Question::ALL {
        for place in &mut places {
            place.ask(question, manner).await?;
        }
    }
    for place in &mut places {
        let pid = place.fleet.pid(ServiceName::Catalog).context("catalog runs")?;
        place.resident_mb = resident_mb(pid)?;
    }
    Ok(Growth(places))
}

impl Growth {
    /// Makes sure that stock and reservations are still sound at every size.
    pub async fn check(&self) -> anyhow::Result<()> {
        for place in &self.0 {
            check(&place.fleet)
                .await
                .with_context(|| format!("at {} units", place.units))?;
        }
        Ok(())
    }
}

impl Place {
    async fn made(units: u32) -> anyhow::Result<Self> {
        let begun = Instant::now();
        let fleet = Fleet::start_grown(units).await;
        eprintln!("{units} units were made in {} s", begun.elapsed().as_secs());
        let mut database = fleet.superuser("catalog").await;
        let house = Arc::new(House::of(&fleet, &mut database, units).await?);
        Ok(Self {
            units,
            fleet,
            database,
            house,
            rows: Vec::new(),
            resident_mb: 0,
        })
    }

    /// Waits until PostgreSQL has nothing left to do of what came with the assortment and with services that start: until
    /// nobody was at work in as many looks as take [`RESTED`]. Fails when that takes longer than [`RESTLESS`].
    async fn rested(&mut self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut idle_since = begun;
        while idle_since.elapsed() < RESTED {
            ensure!(
                begun.elapsed() < RESTLESS,
                "PostgreSQL with {} units is still at work",
                self.units
            );
            let at_work: i64 = query_scalar(
                "SELECT count(*) FROM pg_stat_activity
                 WHERE state = 'active' AND backend_type IN ('client backend', 'autovacuum worker')
                   AND pid <> pg_backend_pid()",
            )
            .fetch_one(&mut self.database)
            .await?;
            if at_work > 0 {
                idle_since = Instant::now();
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    async fn ask(&mut self, question: Question, manner: Manner) -> anyhow::Result<()> {
        let Manner {
            concurrency,
            duration,
            with_statements,
        } = manner;
        let mut asked = 0;
        while asked < WARMING {
            let warming = run(&self.fleet, &self.house, question, concurrency, WARMED).await?;
            asked += warming.timings.count();
        }
        forget_statements(&mut self.database).await;
        let mut hard = run(&self.fleet, &self.house, question, concurrency, duration).await?;
        let sent = statements(&mut self.database).await;
        if with_statements {
            list_statements(&hard, &sent);
        }
        hard.statements = Some(sent.iter().map(|statement| statement.calls).sum());
        let askers = askers(&self.house, concurrency).await?;
        let rate = (hard.timings.rate() / 2.0).min(MOST_PACED);
        let half = paced(askers, rate, duration, asking(question)).await?;
        self.rows.push(Row { hard, half });
        Ok(())
    }
}

/// Keeps an assortment of this size until Ctrl-C.
pub async fn hold(units: u32) -> anyhow::Result<()> {
    let fleet = Fleet::start_grown(units).await;
    eprintln!("psql {}", fleet.surroundings.postgres.admin_url());
    eprintln!("catalog {}", fleet.customer().catalog().base());
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// As the owner, who may take longer than a request.
async fn check(fleet: &Fleet) -> anyhow::Result<()> {
    let mut config = PgConfig::new(fleet.wiring().database("catalog_owner"));
    config.statement_timeout_ms = 3_600_000;
    let owner = Pg::connect(&config, Metrics::unregistered())?;
    let lag = time::Duration::minutes(1);
    let violations = catalog_store::invariants(&owner, SystemClock.now(), lag).await?;
    ensure!(violations.is_empty(), "{violations:?}");
    Ok(())
}

/// Lets so many ask one kind of question as fast as they can.
async fn run(
    fleet: &Fleet,
    house: &Arc<House>,
    question: Question,
    askers: usize,
    duration: Duration,
) -> anyhow::Result<Measured> {
    let workers = self::askers(house, askers).await?;
    let services = fleet.pids();
    let postmaster = fleet.surroundings.postgres.pid().context("PostgreSQL runs")?;
    let before = Cpu::now(&services, postmaster);
    let timings = hammer(workers, duration, asking(question)).await?;
    Ok(Measured {
        name: question.name().to_owned(),
        timings,
        cpu: Cpu::now(&services, postmaster).since(before),
        statements: None,
    })
}

async fn askers(house: &Arc<House>, count: usize) -> anyhow::Result<Vec<Asker>> {
    let mut askers = Vec::new();
    for _ in 0..count {
        askers.push(Asker::of(house).await?);
    }
    Ok(askers)
}

fn asking(
    question: Question,
) -> impl Fn(Asker) -> BoxFuture<'static, anyhow::Result<Asker>> + Clone + Send + 'static {
    move |mut asker| {
        Box::pin(async move {
            asker.ask(question).await?;
            Ok(asker)
        })
    }
}

/// Memory of a process that is in use, in megabytes, from `/proc` (proc(5)).
fn resident_mb(pid: u32) -> anyhow::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .context("VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1_024)
}

impl fmt::Display for Growth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| path | units | per second | p50 ms | of the smallest's p50 | p95 ms | p99 ms | \
             p99 ms at half the rate | CPU ms services | CPU ms PostgreSQL | SQL statements |\n\
             |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
        )?;
        for nth in 0..Question::ALL.len() {
            let smallest = self
                .0
                .first()
                .map(|place| place.rows[nth].hard.timings.quantile_ms(0.5));
            for place in &self.0 {
                let Row { hard: row, half } = &place.rows[nth];
                let p50 = row.timings.quantile_ms(0.5);
                writeln!(
                    f,
                    "| {} | {} | {:.0} | {:.1} | {:.2} | {:.1} | {:.1} | {:.1} | {} |",
                    row.name,
                    place.units,
                    row.timings.rate(),
                    p50,
                    p50 / smallest.unwrap_or(p50),
                    row.timings.quantile_ms(0.95),
                    row.timings.quantile_ms(0.99),
                    half.quantile_ms(0.99),
                    row.costs(),
                )?;
            }
        }
        writeln!(f, "\n| units | memory of catalog, MB |\n|--:|--:|")?;
        for place in &self.0 {
            writeln!(f, "| {} | {} |", place.units, place.resident_mb)?;
        }
        Ok(())
    }
}
