use askama::Template;
use web::{Failure, Page};

use crate::frame::Frame;

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    page: &'a Frame,
    failure: &'a Failure,
}

#[derive(Template)]
#[template(path = "courier/failure.html")]
struct CourierFailurePage<'a> {
    page: &'a Page,
    failure: &'a Failure,
}

/// A failure as a page of the part of the site it happened in.
pub fn render(page: &Page, failure: &Failure) -> Result<String, askama::Error> {
    if page.path().starts_with("/courier") {
        return CourierFailurePage { page, failure }.render();
    }
    let page = &Frame::new(page.clone());
    FailurePage { page, failure }.render()
}
