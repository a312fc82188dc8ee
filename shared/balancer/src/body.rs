use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::BoxError;
use crate::member::Ticket;

type Stream = UnsyncBoxBody<Bytes, BoxError>;

/// What is sent: bytes that can be sent again, or a stream that is given back if nobody has read from it.
pub(crate) enum Payload {
    Bytes(Option<Bytes>),
    Lent {
        stream: Option<Stream>,
        home: Home,
        touched: bool,
    },
}

/// Where an untouched stream returns to when a request could not be sent.
#[derive(Clone)]
pub(crate) struct Home(Arc<Mutex<Option<Stream>>>);

impl Home {
    pub(crate) fn new<B>(body: B) -> Self
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let stream = body.map_err(Into::into).boxed_unsync();
        Self(Arc::new(Mutex::new(Some(stream))))
    }

    /// The stream, unless a try before this one has used it up.
    pub(crate) fn lend(&self) -> Option<Payload> {
        let stream = self.0.lock().expect("no holder panics").take()?;
        Some(Payload::Lent {
            stream: Some(stream),
            home: self.clone(),
            touched: false,
        })
    }
}

impl Payload {
    pub(crate) fn bytes(bytes: Bytes) -> Self {
        Self::Bytes(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }
}

impl Drop for Payload {
    fn drop(&mut self) {
        if let Self::Lent {
            stream,
            home,
            touched: false,
        } = self
        {
            *home.0.lock().expect("no holder panics") = stream.take();
        }
    }
}

impl Body for Payload {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Bytes(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Lent { stream, touched, .. } => {
                *touched = true;
                match stream {
                    Some(stream) => Pin::new(stream).poll_frame(cx),
                    None => Poll::Ready(None),
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_none(),
            Self::Lent { stream, .. } => stream.as_ref().is_none_or(Body::is_end_stream),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Bytes(bytes) => SizeHint::with_exact(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Self::Lent { stream, .. } => stream.as_ref().map_or_else(SizeHint::default, Body::size_hint),
        }
    }
}

/// The body of a forwarded answer, passed on as it arrives. The replica counts as busy until it is dropped.
pub struct Streaming {
    incoming: Incoming,
    ticket: Ticket,
}

impl Streaming {
    pub(crate) fn new(incoming: Incoming, ticket: Ticket) -> Self {
        Self { incoming, ticket }
    }
}

impl Body for Streaming {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let frame = ready!(Pin::new(&mut self.incoming).poll_frame(cx));
        Poll::Ready(frame.map(|frame| {
            frame.map_err(|error| {
                self.ticket.broke_off();
                error.into()
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
