//! The site through its router, with services made up in memory behind it: each page, each form, each refusal.

#[path = "../fake/mod.rs"]
mod fake;
mod visitor;

mod cart;
mod catalogue;
mod checkout;
mod courier;
mod failures;
mod order;
mod pages;
mod product;
mod service;
mod sets;
