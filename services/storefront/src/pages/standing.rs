//! How a set stands, in words (CAT-8).

use contracts::catalog::{SetStanding, SetState};
use web::key;

use crate::frame::Frame;

/// What a page says about the state and the price of a set.
#[derive(Debug)]
pub struct Standing {
    /// The state.
    pub state: String,
    /// Class of its badge.
    pub badge: &'static str,
    /// What the units cost together; `None` where one has no price.
    pub total: Option<String>,
    /// "up to N %"; `None` where nothing comes off.
    pub discount: Option<String>,
}

impl Standing {
    /// Of a set in the visitor's language.
    pub fn of(page: &Frame, standing: &SetStanding) -> Self {
        let (state, badge) = match standing.state {
            SetState::Empty => (key("set-empty"), ""),
            SetState::Incomplete => (key("set-incomplete"), "badge--warn"),
            SetState::Complete => (key("set-complete"), "badge--good"),
            SetState::CompleteWithExtras => (key("set-complete-with-extras"), "badge--good"),
        };
        let comes_off = standing.discount.is_some_and(|discount| discount.amount > 0);
        let percent = page.decimal(&(f64::from(standing.max_discount_bp) / 100.0));
        Self {
            state: page.t(state),
            badge,
            total: standing.total.map(|total| page.price(&total)),
            discount: comes_off.then(|| page.t1("set-discount", "percent", percent)),
        }
    }
}
