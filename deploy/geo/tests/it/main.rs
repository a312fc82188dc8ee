//! HAProxy itself, with the settings that are shipped, before two small sites.

mod balancer;
mod behaviour;
mod failover;
mod site;
