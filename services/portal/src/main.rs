//! The binary `portal`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<portal::Portal>()
}
