//! Rules of catalog: what a unit is made of, how many can be put together, which shelves they come from,
//! what they cost. Pure: everything is computed from what is passed in.

mod allocation;
mod availability;
mod bill;
mod explode;
mod flow;
mod keep;
mod place;
mod pool;
mod price;
mod shortage;
mod stock;

pub use allocation::{NotEnough, Sorting, Take, allocate};
pub use availability::{Limit, available_at, available_in_total, limit_at, limit_in_total};
pub use bill::{Bill, BillError, Demand, Part, TooMuch};
pub use explode::{Assemblies, BillLine, ExplodeError, explode};
pub use keep::reallocate;
pub use place::{Place, PlaceError};
pub use price::{CostLine, MarginRule, MarginRuleError, price};
pub use shortage::{Shortage, Wanted, fulfil, shortages};
pub use stock::StockAt;
