use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use kernel::Text;
use problem::{Problem, kinds};

/// A sender that brings nothing for so long is given up.
const IDLE: Duration = Duration::from_secs(10);

/// A file in a request's body, as it comes.
pub struct Incoming {
    body: BodyDataStream,
    first: Bytes,
    left: u64,
    limit: u64,
    idle: Duration,
}

impl Incoming {
    /// Waits for the first `head` bytes, which say what it is. No more than `limit` bytes will be taken.
    pub async fn begin(headers: &HeaderMap, body: Body, limit: u64, head: usize) -> Result<Self, Problem> {
        Self::begin_with(headers, body, limit, head, IDLE).await
    }

    async fn begin_with(
        headers: &HeaderMap,
        body: Body,
        limit: u64,
        head: usize,
        idle: Duration,
    ) -> Result<Self, Problem> {
        let told = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok());
        if told
            .and_then(|length| length.parse::<u64>().ok())
            .is_some_and(|length| length > limit)
        {
            return Err(too_large(limit));
        }
        let mut incoming = Self {
            body: body.into_data_stream(),
            first: Bytes::new(),
            left: limit,
            limit,
            idle,
        };
        while incoming.first.len() < head {
            let Some(piece) = incoming.receive().await? else {
                break;
            };
            incoming.first = if incoming.first.is_empty() {
                piece
            } else {
                [&incoming.first[..], &piece].concat().into()
            };
        }
        if incoming.first.is_empty() {
            return Err(Problem::new(&kinds::MALFORMED).detail(Text::new(
                "Файла нет: тело запроса пусто.",
                "There is no file: the body is empty.",
            )));
        }
        Ok(incoming)
    }

    /// Its beginning.
    pub fn head(&self) -> &[u8] {
        &self.first
    }

    /// The next bytes, from the first on; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Problem> {
        if !self.first.is_empty() {
            return Ok(Some(std::mem::take(&mut self.first)));
        }
        self.receive().await
    }

    async fn receive(&mut self) -> Result<Option<Bytes>, Problem> {
        let next = tokio::time::timeout(self.idle, self.body.next()).await;
        let piece = match next.map_err(|_| Problem::new(&kinds::TIMEOUT))? {
            None => return Ok(None),
            Some(Ok(piece)) => piece,
            Some(Err(error)) => {
                tracing::debug!(%error, "an upload broke off");
                return Err(Problem::new(&kinds::MALFORMED).detail(Text::new(
                    "Файл пришёл не до конца.",
                    "The file did not come to its end.",
                )));
            }
        };
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        self.left = self
            .left
            .checked_sub(length)
            .ok_or_else(|| too_large(self.limit))?;
        Ok(Some(piece))
    }
}

fn too_large(limit: u64) -> Problem {
    let megabytes = limit / 1_000_000;
    Problem::new(&kinds::TOO_LARGE)
        .detail(Text::new(
            format!("Файл может быть не больше {megabytes} МБ."),
            format!("A file may have at most {megabytes} MB."),
        ))
        .ext("limit", &limit)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;

    async fn received(mut incoming: Incoming) -> Result<Vec<u8>, Problem> {
        let mut all = Vec::new();
        while let Some(piece) = incoming.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }

    fn pieces(pieces: &[&'static str]) -> Vec<Result<Bytes, Infallible>> {
        pieces
            .iter()
            .map(|piece| Ok(Bytes::from_static(piece.as_bytes())))
            .collect()
    }

    async fn begun(body: Body, limit: u64) -> Result<Incoming, Problem> {
        let idle = Duration::from_millis(20);
        Incoming::begin_with(&HeaderMap::new(), body, limit, 5, idle).await
    }

    #[tokio::test]
    async fn a_file_comes_whole_however_it_is_cut() {
        for cut in [
            &["%PDF-1.7 abc"][..],
            &["%", "PD", "F-1", ".7 ", "abc"],
            &["%PDF-1.7", "", " abc"],
        ] {
            let incoming = begun(Body::from_stream(stream::iter(pieces(cut))), 12)
                .await
                .expect("it begins");
            assert!(incoming.head().starts_with(b"%PDF-"), "{cut:?}");
            assert_eq!(received(incoming).await.expect("it ends"), b"%PDF-1.7 abc");
        }
        let short = begun(Body::from("%P"), 12).await.expect("it begins");
        assert_eq!(short.head(), b"%P");
    }

    #[tokio::test]
    async fn one_byte_too_many_is_too_large() {
        let body = Body::from_stream(stream::iter(pieces(&["%PDF-", "1.7", " ab"])));
        let refused = received(begun(body, 10).await.expect("it begins")).await;
        assert_eq!(refused.expect_err("too large").kind().status, 413);
    }

    #[tokio::test]
    async fn who_brings_nothing_is_given_up() {
        let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        assert_eq!(begun(never, 10).await.err().expect("given up").kind().status, 408);
        let stuck = stream::iter(pieces(&["%PDF-"])).chain(stream::pending());
        let incoming = begun(Body::from_stream(stuck), 10).await.expect("it begins");
        assert_eq!(received(incoming).await.expect_err("given up").kind().status, 408);
    }
}
