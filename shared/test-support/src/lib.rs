//! A database per test, clock control and waiting for events.
