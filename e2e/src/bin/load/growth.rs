//! What the assortment service costs as the assortment grows.

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use contracts::catalog::{ReservationLine, ReserveRequest};
use e2e::{Fleet, SINGLE, ServiceName, forget_statements, statements};
use futures_util::future::BoxFuture;
use kernel::{Clock as _, OrderId, ProductId, SystemClock};
use pg::sqlx::{self, PgConnection};
use pg::{Metrics, Pg, PgConfig};

use crate::cpu::Cpu;
use crate::measure::hammer;
use crate::questions::{list, one_of, search, suggestions};
use crate::report::{Measured, list_statements};
use crate::wire::{JSON, Wire};

/// What is asked of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    List,
    Search,
    Suggest,
    Detail,
    Reserve,
    ReserveOne,
}

impl Question {
    const ALL: [Self; 6] = [
        Self::List,
        Self::Search,
        Self::Suggest,
        Self::Detail,
        Self::Reserve,
        Self::ReserveOne,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::List => "list with facets and filters",
            Self::Search => "search",
            Self::Suggest => "suggestions",
            Self::Detail => "detail",
            Self::Reserve => "reserve, spread over units",
            Self::ReserveOne => "reserve, all the same component",
        }
    }
}

/// Customers' units and what a customer needs to ask for them.
struct House {
    edge: String,
    internal: String,
    token: String,
    units: Vec<ProductId>,
    single: ProductId,
    size: usize,
}

/// One customer with connections of their own.
struct Asker {
    house: Arc<House>,
    edge: Wire,
    internal: Wire,
}

/// A size and what was measured at it.
struct Grown {
    units: u32,
    rows: Vec<Measured>,
    resident_mb: u64,
}

/// The table of all sizes.
pub struct Growth(Vec<Grown>);

/// Measures the assortment service at each of these sizes, each in a database of its own.
pub async fn measure(
    sizes: &[u32],
    concurrency: usize,
    duration: Duration,
    with_statements: bool,
) -> anyhow::Result<Growth> {
    let mut grown = Vec::new();
    for &units in sizes {
        let begun = std::time::Instant::now();
        let fleet = Fleet::start_grown(units).await;
        eprintln!("{units} units were made in {} s", begun.elapsed().as_secs());
        let mut database = fleet.superuser("catalog").await;
        let house = Arc::new(House::of(&fleet, &mut database, units).await?);
        let mut rows = Vec::new();
        for question in Question::ALL {
            run(&fleet, &house, question, concurrency, duration / 4).await?;
            forget_statements(&mut database).await;
            let mut measured = run(&fleet, &house, question, concurrency, duration).await?;
            let sent = statements(&mut database).await;
            if with_statements {
                list_statements(&measured, &sent);
            }
            measured.statements = Some(sent.iter().map(|statement| statement.calls).sum());
            rows.push(measured);
        }
        let pid = fleet.pid(ServiceName::Catalog).context("catalog runs")?;
        grown.push(Grown {
            units,
            rows,
            resident_mb: resident_mb(pid)?,
        });
        if let Err(error) = check(&fleet).await {
            // What was measured before is not lost for it.
            eprintln!("{}", Growth(grown));
            return Err(error.context(format!("at {units} units")));
        }
    }
    Ok(Growth(grown))
}

/// Keeps an assortment of this size until Ctrl-C.
pub async fn hold(units: u32) -> anyhow::Result<()> {
    let fleet = Fleet::start_grown(units).await;
    eprintln!("psql {}", fleet.surroundings.postgres.admin_url());
    eprintln!("catalog {}", fleet.customer().catalog().base());
    tokio::signal::ctrl_c().await?;
    Ok(())
}

/// Makes sure that stock and reservations are still sound. As the owner, who may take longer than a request.
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
    let mut workers = Vec::new();
    for _ in 0..askers {
        workers.push(Asker {
            house: Arc::clone(house),
            edge: Wire::open(&house.edge).await?,
            internal: Wire::open(&house.internal).await?,
        });
    }
    let services = fleet.pids();
    let postmaster = fleet.surroundings.postgres.pid().context("PostgreSQL runs")?;
    let before = Cpu::now(&services, postmaster);
    let timings = hammer(
        workers,
        duration,
        move |mut asker: Asker| -> BoxFuture<'static, _> {
            Box::pin(async move {
                asker.ask(question).await?;
                Ok(asker)
            })
        },
    )
    .await?;
    Ok(Measured {
        name: question.name().to_owned(),
        timings,
        cpu: Cpu::now(&services, postmaster).since(before),
        statements: None,
    })
}

