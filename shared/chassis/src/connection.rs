use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use auth::PeerService;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

/// How long a connection may take to send a request's head, and may stay idle between requests.
const HEAD_TIMEOUT: Duration = Duration::from_mins(1);

/// Serves one connection with HTTP/1.1 until the peer closes it, `drain` (finish the request at hand and
/// close) or `cut` (drop it). Requests carry the address that called as `ConnectInfo`, and the service of its
/// certificate, if it showed one, as [`PeerService`].
pub(crate) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    address: SocketAddr,
    service: Option<PeerService>,
    router: Router,
    drain: CancellationToken,
    cut: CancellationToken,
) -> Ended {
    let router = router.map_request(move |mut request: Request<_>| {
        request.extensions_mut().insert(ConnectInfo(address));
        if let Some(service) = &service {
            request.extensions_mut().insert(service.clone());
        }
        request.map(Body::new)
    });
    // Only HTTP/1.1: telling versions apart means waiting for the first bytes without a time limit.
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT);
    let mut connection =
        pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), TowerToHyperService::new(router)));
    tokio::select! {
        biased;
        result = connection.as_mut() => return by_itself(result),
        () = drain.cancelled() => connection.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        biased;
        result = connection.as_mut() => by_itself(result),
        () = cut.cancelled() => Ended::Cut,
    }
}

/// How a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// It was closed by one of the sides.
    ByItself,
    /// The deadline cut it off.
    Cut,
}

fn by_itself(result: Result<(), Box<dyn std::error::Error + Send + Sync>>) -> Ended {
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended early");
    }
    Ended::ByItself
}
