use askama::Template;
use web::{Failure, Page};

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    page: &'a Page,
    failure: &'a Failure,
}

/// A failure as a page. It asks no service, so it has no menu.
pub fn render(page: &Page, failure: &Failure) -> Result<String, askama::Error> {
    FailurePage { page, failure }.render()
}
