use axum::response::Response;
use contracts::orders::{Address, Recipient};
use garde::Validate;
use serde::{Deserialize, Serialize};
use time::Duration;
use web::{Cookie, Form, Page, key};

use crate::phone;

const COOKIE: &str = "draft";
const PATH: &str = "/delivery";
const AGE: Duration = Duration::hours(1);

/// Who receives the delivery and where, between the two steps of ordering. It stays with the visitor, sealed, in a
/// cookie that only these two pages get: the site itself keeps nothing of a person.
#[derive(Clone, Serialize, Deserialize)]
pub struct Draft {
    /// Who.
    pub recipient: Recipient,
    /// Where.
    pub address: Address,
}

/// Fields of the form, the services' names for them, and what to say when one is wrong.
const FIELDS: [(&str, &str, &str); 6] = [
    ("name", "recipient.name", key("name-invalid")),
    ("phone", "recipient.phone", key("phone-invalid")),
    ("postcode", "address.postcode", key("postcode-invalid")),
    ("city", "address.city", key("city-invalid")),
    ("street", "address.street", key("street-invalid")),
    ("flat", "address.flat", key("flat-invalid")),
];

/// The services' names of the form's fields, for [`Form::take_problem`].
pub const NAMES: [(&str, &str); 6] = {
    let mut names = [("", ""); 6];
    let mut index = 0;
    while index < FIELDS.len() {
        names[index] = (FIELDS[index].1, FIELDS[index].0);
        index += 1;
    }
    names
};

impl Draft {
    /// Reads the form by the services' own rules and notes at each field what is wrong with it.
    pub fn read(form: &mut Form, page: &Page) -> Option<Self> {
        let flat = form.value("flat");
        let draft = Self {
            recipient: Recipient {
                name: form.value("name").to_owned(),
                phone: phone::international(form.value("phone")),
            },
            address: Address {
                postcode: form.value("postcode").replace(' ', ""),
                city: form.value("city").to_owned(),
                street: form.value("street").to_owned(),
                flat: (!flat.is_empty()).then(|| flat.to_owned()),
            },
        };
        let recipient = draft.recipient.validate().err();
        let address = draft.address.validate().err();
        let wrong: Vec<String> = [("recipient", recipient), ("address", address)]
            .into_iter()
            .filter_map(|(part, report)| Some((part, report?)))
            .flat_map(|(part, report)| {
                let paths: Vec<_> = report.iter().map(|(path, _)| format!("{part}.{path}")).collect();
                paths
            })
            .collect();
        for (name, path, text) in FIELDS {
            if wrong.iter().any(|wrong| wrong.starts_with(path)) {
                form.fail(name, page.t(text));
            }
        }
        form.is_ok().then_some(draft)
    }

    /// The form filled in.
    pub fn form(&self) -> Form {
        let mut form = Form::default();
        form.set("name", &*self.recipient.name);
        form.set("phone", &*self.recipient.phone);
        form.set("postcode", &*self.address.postcode);
        form.set("city", &*self.address.city);
        form.set("street", &*self.address.street);
        form.set("flat", self.address.flat.as_deref().unwrap_or_default());
        form
    }

    /// What the visitor has entered, if it was not long ago.
    pub fn load(page: &Page) -> Option<Self> {
        let sealed = page.cookie(COOKIE)?;
        let json = page.site().seal().open(COOKIE, page.now(), sealed)?;
        serde_json::from_slice(&json).ok()
    }

    /// Leaves it with the visitor.
    pub fn keep(&self, page: &Page, response: Response) -> Response {
        let json = serde_json::to_vec(self).expect("a draft is plain data");
        let sealed = page.site().seal().seal(COOKIE, page.now() + AGE, &json);
        page.set_cookie(response, &Cookie::new(COOKIE, sealed).path(PATH).max_age(AGE))
    }

    /// Takes it away from the visitor.
    pub fn forget(page: &Page, response: Response) -> Response {
        page.set_cookie(response, &Cookie::removal(COOKIE).path(PATH))
    }
}
