//! The shop from outside: what its tests and its load generator share.
//!
//! [`InOneProcess`] is the shop as `make run` starts it; [`Fleet`] is the services as processes of their own, which
//! can be killed; [`Compose`] is the one that `make compose` runs. [`Customer`], [`Courier`] and [`Employee`] do what people do, over the public interfaces alone;
//! [`Operator`] looks behind the counter. [`browser`] is what they do in a browser.

mod api;
pub mod browser;
mod certificates;
mod compose;
mod courier;
mod customer;
mod employee;
mod fleet;
mod grow;
mod journey;
mod one_process;
mod operator;
mod parts;
mod shelves;
mod statements;

pub use api::{Answer, Api, client};
pub use certificates::Certificates;
pub use compose::Compose;
pub use courier::Courier;
pub use customer::{Customer, Placed, delivery_address, recipient};
pub use employee::Employee;
pub use fleet::{Fleet, ServiceName, binary};
pub use grow::{SINGLE, grow};
pub use journey::{journey, steps};
pub use one_process::{InOneProcess, temporary_folder, wiring};
pub use operator::Operator;
pub use parts::parts;
pub use shelves::fill_shelves;
pub use statements::{Statement, forget_statements, statements};

/// The password of every employee and courier of the demonstration directory.
pub const PASSWORD: &str = "Garnitur-1";
