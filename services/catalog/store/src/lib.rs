//! SQL of catalog: migrations, queries, transactions.
