//! Rules of catalog; no I/O.
