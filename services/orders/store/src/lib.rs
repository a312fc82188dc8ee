//! SQL of orders: migrations, queries, transactions.
