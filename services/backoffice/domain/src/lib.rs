//! The rules of backoffice: what the audit records of which happening, the chain that shows whether entries were
//! tampered with (AUD-1), and how long an employee's session lives.
//!
//! Pure functions over plain data; the store and the server call them, nothing here does I/O.

mod chain;
mod happening;
mod kinds;
mod login;
mod record;
mod session;

pub use chain::{Entry, EntryHash, Fault, FaultKind, Head, Verifier, append, verify};
pub use happening::Happening;
pub use kinds::{ActorKind, Administering, Refusal};
pub use login::canonical;
pub use record::Record;
pub use session::{BadTerms, SessionTerms};