impl House {
    async fn of(fleet: &Fleet, database: &mut PgConnection, size: u32) -> anyhow::Result<Self> {
        const SAMPLE: i64 = 5_000;
        let units: Vec<sqlx::types::Uuid> = sqlx::query_scalar(
            "SELECT p.id FROM product p JOIN product_availability a ON a.product_id = p.id
             WHERE p.price_amount IS NOT NULL AND a.available > 0 AND p.slug <> $1 ORDER BY md5(p.slug) LIMIT $2",
        )
        .bind(SINGLE)
        .bind(SAMPLE)
        .fetch_all(&mut *database)
        .await?;
        ensure!(units.len() > 100, "too few units can be bought");
        let single: sqlx::types::Uuid = sqlx::query_scalar("SELECT id FROM product WHERE slug = $1")
            .bind(SINGLE)
            .fetch_one(database)
            .await?;
        let wiring = fleet.wiring();
        Ok(Self {
            edge: crate::scenarios::host(fleet.customer().catalog().base()),
            internal: format!("127.0.0.1:{}", wiring.ports.catalog_internal),
            token: wiring.secrets.tokens["orders"].clone(),
            units: units.into_iter().map(Into::into).collect(),
            single: single.into(),
            size: usize::try_from(size)?,
        })
    }
}

impl Asker {
    async fn ask(&mut self, question: Question) -> anyhow::Result<()> {
        match question {
            Question::List => self.get(&list()).await,
            Question::Search => self.get(&search(self.house.size)).await,
            Question::Suggest => self.get(&suggestions()).await,
            Question::Detail => {
                let id = *one_of(&self.house.units);
                self.get(&format!("products/{id}")).await
            }
            Question::Reserve => {
                let id = *one_of(&self.house.units);
                self.reserve(id).await
            }
            Question::ReserveOne => self.reserve(self.house.single).await,
        }
    }

    async fn get(&mut self, what: &str) -> anyhow::Result<()> {
        let path = format!("/api/catalog/v1/{what}");
        let reply = self.edge.call("GET", &path, "", b"").await?;
        ensure!(
            reply.status == 200,
            "{path}: {}",
            String::from_utf8_lossy(reply.body)
        );
        Ok(())
    }

    /// Holds one of it. What is sold out is an answer like any other.
    async fn reserve(&mut self, product_id: ProductId) -> anyhow::Result<()> {
        let request = ReserveRequest {
            lines: vec![ReservationLine {
                product_id,
                quantity: 1,
            }],
            sets: Vec::new(),
            near: None,
            expires_at: SystemClock.now() + time::Duration::minutes(20),
        };
        let path = format!("/internal/v1/reservations/{}", OrderId::new(&SystemClock));
        let headers = format!("{JSON}authorization: Bearer {}\r\n", self.house.token);
        let body = serde_json::to_vec(&request)?;
        let reply = self.internal.call("PUT", &path, &headers, &body).await?;
        ensure!(
            matches!(reply.status, 200 | 409),
            "{}",
            String::from_utf8_lossy(reply.body)
        );
        Ok(())
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
            "| path | units | per second | p50 ms | of the smallest's p50 | p95 ms | p99 ms | CPU ms services | \
             CPU ms PostgreSQL | SQL statements |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
        )?;
        for nth in 0..Question::ALL.len() {
            let smallest = self
                .0
                .first()
                .map(|grown| grown.rows[nth].timings.quantile_ms(0.5));
            for grown in &self.0 {
                let row = &grown.rows[nth];
                let p50 = row.timings.quantile_ms(0.5);
                writeln!(
                    f,
                    "| {} | {} | {:.0} | {:.1} | {:.2} | {:.1} | {:.1} | {} |",
                    row.name,
                    grown.units,
                    row.timings.rate(),
                    p50,
                    p50 / smallest.unwrap_or(p50),
                    row.timings.quantile_ms(0.95),
                    row.timings.quantile_ms(0.99),
                    row.costs(),
                )?;
            }
        }
        writeln!(f, "\n| units | memory of catalog, MB |\n|--:|--:|")?;
        for grown in &self.0 {
            writeln!(f, "| {} | {} |", grown.units, grown.resident_mb)?;
        }
        Ok(())
    }
}
