//! Makes of a backup a database without the people in it: what the HotFix stand runs on (STD-2).
//!
//! 1. [`backup`] – the newest archive of the database, refused when it is older than a week;
//! 2. [`quarantine`] – restored where nobody else comes;
//! 3. [`census`] – every column must be in the committed [`rules`], or nothing goes on;
//! 4. [`rewrite`] – people become others, by [`pseudonym`]s that depend on a key and keep joins and forms;
//! 5. [`archive`] – the result as an archive, named after the backup's date and the schema's version;
//! 6. [`scan`] – read independently, from the archive: no original name, phone, mail or address is in it;
//! 7. [`swap`] – the archive becomes the database of HotFix, in one moment.
//!
//! [`run`] does them in this order. What fails leaves HotFix as it was.

pub mod archive;
pub mod backup;
pub mod census;
pub mod pseudonym;
pub mod quarantine;
pub mod rewrite;
pub mod rules;
pub mod run;
pub mod scan;
pub mod swap;
mod tools;

pub use rules::{Action, Rules};
pub use run::{Job, Report, run};
pub use tools::{ToolError, Tools};
