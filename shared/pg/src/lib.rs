//! PostgreSQL pool, named retrying transactions, constraint to domain error.
