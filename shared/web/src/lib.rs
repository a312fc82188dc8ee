//! What both sites share: layout, forms, languages, assets, security headers, error pages.
//!
//! # A site in five steps
//!
//! 1. **Texts.** `locales/ru/SITE.ftl` and `locales/en/SITE.ftl` ([Fluent](https://projectfluent.org)), read with
//!    [`Texts::load`] together with the shared ones in this crate. In templates: `{{ page.t("key") }}`,
//!    `{{ page.t1("key", "n", count) }}`. A key chosen in Rust is written [`key`]`("order-status-paid")`. A test runs
//!    [`check::texts`] over the site's folders and finds keys that are missing, one-sided or unused.
//! 2. **Templates.** `askama.toml` beside Cargo.toml names both folders:
//!    ```toml
//!    [general]
//!    dirs = ["templates", "../../shared/web/templates"]
//!    ```
//!    A site's own `layout.html` extends `document.html` (blocks `title`, `head`, `body_class`, `header`, `content`,
//!    `footer`); pages extend `layout.html`. `ui.html` holds macros: `field`, `error_summary`, `notice`, `languages`,
//!    `failure`. Every template struct has a field `page` that is, or dereferences to, a [`Page`].
//! 3. **Site.** [`Site::new`] from [`WebConfig`] (nest it in the service's configuration), [`Texts`] and [`Assets`];
//!    the router's state gives it by `FromRef`.
//! 4. **Handlers** take [`Page`] (language, cookies, flash, time) and, for POST, [`Form`]; they answer
//!    `page.html(&template)`, `page.redirect_with("/orders", &Flash::good("flash-packed"))` or `Err(`[`Failure`]`)`.
//!    A refused form is shown again by `page.html_with(StatusCode::UNPROCESSABLE_ENTITY, &template)` with its
//!    [`Form`], after [`Form::take_problem`] has put a service's field errors in place.
//! 5. **[`finish`]** wraps the pages' router once, before `chassis::Service::face`.
//!
//! # Rules that the content security policy makes
//!
//! No inline scripts, no inline styles, no `style="…"`: scripts are ES modules among the assets, colours from data
//! are SVG attributes (`<circle fill="#7a5230">`), lengths are SVG or `<progress>`. Everything works without
//! scripts. askama escapes every value; `|safe` is not used.

#![doc(test(attr(deny(warnings))))]

mod assets;
mod cookie;
mod failure;
mod finish;
mod flash;
mod form;
mod page;
mod remote;
mod seal;
mod site;
mod texts;

pub mod check;
pub mod format;

pub use assets::{AssetFile, Assets};
pub use cookie::{Cookie, read as read_cookie};
pub use failure::Failure;
pub use finish::{RenderFailure, finish};
pub use flash::{Flash, Notice};
pub use form::{FieldError, Form};
pub use page::Page;
pub use remote::{RemoteFieldError, RemoteProblem};
pub use seal::Seal;
pub use site::{BadOffset, Site, WebConfig};
pub use texts::{Arg, Texts, TextsError};

/// Remembers the language a visitor has chosen.
pub const LANG_COOKIE: &str = "lang";
/// Carries a message over a redirect.
pub const FLASH_COOKIE: &str = "flash";

/// Marks a text's key that is chosen in Rust, so that [`check::texts`] sees it.
pub const fn key(key: &'static str) -> &'static str {
    key
}
