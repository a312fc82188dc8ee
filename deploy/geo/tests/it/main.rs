//! HAProxy itself, with the settings that are shipped, before two small sites.

mod balancer;
mod behaviour;
mod canary;
mod failover;
mod site;
