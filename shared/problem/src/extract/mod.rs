mod idempotency_key;
mod if_match;
mod json;
mod path;
mod query;

pub use idempotency_key::IdempotencyKey;
pub use if_match::{IfMatch, version_tag};
pub use json::{Json, read_json};
pub use path::Path;
pub use query::Query;

use crate::serde_fault::Fault;
use crate::{Problem, kinds};

/// The problem for one field or parameter.
fn refuse(fault: Fault) -> Problem {
    Problem::new(&kinds::VALIDATION).field(fault.field, fault.code, fault.message)
}
