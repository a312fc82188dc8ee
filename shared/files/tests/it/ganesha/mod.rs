//! Files on NFS-Ganesha, in a container.

mod full;
mod listing;
mod restart;
mod rights;
mod server;
mod sizes;
