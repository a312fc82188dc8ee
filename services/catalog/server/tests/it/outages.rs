//! The file server starts anew while employees bring files and customers fetch them.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use contracts::backoffice::Role;
use contracts::catalog::StoredDocument;
use embedded::nfs;
use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use test_support::wait_for;
use tokio::sync::mpsc;

use crate::house::{Answer, Ask};
use crate::media::Gallery;
use crate::uploads::{BYTES, DOCUMENTS, document};

const LARGE: usize = 8_000_000;

/// A document of its own for each number.
fn nth(n: usize) -> Bytes {
    document(LARGE + n)
}

impl Gallery {
    /// Answers the port that it had.
    async fn stop_files(&mut self) -> u16 {
        let server = self.server.take().expect("it is there");
        let port = server.port();
        server.stop().await;
        port
    }

    /// The file server again, where it was; another generation makes all handles stale.
    async fn start_files(&mut self, port: u16, generation: Option<u64>) {
        let options = nfs::Options {
            generation,
            ..nfs::Options::new(self.folder.path(), port)
        };
        let back = wait_for("the port", Duration::from_secs(10), async || {
            nfs::Server::start(options.clone()).await.ok()
        });
        self.server = Some(back.await);
    }

    fn unfinished(&self) -> usize {
        std::fs::read_dir(self.folder.path().join(".incoming")).map_or(0, Iterator::count)
    }
}

/// A body whose second half comes when it is let.
fn halved(content: &Bytes) -> (Body, mpsc::UnboundedSender<Bytes>) {
    let (sender, receiver) = mpsc::unbounded_channel();
    sender.send(content.slice(..LARGE / 2)).expect("it is waited for");
    let pieces = stream::unfold(receiver, async |mut receiver| {
        let piece = receiver.recv().await?;
        Some((Ok::<_, std::io::Error>(piece), receiver))
    });
    (Body::from_stream(pieces), sender)
}

#[tokio::test]
async fn uploads_and_downloads_go_on_when_the_file_server_has_started_anew() {
    const AT_ONCE: usize = 4;
    let mut gallery = Gallery::open().await;
    let token = gallery.house.token(&[Role::Assortment]);
    for (round, generation) in [None, Some(5)].into_iter().enumerate() {
        let old = nth(100 + round);
        let stored: StoredDocument = gallery.bring(DOCUMENTS, old.clone()).await.ok();
        let path = format!("/api/catalog/v1/documents/{}", stored.key);

        let new: Vec<Bytes> = (0..AT_ONCE).map(|n| nth(round * AT_ONCE + n)).collect();
        let staff = gallery.house.staff_router();
        let (uploads, rests): (Vec<_>, Vec<_>) = new
            .iter()
            .map(|content| {
                let (body, rest) = halved(content);
                let ask = Ask::post(DOCUMENTS).bearer(&token).body(BYTES, body);
                let staff = staff.clone();
                (tokio::spawn(async move { ask.send(&staff).await }), rest)
            })
            .unzip();
        let mut download = gallery
            .house
            .edge_stream(Ask::get(&path))
            .await
            .into_body()
            .into_data_stream();
        let mut fetched = download
            .next()
            .await
            .expect("a piece")
            .expect("readable")
            .to_vec();
        wait_for("the first halves", Duration::from_secs(20), async || {
            (gallery.unfinished() == AT_ONCE).then_some(())
        })
        .await;

        let port = gallery.stop_files().await;
        gallery.start_files(port, generation).await;
        for (content, rest) in new.iter().zip(rests) {
            rest.send(content.slice(LARGE / 2..)).expect("it is waited for");
        }
        let answers: Vec<Answer> = join_all(uploads)
            .await
            .into_iter()
            .map(|answer| answer.expect("answered"))
            .collect();
        while let Some(piece) = download.next().await {
            fetched.extend_from_slice(&piece.expect("readable"));
        }
        assert!(fetched == old, "{generation:?}");
        for (answer, content) in answers.iter().zip(&new) {
            let stored: StoredDocument = answer.ok();
            let path = format!("/api/catalog/v1/documents/{}", stored.key);
            let served = gallery.house.get(&path).await;
            assert!(
                served.status == StatusCode::OK && served.body == content,
                "{generation:?}"
            );
        }
        assert_eq!(gallery.unfinished(), 0);
    }
}

#[tokio::test]
async fn an_upload_that_loses_its_file_server_for_good_is_told_so_and_can_be_repeated() {
    let mut gallery = Gallery::open().await;
    let token = gallery.house.token(&[Role::Assortment]);
    let content = nth(0);
    let (body, rest) = halved(&content);
    let ask = Ask::post(DOCUMENTS).bearer(&token).body(BYTES, body);
    let staff = gallery.house.staff_router();
    let upload = tokio::spawn(async move { ask.send(&staff).await });
    wait_for("the first half", Duration::from_secs(20), async || {
        (gallery.unfinished() == 1).then_some(())
    })
    .await;
    assert!(!upload.is_finished(), "it waits for the rest");
    let port = gallery.stop_files().await;
    // It may have been told already, and not wait for the rest.
    drop(rest.send(content.slice(LARGE / 2..)));
    drop(rest);
    let (status, slug, _) = upload.await.expect("answered").problem();
    assert_eq!((status, &*slug), (503, "unavailable"));

    gallery.start_files(port, None).await;
    let stored: StoredDocument = gallery.bring(DOCUMENTS, content.clone()).await.ok();
    let served = gallery
        .house
        .get(&format!("/api/catalog/v1/documents/{}", stored.key))
        .await;
    assert!(served.status == StatusCode::OK && served.body == content);
}
