//! Makes the three databases with their roles on a PostgreSQL server and brings them up to date:
//! `prepare-databases ADMIN_URL`. For tools that look at the schema, such as the check of every query.

use anyhow::Context as _;
use garnitur::{Ports, Secrets, Wiring, migrate, provide};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let admin = std::env::args()
        .nth(1)
        .context("usage: prepare-databases ADMIN_URL")?;
    let port = url::Url::parse(&admin)?.port().unwrap_or(5432);
    let wiring = Wiring {
        ports: Ports {
            postgres: port,
            ..Ports::standard(0)
        },
        secrets: Secrets::make(),
        pay_within: 1_200,
        slot_capacity: 12,
        otlp: None,
        log: "warn".to_owned(),
    };
    provide(&admin, &wiring.secrets).await?;
    migrate(&wiring).await
}
