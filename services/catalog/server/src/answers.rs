//! Answers that are made once and sent as often as they are asked for.

use std::hash::Hash;
use std::io::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use kernel::SharedClock;
use moka::future::Cache;
use problem::Problem;
use serde::Serialize;
use time::{Duration, OffsetDateTime};
use xxhash_rust::xxh3::xxh3_128;

use crate::conditions::Conditions;

/// How old an answer may be. With the second that callers may keep it and the one after which availability is
/// recomputed, a change is seen within three (STK-5).
const FRESH: Duration = Duration::SECOND;
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("public, max-age=1");
/// Shorter bodies travel in one packet anyway.
const WORTH_COMPRESSING: usize = 1_024;

/// A body in JSON, ready to be sent.
pub struct Answer {
    json: Bytes,
    /// Made when the first caller takes it.
    gzip: OnceLock<Bytes>,
    /// Weak, because it stands for both forms of the body.
    etag: HeaderValue,
    read_at: OffsetDateTime,
}

impl Answer {
    /// `length`: about how long the body is going to be; better too much than too little.
    fn new(value: &impl Serialize, read_at: OffsetDateTime, length: usize) -> Result<Self, Problem> {
        let mut json = Vec::with_capacity(length);
        serde_json::to_writer(&mut json, value).map_err(Problem::internal)?;
        json.shrink_to_fit();
        // Tells answers apart, no more: SHA-256 took a seventh of the processor time of a list where there are no
        // instructions for it.
        let digest = URL_SAFE_NO_PAD.encode(xxh3_128(&json).to_be_bytes());
        let etag = HeaderValue::try_from(format!("W/\"{digest}\"")).map_err(Problem::internal)?;
        Ok(Self {
            json: json.into(),
            gzip: OnceLock::new(),
            etag,
            read_at,
        })
    }

    /// Whether it may still be sent; not when the clock was set back.
    fn is_fresh(&self, now: OffsetDateTime) -> bool {
        let age = now - self.read_at;
        age >= Duration::ZERO && age < FRESH
    }

    /// The answer to a caller: 304 where it has this one already.
    pub fn respond(&self, conditions: &Conditions) -> Response {
        let headers = [
            (header::ETAG, self.etag.clone()),
            (header::CACHE_CONTROL, CACHE_CONTROL),
            (header::VARY, HeaderValue::from_static("accept-encoding")),
        ];
        if conditions.has(&self.etag) {
            return (StatusCode::NOT_MODIFIED, headers).into_response();
        }
        let compress = conditions.gzip && self.json.len() >= WORTH_COMPRESSING;
        let body = if compress { self.compressed() } else { &self.json };
        let mut response = (headers, Body::from(body.clone())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if compress {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }

    fn compressed(&self) -> &Bytes {
        self.gzip.get_or_init(|| {
            let mut encoder = GzEncoder::new(Vec::with_capacity(self.json.len() / 4), Compression::fast());
            let written = encoder.write_all(&self.json).and_then(|()| encoder.finish());
            written.expect("writing into memory does not fail").into()
        })
    }
}

/// Answers by what was asked, each at most a second old. However many ask for the same at once, it is read once.
#[derive(Clone)]
pub struct Answers<K> {
    kept: Cache<K, Kept>,
    /// How long the answer before was: the next one is like it, and need not grow by doubling.
    length: Arc<AtomicUsize>,
    clock: SharedClock,
}

/// A failure is shared by those who waited for it, and by nobody after them.
type Kept = Result<Arc<Answer>, Problem>;

impl<K: Clone + Eq + Hash + Send + Sync + 'static> Answers<K> {
    /// At most `bytes` of answers; what is asked for least goes first.
    pub fn new(bytes: u64, clock: SharedClock) -> Self {
        let kept = Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, kept: &Kept| {
                // The key, the bookkeeping, and a compressed body, which is about a fifth of the other.
                let body = kept.as_ref().map_or(0, |answer| answer.json.len() / 4 * 5);
                u32::try_from(body + 512).unwrap_or(u32::MAX)
            })
            .build();
        Self {
            kept,
            length: Arc::default(),
            clock,
        }
    }

    /// The answer to `key`, made from what `read` finds unless there is a fresh one.
    pub async fn get<T, F>(&self, key: &K, read: impl FnOnce() -> F) -> Result<Arc<Answer>, Problem>
    where
        T: Serialize,
        F: Future<Output = Result<T, Problem>>,
    {
        let now = self.clock.now();
        let is_fresh = |kept: &Kept| kept.as_ref().is_ok_and(|answer| answer.is_fresh(now));
        if let Some(kept) = self.kept.get(key).await
            && is_fresh(&kept)
        {
            return kept;
        }
        // Its age counts from before it is read: what changes meanwhile may not be in it. Boxed, since reading is
        // large and most callers do without.
        let make = Box::pin(async {
            let found = read().await?;
            let length = self.length.load(Ordering::Relaxed);
            let answer = Answer::new(&found, now, length + length / 4)?;
            self.length.store(answer.json.len(), Ordering::Relaxed);
            Ok(Arc::new(answer))
        });
        let entry = self
            .kept
            .entry_by_ref(key)
            .or_insert_with_if(make, |kept| !is_fresh(kept));
        Box::pin(entry).await.into_value()
    }
}
