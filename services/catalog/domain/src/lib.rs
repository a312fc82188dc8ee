//! Rules of catalog: what a unit is made of, how many can be put together, which shelves they come from,
//! what they cost. Pure: everything is computed from what is passed in.

mod allocation;
mod availability;
mod bill;
mod price;

pub use allocation::{NotEnough, Take, allocate};
pub use availability::{Shortage, StockAt, Wanted, available_at, available_in_total, shortages};
pub use bill::{Bill, BillError, BillLine, Demand, TooMuch};
pub use price::{CostLine, MarginRule, MarginRuleError, price};
