//! The directory against real servers: the embedded one, over TCP, and Samba's Active Directory in a container.

mod config;
mod gate;
mod outage;
mod samba;
mod secrecy;
mod sign_in;
mod support;
mod tls;
