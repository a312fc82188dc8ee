//! SQL of backoffice: migrations, queries, transactions.
