//! The rules of ordering: an order's status machine, totals, what delivery costs and how long one may pay.
//!
//! Pure functions over plain data; the store and the server call them, nothing here does I/O.

mod deadline;
mod delivery;
mod login;
mod status;
mod total;

pub use deadline::PaymentTerms;
pub use delivery::{Parcel, Tariff, VAN_LITRES, Zone, ZoneMap};
pub use login::told_login;
pub use status::{Actor, Move, Refused, Status};
pub use total::{Line, Totals, totals};
