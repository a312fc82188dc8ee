//! The backoffice service.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<backoffice_server::Backoffice>()
}
