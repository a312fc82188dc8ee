//! Faces, jobs and wiring of orders.
