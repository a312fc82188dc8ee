use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use http::{StatusCode, header};

use crate::failure::Failure;
use crate::remote::RemoteProblem;

/// The most fields a form of ours can have; more is not a form of ours.
const MAX_FIELDS: usize = 100;

/// What a visitor has sent with a form, and what is wrong with it: a page that refuses a form shows it again with
/// everything in place. May hold personal data, so it does not print itself.
///
/// As an extractor it takes `application/x-www-form-urlencoded` bodies (415 for others).
#[derive(Clone, Default)]
pub struct Form {
    values: Vec<(String, String)>,
    errors: Vec<FieldError>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field; its input has the id `f-NAME`. Empty when the form as a whole is meant.
    pub name: String,
    /// What to tell the visitor.
    pub message: String,
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[form]")
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let urlencoded = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| {
                value
                    .trim_start()
                    .to_ascii_lowercase()
                    .starts_with("application/x-www-form-urlencoded")
            });
        if !urlencoded {
            return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| Failure::new(rejection.status()))?;
        Self::parse(&body)
    }
}

impl Form {
    /// Reads an urlencoded body; 400 when it has too many fields.
    pub fn parse(body: &[u8]) -> Result<Self, Failure> {
        let values: Vec<_> = url::form_urlencoded::parse(body)
            .take(MAX_FIELDS + 1)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        if values.len() > MAX_FIELDS {
            return Err(Failure::new(StatusCode::BAD_REQUEST));
        }
        Ok(Self {
            values,
            errors: Vec::new(),
        })
    }

    /// A field without the space around it; empty when it was not sent.
    pub fn value(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.trim())
    }

    /// A field exactly as sent, for passwords.
    pub fn raw(&self, name: &str) -> &str {
        self.values
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// A field read as `T`; `None` when it is missing or not one.
    pub fn get<T: FromStr>(&self, name: &str) -> Option<T> {
        self.value(name).parse().ok()
    }

    /// Puts a value in, to show a form filled in.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.retain(|(key, _)| key != name);
        self.values.push((name.to_owned(), value.into()));
    }

    /// Notes what is wrong with a field; a field keeps its first error.
    pub fn fail(&mut self, name: &str, message: impl Into<String>) {
        if self.error(name).is_none() {
            self.errors.push(FieldError {
                name: name.to_owned(),
                message: message.into(),
            });
        }
    }

    /// What is wrong with a field.
    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors
            .iter()
            .find(|error| error.name == name)
            .map(|error| error.message.as_str())
    }

    /// Everything that is wrong, for the summary above the form.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// Whether nothing is wrong.
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// Takes over what a service says is wrong. `names` maps its fields to the form's, such as
    /// `("recipient.phone", "phone")`; what concerns none of them is noted for the form as a whole.
    pub fn take_problem(&mut self, problem: &RemoteProblem, names: &[(&str, &str)]) {
        for error in &problem.errors {
            let name = names
                .iter()
                .find(|(field, _)| *field == error.field)
                .map_or("", |(_, name)| *name);
            self.fail(name, error.text());
        }
        if problem.errors.is_empty() {
            self.fail("", problem.text());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_trimmed_but_passwords_are_not() {
        let form = Form::parse("name=+%D0%90%D0%BD%D0%BD%D0%B0+&password=+x+&n=3".as_bytes()).unwrap();
        assert_eq!(form.value("name"), "Анна");
        assert_eq!(form.raw("password"), " x ");
        assert_eq!(form.get::<u8>("n"), Some(3));
        assert_eq!(form.get::<u8>("name"), None);
        assert_eq!(form.value("absent"), "");
    }

    #[test]
    fn too_many_fields_are_refused() {
        assert!(Form::parse("a=1&".repeat(101).as_bytes()).is_err());
    }

    #[test]
    fn a_services_errors_land_at_the_fields() {
        let problem: RemoteProblem = serde_json::from_value(serde_json::json!({
            "type": "https://garnitur.ru/problems/validation", "status": 422, "title": "Ошибка",
            "errors": [{"field": "recipient.phone", "code": "invalid", "message": "не телефон"},
                       {"field": "cart_id", "code": "invalid", "message": "нет корзины"}]
        }))
        .unwrap();
        let mut form = Form::default();
        form.take_problem(&problem, &[("recipient.phone", "phone")]);
        assert_eq!(form.error("phone"), Some("не телефон"));
        assert_eq!(form.error(""), Some("нет корзины"));
    }
}
