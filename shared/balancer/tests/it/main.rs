//! The balancer against replicas in memory, in paused time, and once over real TCP.

mod canary;
mod forwarding;
mod names;
mod net;
mod replicas;
mod retries;
mod tcp;
