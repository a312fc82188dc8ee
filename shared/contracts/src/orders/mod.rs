//! The orders service: carts, delivery, orders, payment, tracking, couriers, and the employees' view.

mod cart;
mod courier;
mod delivery;
mod order;
mod payment;
mod reconciliation;
mod staff;
mod status;

pub use cart::*;
pub use courier::*;
pub use delivery::*;
pub use order::*;
pub use payment::*;
pub use reconciliation::*;
pub use staff::*;
pub use status::*;
