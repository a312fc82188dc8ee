/// One kind of problem: a stable name that programs may rely on, its HTTP status and its title.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Lower-case words with dashes, unique in the shop; never changed once published.
    pub slug: &'static str,
    /// HTTP status of the answer.
    pub status: u16,
    /// Title in Russian and in English. The same for every occurrence.
    pub title: (&'static str, &'static str),
}

impl Kind {
    /// The problem's `type` (RFC 9457, 3.1.1).
    pub fn uri(&self) -> String {
        format!("https://garnitur.ru/problems/{}", self.slug)
    }
}

/// The kinds that any operation may answer with.
pub mod kinds {
    use super::Kind;

    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:literal, $ru:literal, $en:literal;)+) => {
            $($(#[$doc])* pub const $name: Kind = Kind { slug: $slug, status: $status, title: ($ru, $en) };)+

            /// Every kind of this module, for the documentation and its tests.
            pub const fn all() -> &'static [&'static Kind] {
                &[$(&$name),+]
            }
        };
    }

    kinds! {
        /// A field or parameter has a value that is not allowed; `errors` names each.
        VALIDATION = "validation", 422, "Данные заполнены неверно", "The data is not valid";
        /// The request cannot be read at all.
        MALFORMED = "malformed-request", 400, "Запрос не удалось прочитать", "The request cannot be read";
        /// There is no such thing, or the caller may not know of it.
        NOT_FOUND = "not-found", 404, "Не найдено", "Not found";
        /// The caller must log in.
        UNAUTHENTICATED = "unauthenticated", 401, "Требуется вход", "Login required";
        /// The caller is known and has no right to this.
        FORBIDDEN = "forbidden", 403, "Недостаточно прав", "Not allowed";
        /// The state of the thing does not allow it (any more).
        CONFLICT = "conflict", 409, "Состояние изменилось", "The state has changed";
        /// The body is longer than this operation takes.
        TOO_LARGE = "too-large", 413, "Запрос слишком большой", "The request is too large";
        /// The body's content type is not one this operation reads.
        UNSUPPORTED_MEDIA = "unsupported-media-type", 415,
            "Формат данных не поддерживается", "The content type is not supported";
        /// The resource exists and does not know the method; `Allow` names those it knows.
        METHOD_NOT_ALLOWED = "method-not-allowed", 405, "Метод не поддерживается", "The method is not allowed";
        /// The request, or the answer to it, took too long.
        TIMEOUT = "timeout", 408, "Время ожидания истекло", "The request took too long";
        /// The range asked for lies outside the file.
        RANGE = "range-not-satisfiable", 416,
            "Запрошенная часть файла не существует", "The range cannot be served";
        /// Too many requests or attempts; `Retry-After` says when to come back.
        THROTTLED = "throttled", 429, "Слишком много попыток", "Too many attempts";
        /// A part the operation needs is down; worth trying again soon.
        UNAVAILABLE = "unavailable", 503, "Сервис временно недоступен", "The service is temporarily unavailable";
        /// The service runs read-only (`--read-only`).
        READ_ONLY = "read-only", 503,
            "Сейчас доступен только просмотр", "Only reading is possible at present";
        /// An error of ours, found in the log by the trace id.
        INTERNAL = "internal", 500, "Внутренняя ошибка", "Internal error";
        /// The `Idempotency-Key` was used before with another request.
        IDEMPOTENCY_REUSED = "idempotency-key-reused", 422,
            "Ключ идемпотентности уже использован с другим запросом",
            "The idempotency key was used with another request";
        /// The operation requires an `Idempotency-Key`.
        IDEMPOTENCY_MISSING = "idempotency-key-missing", 400,
            "Не указан заголовок Idempotency-Key", "The header Idempotency-Key is missing";
        /// The operation requires an `If-Match` that names the version it changes.
        PRECONDITION_MISSING = "precondition-missing", 428,
            "Не указан заголовок If-Match", "The header If-Match is missing";
        /// The thing was changed since the version that `If-Match` names.
        PRECONDITION_FAILED = "precondition-failed", 412,
            "Данные уже изменил кто-то другой", "Somebody else has changed this meanwhile";
    }
}
