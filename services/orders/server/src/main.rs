//! The orders service.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<orders_server::Orders>()
}
