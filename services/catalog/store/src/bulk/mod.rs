//! The assortment in bulk.

mod export;
mod import;

pub use export::{Exported, export_page};
pub use import::{BulkError, Imported, RowFaults, Rows, import_rows};
