//! Rules of catalog: what a unit is made of, how many can be put together, which shelves they come from,
//! what they cost, what fits together. Pure: everything is computed from what is passed in.

mod allocation;
mod availability;
mod bill;
mod check;
mod condition;
mod explode;
mod facts;
mod flow;
mod keep;
mod margin;
mod number;
mod place;
mod pool;
mod property;
mod rule;
mod set;
mod shortage;
mod stock;
mod tree;
mod unit_price;

pub use allocation::{NotEnough, Sorting, Take, allocate};
pub use availability::{Limit, available_at, available_in_total, limit_at, limit_in_total};
pub use bill::{Bill, BillError, Demand, Part, TooMuch};
pub use check::{Check, Reason};
pub use condition::{Condition, ConditionError, When};
pub use explode::{Assemblies, BillLine, ExplodeError, explode};
pub use facts::{BUILT_IN, Facts, Side};
pub use keep::reallocate;
pub use margin::{MarginRule, MarginRuleError};
pub use number::{Number, NumberError};
pub use place::{Place, PlaceError};
pub use property::{Kind, MAX_TEXT, Properties, PropertyError, Schema, Value, ValueError, Vocabulary};
pub use rule::{Candidate, Refusal, Rule, UnknownComponent, candidates, refusals};
pub use set::{
    Objection, Requirement, Set, SetKind, SetState, SetUnit, TotalError, Unmet, discount, set_discount, total,
};
pub use shortage::{Shortage, Wanted, fulfil, shortages};
pub use stock::StockAt;
pub use tree::{MAX_DEPTH, Tree, TreeError};
pub use unit_price::{Margins, PriceError, unit_price};
