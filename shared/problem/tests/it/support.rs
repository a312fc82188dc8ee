use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::routing::post;
use garde::Validate;
use http::header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, VARY};
use http::{HeaderMap, StatusCode};
use problem::{Json, ProblemBody, localize_layer};
use serde::de::DeserializeOwned;
use tower::ServiceExt as _;

/// Stands in what the tests send wherever a value may stand; no answer may hold it.
pub const SECRET: &str = "Zq7pX9";

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn problem(&self) -> ProblemBody {
        serde_json::from_slice(&self.body).expect("a problem")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name)?;
        Some(value.to_str().expect("an ASCII header"))
    }
}

pub async fn send(app: &Router, request: Request) -> Answer {
    let response = app.clone().oneshot(request).await.expect("a router cannot fail");
    let (parts, body) = response.into_parts();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: to_bytes(body, usize::MAX).await.expect("the body is in memory"),
    }
}

pub fn get(uri: &str) -> http::Request<Bytes> {
    http::Request::get(uri).body(Bytes::new()).expect("a request")
}

pub fn post_json(body: impl Into<Bytes>) -> http::Request<Bytes> {
    http::Request::post("/")
        .header(CONTENT_TYPE, "application/json")
        .body(body.into())
        .expect("a request")
}

/// Takes a `T` as JSON at `POST /`.
pub fn taking<T>() -> Router
where
    T: DeserializeOwned + Validate<Context = ()> + Send + 'static,
{
    async fn take<T>(_: Json<T>) -> StatusCode {
        StatusCode::NO_CONTENT
    }
    Router::new().route("/", post(take::<T>)).layer(localize_layer())
}

pub async fn accepts(app: &Router, request: http::Request<Bytes>) {
    let answer = send(app, request.map(Body::from)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{:?}", answer.body);
}

/// A refusal in both languages.
pub struct Refusal {
    pub status: u16,
    pub slug: String,
    pub ru: ProblemBody,
    pub en: ProblemBody,
    pub headers: HeaderMap,
}

impl Refusal {
    /// Where, code, in Russian, in English.
    pub fn fields(&self) -> Vec<(&str, &str, &str, &str)> {
        let pairs = self.ru.errors.iter().zip(&self.en.errors);
        pairs
            .map(|(ru, en)| {
                (
                    ru.field.as_str(),
                    ru.code.as_str(),
                    ru.message.as_str(),
                    en.message.as_str(),
                )
            })
            .collect()
    }

    pub fn detail(&self) -> Option<(&str, &str)> {
        Some((self.ru.detail.as_deref()?, self.en.detail.as_deref()?))
    }

    /// It is a refusal of this one field.
    #[track_caller]
    pub fn names(&self, field: &str, code: &str, ru: &str, en: &str) {
        assert_eq!((self.status, self.slug.as_str()), (422, "validation"));
        assert_eq!(self.fields(), [(field, code, ru, en)]);
        assert_eq!(self.detail(), None);
    }

    /// It is this kind of refusal and blames no field.
    #[track_caller]
    pub fn is(&self, status: u16, slug: &str, detail: Option<(&str, &str)>) {
        assert_eq!((self.status, self.slug.as_str()), (status, slug));
        assert_eq!(self.detail(), detail);
        assert_eq!(self.fields(), []);
    }
}

/// Sends `request` in either language, and checks what holds for every refusal.
pub async fn refused(app: &Router, request: http::Request<Bytes>) -> Refusal {
    let mut request = request;
    request
        .headers_mut()
        .insert(ACCEPT_LANGUAGE, "ru".parse().expect("a header"));
    let ru = send(app, request.clone().map(Body::from)).await;
    request
        .headers_mut()
        .insert(ACCEPT_LANGUAGE, "en".parse().expect("a header"));
    let en = send(app, request.map(Body::from)).await;

    for (answer, lang) in [(&ru, "ru"), (&en, "en")] {
        let text = String::from_utf8(answer.body.to_vec()).expect("JSON is UTF-8");
        assert!(answer.status.is_client_error(), "{} {text}", answer.status);
        assert!(!text.contains(SECRET), "the caller's value comes back: {text}");
        assert_eq!(
            answer.header(CONTENT_TYPE.as_str()),
            Some("application/problem+json")
        );
        assert_eq!(answer.header(CONTENT_LANGUAGE.as_str()), Some(lang));
        assert_eq!(answer.header(CACHE_CONTROL.as_str()), Some("no-store"));
        assert_eq!(answer.header(VARY.as_str()), Some("accept-language"));
        let problem = answer.problem();
        assert_eq!(problem.status, answer.status.as_u16());
        assert_eq!(problem.trace_id, None, "only errors of ours have one");
        let russian = |text: &str| text.chars().any(|c| matches!(c, 'а'..='я' | 'А'..='Я'));
        let texts = [Some(&problem.title), problem.detail.as_ref()];
        for text in texts.into_iter().flatten() {
            assert_eq!(russian(text), lang == "ru", "{lang}: {text}");
        }
    }

    let (status, headers) = (ru.status, ru.headers.clone());
    assert_eq!(en.status, status);
    let (ru, en) = (ru.problem(), en.problem());
    assert_eq!(ru.type_, en.type_);
    let same = |problem: &ProblemBody| -> Vec<_> {
        let errors = problem.errors.iter();
        errors
            .map(|error| (error.field.clone(), error.code.clone()))
            .collect()
    };
    assert_eq!(same(&ru), same(&en));
    Refusal {
        status: status.as_u16(),
        slug: ru.slug().to_owned(),
        ru,
        en,
        headers,
    }
}
