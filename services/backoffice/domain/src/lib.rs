//! Rules of backoffice; no I/O.
