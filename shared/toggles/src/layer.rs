use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::observed;

/// A middleware around a face's routes: the span of a request names the toggles that were asked for while it was answered.
pub async fn observe(request: Request, next: Next) -> Response {
    observed(next.run(request)).await
}
