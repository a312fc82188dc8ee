mod apply;
mod handler;

pub use handler::{Handler, HandlerError};
