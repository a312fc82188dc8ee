//! The directory against Active Directory as Samba has it, in a container.

mod accounts;
mod admin;
mod domain;
mod failover;
mod listing;
mod outage;
mod personnel;
mod tls;
