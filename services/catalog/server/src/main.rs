//! The catalog service.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<catalog_server::Catalog>()
}
