//! The binary `storefront`.

use std::process::ExitCode;

fn main() -> ExitCode {
    chassis::run::<storefront::Storefront>()
}
