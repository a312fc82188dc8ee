//! Tests of the geo-balancer: HAProxy with our settings before two small sites.
