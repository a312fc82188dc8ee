//! `with-postgres -- cargo run --release -p sanitise --example measure -- 100000`: how long the whole takes for so many
//! customers. The figures of docs/ROLLOUT.md come from here.

#[path = "../tests/it/generate.rs"]
mod generate;
#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod world;

use std::time::Instant;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let customers = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse())?;
    tracing_subscriber::fmt().init();
    let world = world::World::with_customers(customers).await;
    let archive = world.back_up();
    println!(
        "{customers} customers, archive of {} bytes",
        std::fs::metadata(archive)?.len()
    );
    let begun = Instant::now();
    let report = world.run().await?;
    println!("{:.1} s for {report:#?}", begun.elapsed().as_secs_f64());
    Ok(())
}
