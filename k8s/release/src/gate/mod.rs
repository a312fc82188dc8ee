//! Answers the questions that Flagger's webhooks ask before and during a rollout.
//!
//! * `schema` – has the migration of this image succeeded? Nothing of a version starts before.
//! * `first-site` – has server 1 taken this image, and found it good? Server 2 does not begin before.
//!
//! 200 means go on; anything else holds the rollout, and the reason is in the answer and in the log.

mod decide;
mod kubernetes;
mod server;

pub use decide::{Answer, FirstSite, Job, first_site, schema};
pub use kubernetes::{Api, ApiError};
pub use server::router;
