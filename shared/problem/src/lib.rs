//! Problem answers (RFC 9457) in the caller's language, and the extractors that produce them.
//!
//! An operation declares the kinds of problem it knows beside its handler and returns them:
//!
//! ```
//! use kernel::Text;
//! use problem::{Kind, Problem};
//!
//! const OUT_OF_STOCK: Kind = Kind {
//!     slug: "out-of-stock",
//!     status: 409,
//!     title: ("Нет в наличии", "Out of stock"),
//! };
//!
//! fn refuse(available: i64) -> Problem {
//!     Problem::new(&OUT_OF_STOCK)
//!         .detail(Text::new(format!("Осталось {available}"), format!("{available} left")))
//!         .ext("available", &available)
//! }
//! # let _ = refuse(1);
//! ```
//!
//! What nobody foresaw goes through [`Problem::internal`]: logged, answered with a trace id and nothing else.
//!
//! [`Json`], [`Query`] and [`Path`] stand in for axum's extractors of the same names. They validate with garde
//! and name the field that is wrong. Text for a custom garde rule is written as `"по-русски | in English"`.

mod body;
mod extract;
mod kind;
mod layer;
mod page;
mod problem;
mod rules;
mod serde_fault;

pub use body::{FieldProblem, ProblemBody};
pub use extract::{IdempotencyKey, IfMatch, Json, Path, Query, read_json, version_tag};
pub use kind::{Kind, kinds};
pub use layer::{Localize, LocalizeLayer, TraceId, localize_layer};
pub use problem::Problem;
