//! The portal's router with made-up staff faces behind it.

#[path = "../fake/mod.rs"]
mod fake;

mod access;
mod audit;
mod cohort;
mod forward;
mod orders;
mod pages;
mod sign_in;
mod stock;
mod support;
mod toggles;
