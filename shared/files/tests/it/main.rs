//! Files on real servers: the embedded one, over TCP, and NFS-Ganesha in a container.

mod concurrency;
mod config;
mod files;
mod ganesha;
mod half;
mod outage;
mod support;
mod upload;
