//! Outbox, inbox, leases, dead letters and transports.
