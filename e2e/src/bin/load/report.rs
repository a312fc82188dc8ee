//! The numbers as Markdown.

use std::fmt;

use e2e::Statement;

use crate::cpu::Cpu;
use crate::floor::Floor;
use crate::measure::{Timings, as_f64};

/// One measured path.
pub struct Measured {
    pub name: String,
    pub timings: Timings,
    pub cpu: Cpu,
    /// SQL statements that were sent meanwhile, by requests and jobs; `None` where they were not counted.
    pub statements: Option<i64>,
}

impl Measured {
    #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]
    fn statements_each(&self) -> String {
        let each = self
            .statements
            .map(|sent| sent as f64 / as_f64(self.timings.count()));
        each.map_or_else(|| "–".to_owned(), |each| format!("{each:.1}"))
    }

    /// Columns: processor time of the services and of PostgreSQL in milliseconds, and SQL statements, each a run.
    pub fn costs(&self) -> String {
        let count = as_f64(self.timings.count());
        format!(
            "{:.3} | {:.3} | {}",
            self.cpu.services * 1_000.0 / count,
            self.cpu.postgres * 1_000.0 / count,
            self.statements_each()
        )
    }
}

/// Everything that was measured.
pub struct Report {
    pub floor: Option<Floor>,
    concurrency: usize,
    rows: Vec<Measured>,
}

impl Report {
    pub const fn new(concurrency: usize) -> Self {
        Self {
            floor: None,
            concurrency,
            rows: Vec::new(),
        }
    }

    pub fn add(&mut self, row: Measured) {
        self.rows.push(row);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(floor) = &self.floor else { return Ok(()) };
        writeln!(f, "Concurrency {}.\n", self.concurrency)?;
        writeln!(f, "| floor | per second |\n|---|--:|")?;
        writeln!(f, "| static 2 KB from axum | {:.0} |", floor.axum.rate())?;
        writeln!(f, "| pgbench -S | {:.0} |", floor.select)?;
        writeln!(f, "| pgbench, TPC-B-like | {:.0} |\n", floor.tpcb)?;
        writeln!(
            f,
            "| path | per second | of axum's floor | of TPC-B's | p50 ms | p95 ms | p99 ms | CPU ms services | \
             CPU ms PostgreSQL | SQL statements |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
        )?;
        for row in &self.rows {
            let rate = row.timings.rate();
            writeln!(
                f,
                "| {} | {:.0} | {:.3} | {:.3} | {:.1} | {:.1} | {:.1} | {} |",
                row.name,
                rate,
                rate / floor.axum.rate(),
                rate / floor.tpcb,
                row.timings.quantile_ms(0.50),
                row.timings.quantile_ms(0.95),
                row.timings.quantile_ms(0.99),
                row.costs(),
            )?;
        }
        Ok(())
    }
}

/// Prints the statements that took the server longest, per run of what was measured.
pub fn list_statements(measured: &Measured, statements: &[Statement]) {
    const MOST: usize = 25;
    let runs = as_f64(measured.timings.count());
    let mut statements: Vec<&Statement> = statements.iter().collect();
    statements.sort_by(|a, b| b.total_ms.total_cmp(&a.total_ms));
    println!("{}: ms and calls per run", measured.name);
    for statement in statements.iter().take(MOST) {
        let text: String = statement
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(100)
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "counts of a benchmark are small")]
        let calls = statement.calls as f64 / runs;
        println!(
            "{:8.3} {calls:6.2} {} {text}",
            statement.total_ms / runs,
            statement.role
        );
    }
}
