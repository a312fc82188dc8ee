//! What travels between the services and to their callers: requests, answers and event payloads.
//!
//! Nothing else: no behaviour, no I/O. Requests refuse unknown fields; answers carry missing values as
//! explicit nulls (CAT-9), so a reader of an older version never meets a field it has to guess.

pub mod backoffice;
pub mod catalog;
pub mod events;
pub mod orders;
