//! What came through a broker and could not be applied: kept here, the receiver's own database, until it is. The broker
//! is told that it is done with.

mod put;
mod retry;

pub(crate) use put::{Refused, put_aside};
