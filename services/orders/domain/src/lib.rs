//! Rules of orders; no I/O.
