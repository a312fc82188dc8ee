//! Feature toggles (CFG-1): what is in force, and changing it. Definitions change as a whole and in versions, so whoever
//! was slower than somebody else is told, sees what is in force now, and decides anew.

mod rule;
mod toggle;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use contracts::backoffice::{Toggles, TogglesChange, TogglesUpdate};
use http::StatusCode;
use serde_json::Value;
use web::{Failure, Flash, Form};

use self::toggle::{Toggle, Variant};
use crate::desk::Desk;
use crate::frame::Frame;
use crate::section::Section;

const PATH: &str = Section::Toggles.path();

#[derive(Template)]
#[template(path = "toggles.html")]
struct TogglesPage<'a> {
    page: &'a Frame,
    version: i64,
    toggles: Vec<Toggle>,
    /// The definitions as text, to be changed as a whole.
    text: String,
    /// What somebody else's version has kept from coming into force, to be compared with theirs.
    kept: Option<String>,
    history: Vec<TogglesChange>,
    /// A change that was refused, as it was entered.
    form: Form,
    /// Whether that is because somebody else was faster.
    stale: bool,
}

impl TogglesPage<'_> {
    /// Whether the refused change was of this toggle.
    fn is_refused(&self, key: &str) -> bool {
        let is_of_one = matches!(self.form.value("action"), "set" | "remove");
        !self.form.is_ok() && is_of_one && self.form.value("key") == key
    }

    fn is_refused_new(&self) -> bool {
        !self.form.is_ok() && self.form.value("action") == "add"
    }

    fn is_refused_whole(&self) -> bool {
        !self.form.is_ok() && self.form.value("action") == "all"
    }

    /// A field of a toggle's form: as it was entered, or as it is.
    fn field(&self, key: &str, name: &str, is: impl Into<String>) -> String {
        if self.is_refused(key) {
            self.form.value(name).to_owned()
        } else {
            is.into()
        }
    }

    fn state(&self, toggle: &Toggle) -> bool {
        self.field(&toggle.key, "state", if toggle.enabled { "on" } else { "off" }) == "on"
    }

    fn default(&self, toggle: &Toggle, variant: &Variant) -> bool {
        self.field(&toggle.key, "default", toggle.default.as_str()) == variant.name
    }

    fn cohorts(&self, toggle: &Toggle, variant: &Variant) -> String {
        let rule = toggle.rule.as_ref();
        let are = rule.into_iter().flat_map(|rule| rule.of(&variant.name));
        let are: Vec<&str> = are.collect();
        let field = format!("cohorts-{}", variant.index);
        self.field(&toggle.key, &field, are.join(", "))
    }

    fn share(&self, toggle: &Toggle, variant: &Variant) -> String {
        let rule = toggle.rule.as_ref();
        let is = rule.and_then(|rule| rule.share(&variant.name));
        let is = is.map_or_else(String::new, |share| share.to_string());
        self.field(&toggle.key, &format!("share-{}", variant.index), is)
    }

    fn reason(&self, refused: bool) -> &str {
        if refused { self.form.value("reason") } else { "" }
    }

    /// The refused change's key, where it was of a new toggle.
    fn new_key(&self) -> &str {
        if self.is_refused_new() {
            self.form.value("key")
        } else {
            ""
        }
    }
}

/// What is in force, and since when.
pub async fn show(State(desk): State<Desk>, frame: Frame) -> Result<Response, Response> {
    frame.require(Section::Toggles).map_err(Failure::into_response)?;
    let current = current(&desk, &frame).await?;
    page(&desk, &frame, current, Form::default(), false).await
}

/// Changes a toggle, adds or removes one, or replaces all; then shows what is in force.
pub async fn change(State(desk): State<Desk>, frame: Frame, mut form: Form) -> Result<Response, Response> {
    frame.require(Section::Toggles).map_err(Failure::into_response)?;
    let now = current(&desk, &frame).await?;
    if form.get("version") != Some(now.version) {
        return page(&desk, &frame, now, form, true).await;
    }
    let definitions = changed(&frame, now.definitions.clone(), &mut form);
    let Some(definitions) = definitions.map_err(Failure::into_response)? else {
        return page(&desk, &frame, now, form, false).await;
    };
    let update = TogglesUpdate {
        definitions,
        reason: form.value("reason").to_owned(),
    };
    let put = desk
        .backoffice
        .put_toggles(frame.lang(), frame.token(), now.version, &update)
        .await;
    match put {
        Ok(put) => Ok(frame.redirect_with(
            PATH,
            &Flash::good("flash-toggles-changed").what(put.version.to_string()),
        )),
        Err(error) if error.slug() == "precondition-failed" => {
            let now = current(&desk, &frame).await?;
            page(&desk, &frame, now, form, true).await
        }
        Err(error) => match error.refusal().filter(|problem| problem.status == 422) {
            Some(problem) => {
                form.take_problem(problem, &[("reason", "reason")]);
                page(&desk, &frame, now, form, false).await
            }
            None => Err(desk.stop(&frame, error).await),
        },
    }
}

/// The definitions that a form makes of those in force; `None`, with what is wrong noted, when it makes none.
fn changed(frame: &Frame, mut definitions: Value, form: &mut Form) -> Result<Option<Value>, Failure> {
    match form.value("action") {
        "set" => {
            if let Some(flag) = toggle::find(frame, &mut definitions, form) {
                toggle::set(frame, flag, form);
            }
        }
        "remove" => {
            if toggle::find(frame, &mut definitions, form).is_some()
                && let Some(flags) = definitions["flags"].as_object_mut()
            {
                flags.remove(form.value("key"));
            }
        }
        "add" => toggle::add(frame, &mut definitions, form),
        "all" => match serde_json::from_str(form.value("definitions")) {
            Ok(all) => definitions = all,
            Err(error) => form.fail("definitions", frame.t1("toggles-not-json", "line", error.line())),
        },
        _ => return Err(Failure::new(StatusCode::BAD_REQUEST)),
    }
    if form.value("reason").chars().count() < 3 {
        form.fail("reason", frame.t("toggles-reason-missing"));
    }
    Ok(form.is_ok().then_some(definitions))
}

async fn current(desk: &Desk, frame: &Frame) -> Result<Toggles, Response> {
    match desk.backoffice.toggles(frame.lang(), frame.token()).await {
        Ok(current) => Ok(current),
        Err(error) => Err(desk.stop(frame, error).await),
    }
}

async fn page(
    desk: &Desk,
    frame: &Frame,
    now: Toggles,
    mut form: Form,
    stale: bool,
) -> Result<Response, Response> {
    let history = desk.backoffice.toggles_history(frame.lang(), frame.token()).await;
    let history = match history {
        Ok(history) => history.items,
        Err(error) => return Err(desk.stop(frame, error).await),
    };
    let status = match (stale, form.is_ok()) {
        (true, _) => {
            form.fail("", frame.t1("toggles-stale", "version", now.version.to_string()));
            StatusCode::PRECONDITION_FAILED
        }
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let entered = (form.value("action") == "all").then(|| form.value("definitions").to_owned());
    // Over somebody else's version nothing is laid that was made from another: it is only shown.
    let (kept, entered) = if stale { (entered, None) } else { (None, entered) };
    let text = match entered {
        Some(entered) if !form.is_ok() => entered,
        _ => serde_json::to_string_pretty(&now.definitions).unwrap_or_default(),
    };
    Ok(frame.html_with(
        status,
        &TogglesPage {
            page: frame,
            version: now.version,
            toggles: toggle::all(&now.definitions),
            text,
            kept,
            history,
            form,
            stale,
        },
    ))
}
