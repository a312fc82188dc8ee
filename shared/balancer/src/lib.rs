//! Client-side load balancing; depends on no other crate of ours.
