//! One unit that is very large, asked for alone: what its detail, availability and price take.

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use contracts::catalog::{
    BillOwner, BillRow, BulkReport, ComponentRow, ProductDetail, StockLevelRow, UnitRow,
};
use e2e::{Api, Employee, Fleet};
use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;
use test_support::wait_for;
use tokio::time::Instant;

use crate::measure::Timings;

/// Triples of components that replace each other, and a line for each of the three.
const TRIPLES: usize = 500;
/// Chains of assemblies, each in the one before, and a line for each.
const CHAINS: usize = 60;
const LEVELS: usize = 5;
/// Lines of the bill.
const LINES: usize = 3 * TRIPLES + LEVELS * CHAINS;
const SLUG: &str = "load-big-unit";
/// Pieces of each component in the first warehouse.
const PIECES: i64 = 1_000;
const SAMPLES: usize = 12;
/// Longer than an answer is kept: each is read anew.
const PAUSE: Duration = Duration::from_millis(1_050);

/// What was asked, and how long the answers took.
pub struct BigUnit(Vec<(&'static str, Timings)>);

impl fmt::Display for BigUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| a unit of {LINES} lines, alone | p50 ms | slowest of {SAMPLES} ms |\n|---|--:|--:|"
        )?;
        for (name, timings) in &self.0 {
            writeln!(
                f,
                "| {name} | {:.1} | {:.1} |",
                timings.quantile_ms(0.5),
                timings.quantile_ms(1.0)
            )?;
        }
        Ok(())
    }
}

/// Makes a unit of [`LINES`] lines, five levels deep, by employees' bulk import, and asks for it.
pub async fn measure(fleet: &Fleet) -> anyhow::Result<BigUnit> {
    make(fleet).await?;
    let catalog = fleet.customer().catalog().clone();
    let path = format!("/api/catalog/v1/products/{SLUG}");
    wait_for("the unit to be available", Duration::from_mins(1), async || {
        let answer = catalog.get(&path).await;
        let detail: ProductDetail = (answer.status == StatusCode::OK).then(|| answer.json())?;
        (detail.card.available > 0 && detail.components.len() == LINES).then_some(())
    })
    .await;
    let mut measured = Vec::new();
    for (name, path) in [
        ("detail", path.clone()),
        ("availability", format!("{path}/availability")),
        ("price", format!("{path}/price")),
    ] {
        let begun = Instant::now();
        let mut took = Vec::new();
        for _ in 0..SAMPLES {
            tokio::time::sleep(PAUSE).await;
            let start = Instant::now();
            let answer = catalog.get(&path).await;
            took.push(start.elapsed());
            answer.expect_status(200);
        }
        measured.push((name, Timings::of(took, begun.elapsed())));
    }
    Ok(BigUnit(measured))
}

async fn make(fleet: &Fleet) -> anyhow::Result<()> {
    let maker = Employee::sign_in(&fleet.backoffice_url(), "admin.smirnov").await;
    let maker = maker.at(&fleet.catalog_staff_url());
    // Like something that is there: so words, properties and rules fit.
    let plain = |row: &ComponentRow| !row.assembly && row.properties.is_empty();
    let component = export::<ComponentRow>(maker.api(), "components").await;
    let component = component.into_iter().find(plain).context("a plain component")?;
    let unit = export::<UnitRow>(maker.api(), "units").await;
    let unit = unit.into_iter().next().context("a unit")?;
    let stock = export::<StockLevelRow>(maker.api(), "stock").await;
    let warehouse = stock.into_iter().next().context("a shelf")?.warehouse;

    let piece = |sku: String, assembly: bool| ComponentRow {
        sku,
        assembly,
        cost_amount: component.cost_amount.filter(|_| !assembly),
        cost_currency: component.cost_currency.clone().filter(|_| !assembly),
        ..component.clone()
    };
    let pieces = (0..3 * TRIPLES)
        .map(triple)
        .chain((0..LEVELS * CHAINS).map(in_chain));
    let assemblies = (0..LEVELS * CHAINS).map(|n| piece(assembly(n), true));
    let components: Vec<_> = pieces
        .clone()
        .map(|sku| piece(sku, false))
        .chain(assemblies)
        .collect();
    import(maker.api(), "components", &components).await;
    let unit = UnitRow {
        slug: SLUG.to_owned(),
        override_amount: None,
        override_currency: None,
        ..unit
    };
    import(maker.api(), "units", &[unit]).await;

    let line = |owner, code: String, component: String, substitutes: Vec<String>| BillRow {
        owner,
        code,
        component,
        quantity: 1,
        required: true,
        substitutes,
    };
    let chains = (0..LEVELS * CHAINS).flat_map(|n| {
        let next = (n % LEVELS + 1 < LEVELS).then(|| assembly(n + 1));
        let parts = [Some(in_chain(n)), next].into_iter().flatten();
        parts.map(move |part| (assembly(n), part))
    });
    let bill = (0..3 * TRIPLES)
        .map(|n| {
            let others = (1..3).map(|k| triple(n / 3 * 3 + (n + k) % 3)).collect();
            line(BillOwner::Unit, SLUG.to_owned(), triple(n), others)
        })
        .chain((0..LEVELS * CHAINS).map(|n| line(BillOwner::Unit, SLUG.to_owned(), assembly(n), Vec::new())));
    let bills: Vec<_> = chains
        .map(|(code, part)| line(BillOwner::Assembly, code, part, Vec::new()))
        .chain(bill)
        .collect();
    import(maker.api(), "bills", &bills).await;

    let stock: Vec<_> = pieces
        .map(|sku| StockLevelRow {
            sku,
            warehouse: warehouse.clone(),
            shelf: Some("L-1".to_owned()),
            on_hand: PIECES,
        })
        .collect();
    import(maker.api(), "stock", &stock).await;
    Ok(())
}

fn triple(n: usize) -> String {
    format!("LOAD-P-{n}")
}

fn in_chain(n: usize) -> String {
    format!("LOAD-Q-{n}")
}

fn assembly(n: usize) -> String {
    format!("LOAD-A-{n}")
}

/// Rows as employees export them.
async fn export<R: DeserializeOwned>(staff: &Api, subject: &str) -> Vec<R> {
    let path = format!("/api/staff/v1/catalog/exports/{subject}?format=jsonl");
    let answer = staff.get(&path).await;
    answer.expect_status(200);
    let lines = answer
        .body
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty());
    lines
        .map(|line| serde_json::from_slice(line).expect("a row"))
        .collect()
}

/// Brings rows in. Panics, showing why, when they are refused.
async fn import(staff: &Api, subject: &str, rows: &[impl Serialize]) {
    let lines = rows.iter().map(|row| {
        let line = serde_json::to_string(row).expect("a row is JSON");
        line + "\n"
    });
    let request = staff
        .request(
            Method::POST,
            &format!("/api/staff/v1/catalog/imports/{subject}?format=jsonl"),
        )
        .header("idempotency-key", format!("load-{subject}"))
        .header("content-type", "application/x-ndjson")
        .body(lines.collect::<String>());
    let report: BulkReport = staff.send(request).await.expect(200);
    assert_eq!(report.rows, i64::try_from(rows.len()).expect("few rows"));
}
