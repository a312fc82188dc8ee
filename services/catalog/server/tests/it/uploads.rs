//! Pictures and documents that employees bring.

use std::io::Cursor;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use catalog_store::ProductRef;
use contracts::backoffice::Role;
use contracts::catalog::{ProductDetail, StoredDocument, StoredImage, VariantState};
use embedded::nfs;
use futures_util::stream;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use kernel::ProductId;
use serde_json::{Value, json};
use test_support::wait_for;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::house::{Answer, Ask};
use crate::media::Gallery;
use crate::seed::WARDROBE;

pub const IMAGES: &str = "/api/staff/v1/catalog/images";
pub const DOCUMENTS: &str = "/api/staff/v1/catalog/documents";
pub const BYTES: &str = "application/octet-stream";

/// A picture of two colours.
pub fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        if x * 3 < y * 2 {
            Rgb([200, 120, 40])
        } else {
            Rgb([30, 60, 90])
        }
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(pixels)
        .write_to(&mut bytes, format)
        .expect("written");
    bytes.into_inner()
}

/// A JPEG that says it is larger than it is: its frame header follows no checksum.
fn bomb() -> Vec<u8> {
    let mut bytes = picture(600, 600, ImageFormat::Jpeg);
    let frame = bytes
        .windows(2)
        .position(|marker| marker == [0xff, 0xc0])
        .expect("a frame");
    let side = 30_000_u16.to_be_bytes();
    bytes[frame + 5..frame + 7].copy_from_slice(&side);
    bytes[frame + 7..frame + 9].copy_from_slice(&side);
    bytes
}

pub fn document(len: usize) -> Bytes {
    let mut content = b"%PDF-1.7\n".to_vec();
    content.extend((content.len()..len).map(|at| u8::try_from(at % 251).expect("a byte")));
    content.into()
}

impl Gallery {
    pub async fn bring(&self, path: &str, content: impl Into<Body>) -> Answer {
        let token = self.house.token(&[Role::Assortment]);
        self.house
            .staff(Ask::post(path).bearer(&token).body(BYTES, content))
            .await
    }

    async fn refused(&self, path: &str, content: impl Into<Body>) -> (u16, String) {
        let (status, slug, _) = self.bring(path, content).await.problem();
        (status, slug)
    }

    async fn give(&self, id: ProductId, what: &str, version: &str, body: &Value) -> Answer {
        let token = self.house.token(&[Role::Assortment]);
        let ask = Ask::put(&format!("/api/staff/v1/catalog/units/{id}/{what}")).bearer(&token);
        self.house.staff(ask.header("if-match", version).json(body)).await
    }

    pub async fn unit(&self, slug: &str) -> ProductDetail {
        catalog_store::product(&self.house.db.pg("catalog_edge"), &ProductRef::parse(slug))
            .await
            .expect("a database")
            .expect("there")
    }

    /// Names of all files in the storage, unfinished ones among them.
    fn stored(&self) -> Vec<String> {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut names = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("readable").flatten() {
                if entry.path().is_dir() {
                    folders.push(entry.path());
                } else {
                    names.push(entry.file_name().to_string_lossy().into_owned());
                }
            }
        }
        names
    }

    async fn nothing_is_left(&self) {
        wait_for("nothing to be left", Duration::from_secs(10), async || {
            self.stored().is_empty().then_some(())
        })
        .await;
        let known: i64 = pg::sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM document) + (SELECT count(*) FROM media)
                    + (SELECT count(*) FROM media_task)",
        )
        .fetch_one(self.house.db.admin())
        .await
        .expect("a database");
        assert_eq!(known, 0);
    }
}

#[tokio::test]
async fn a_picture_is_taken_whatever_it_is_called_and_served() {
    let gallery = Gallery::open().await;
    for (format, media_type) in [
        (ImageFormat::Png, "image/png"),
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::WebP, "image/webp"),
    ] {
        let file = picture(600, 500, format);
        let stored: StoredImage = gallery.bring(IMAGES, file.clone()).await.ok();
        assert_eq!((stored.image.width, stored.image.height), (600, 500));
        assert_eq!((stored.state, stored.error), (VariantState::Pending, None));
        let again: StoredImage = gallery.bring(IMAGES, file).await.ok();
        assert_eq!(again.image.key, stored.image.key, "the same file, the same key");

        let served = gallery
            .house
            .get(&format!("/api/catalog/v1/media/{}", stored.image.key))
            .await;
        assert_eq!(served.header(header::CONTENT_TYPE), media_type);
        assert_eq!(served.body.len().to_string(), stored.bytes.to_string());
        let shown = image::load_from_memory(&served.body).expect("a picture");
        assert_eq!((shown.width(), shown.height()), (600, 500));
        let token = gallery.house.token(&[Role::Administrator]);
        let known = Ask::get(&format!("{IMAGES}/{}", stored.image.key)).bearer(&token);
        assert_eq!(gallery.house.staff(known).await.ok::<StoredImage>(), again);
    }
    let token = gallery.house.token(&[Role::Assortment]);
    let unknown = Ask::get(&format!("{IMAGES}/nothing")).bearer(&token);
    assert_eq!(gallery.house.staff(unknown).await.problem().0, 404);
}

#[tokio::test]
async fn what_is_no_good_picture_is_refused_by_name_and_not_kept() {
    let gallery = Gallery::open().await;
    let png = picture(600, 600, ImageFormat::Png);
    let torn = png[..png.len() / 2].to_vec();
    for (file, want) in [
        (Vec::new(), (400, "malformed-request")),
        (b"GIF89a\x01\0\x01\0".to_vec(), (415, "unsupported-media-type")),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            (415, "unsupported-media-type"),
        ),
        (document(5_000).to_vec(), (415, "unsupported-media-type")),
        (picture(499, 900, ImageFormat::Png), (422, "image-too-small")),
        (bomb(), (422, "image-too-large")),
        (torn, (422, "image-damaged")),
    ] {
        let (status, slug) = gallery.refused(IMAGES, file).await;
        assert_eq!((status, &*slug), want);
    }
    let small = gallery.bring(IMAGES, picture(900, 499, ImageFormat::Jpeg)).await;
    let (.., told) = small.problem();
    assert_eq!((&told["width"], &told["height"]), (&json!(900), &json!(499)));
    // It says beforehand that it is too large; and it does not, and goes on and on.
    let mut large = png.clone();
    large.resize(20_000_001, 0);
    assert_eq!(gallery.refused(IMAGES, large).await.0, 413);
    let endless = stream::repeat_with(move || Ok::<_, std::convert::Infallible>(Bytes::from(png.clone())));
    assert_eq!(gallery.refused(IMAGES, Body::from_stream(endless)).await.0, 413);
    gallery.nothing_is_left().await;
}

#[tokio::test]
async fn a_document_is_taken_byte_for_byte_and_served_to_be_saved() {
    let gallery = Gallery::open().await;
    // More than the service takes in general, and than is kept in memory.
    let content = document(6_000_000);
    let stored: StoredDocument = gallery.bring(DOCUMENTS, content.clone()).await.ok();
    assert_eq!(stored.bytes, 6_000_000);
    assert_eq!(
        gallery
            .bring(DOCUMENTS, content.clone())
            .await
            .ok::<StoredDocument>(),
        stored
    );
    let path = format!("/api/catalog/v1/documents/{}", stored.key);
    let served = gallery.house.get(&path).await;
    assert!(served.status == StatusCode::OK && served.body == content);
    for (name, want) in [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{}\"", stored.key),
        ),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox".to_owned(),
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ] {
        assert_eq!(served.header(name.clone()), want, "{name}");
    }
    let part = gallery
        .house
        .edge(Ask::get(&path).header("range", "bytes=5999990-"))
        .await;
    assert_eq!(part.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body, content.slice(5_999_990..));
    // Neither is to be had where the other is.
    let elsewhere = path.replace("documents", "media");
    assert_eq!(gallery.house.get(&elsewhere).await.problem().0, 404);
    let image: StoredImage = gallery
        .bring(IMAGES, picture(600, 600, ImageFormat::Png))
        .await
        .ok();
    let elsewhere = format!("/api/catalog/v1/documents/{}", image.image.key);
    assert_eq!(gallery.house.get(&elsewhere).await.problem().0, 404);
}

#[tokio::test]
async fn what_is_no_document_is_refused_and_not_kept() {
    let gallery = Gallery::open().await;
    assert_eq!(gallery.refused(DOCUMENTS, Body::empty()).await.0, 400);
    for file in [
        picture(600, 600, ImageFormat::Png),
        b"%PD".to_vec(),
        b"<html>%PDF-1.7".to_vec(),
    ] {
        assert_eq!(gallery.refused(DOCUMENTS, file).await.0, 415);
    }
    let endless = stream::repeat_with(|| Ok::<_, std::convert::Infallible>(document(1_000_000)));
    assert_eq!(
        gallery.refused(DOCUMENTS, Body::from_stream(endless)).await.0,
        413
    );
    gallery.nothing_is_left().await;
}

#[tokio::test]
async fn a_sender_who_goes_away_in_the_middle_leaves_nothing() {
    let gallery = Gallery::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let serving = tokio::spawn(axum::serve(listener, gallery.house.staff_router()).into_future());
    let content = document(9_000_000);
    let token = gallery.house.token(&[Role::Assortment]);
    for path in [DOCUMENTS, IMAGES] {
        let mut sender = TcpStream::connect(address).await.expect("it listens");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {token}\r\n\
             content-type: {BYTES}\r\ncontent-length: {}\r\n\r\n",
            content.len()
        );
        sender.write_all(head.as_bytes()).await.expect("sent");
        if path == IMAGES {
            let png = picture(600, 600, ImageFormat::Png);
            sender.write_all(&png[..png.len() / 2]).await.expect("sent");
        } else {
            sender.write_all(&content[..5_000_000]).await.expect("sent");
            wait_for("the beginning", Duration::from_secs(10), async || {
                (!gallery.stored().is_empty()).then_some(())
            })
            .await;
        }
        drop(sender);
        gallery.nothing_is_left().await;
    }
    serving.abort();
}

#[tokio::test]
async fn a_full_storage_and_one_that_is_away_are_told_apart_and_recovered_from() {
    let mut gallery = Gallery::open().await;
    let content = document(3_000_000);
    let png = picture(600, 600, ImageFormat::Png);
    let leave = |gallery: &Gallery, room| {
        let server = gallery.server.as_ref().expect("it is there");
        server.leave_room(room);
    };
    for room in [0, 2_000_000] {
        leave(&gallery, Some(room));
        let (status, slug) = gallery.refused(DOCUMENTS, content.clone()).await;
        assert_eq!((status, &*slug), (507, "storage-full"), "{room}");
        gallery.nothing_is_left().await;
    }
    leave(&gallery, Some(0));
    let (status, slug) = gallery.refused(IMAGES, png.clone()).await;
    assert_eq!((status, &*slug), (507, "storage-full"));
    gallery.nothing_is_left().await;
    leave(&gallery, None);

    let server = gallery.server.take().expect("it is there");
    let port = server.port();
    server.stop().await;
    for (path, file) in [(DOCUMENTS, content.clone()), (IMAGES, png.clone().into())] {
        let (status, slug) = gallery.refused(path, file).await;
        assert_eq!((status, &*slug), (503, "unavailable"), "{path}");
    }
    let options = nfs::Options::new(gallery.folder.path(), port);
    let back = wait_for("the port", Duration::from_secs(10), async || {
        nfs::Server::start(options.clone()).await.ok()
    });
    gallery.server = Some(back.await);
    gallery.bring(DOCUMENTS, content).await.ok::<StoredDocument>();
    gallery.bring(IMAGES, png).await.ok::<StoredImage>();
}

#[tokio::test]
async fn units_get_pictures_and_documents_version_by_version() {
    let gallery = Gallery::open().await;
    let id = gallery.unit(WARDROBE).await.card.id;
    let mut images = Vec::new();
    for side in [500, 501] {
        let stored: StoredImage = gallery
            .bring(IMAGES, picture(side, 500, ImageFormat::Png))
            .await
            .ok();
        images.push(stored.image.key);
    }
    let file: StoredDocument = gallery.bring(DOCUMENTS, document(5_000)).await.ok();

    let given = gallery
        .give(id, "images", "\"1\"", &json!({ "keys": images }))
        .await;
    assert_eq!(
        (given.status, given.header(header::ETAG)),
        (StatusCode::OK, "\"2\"")
    );
    let documents = json!({ "documents": [
        { "kind": "instruction", "title": { "ru": "Сборка", "en": "Assembly" }, "key": file.key },
    ] });
    let given = gallery.give(id, "documents", "\"2\"", &documents).await;
    assert_eq!(
        (given.status, given.header(header::ETAG)),
        (StatusCode::OK, "\"3\"")
    );
    let shown: ProductDetail = gallery
        .house
        .get(&format!("/api/catalog/v1/products/{WARDROBE}"))
        .await
        .ok();
    assert_eq!(
        shown.images.iter().map(|image| &image.key).collect::<Vec<_>>(),
        images.iter().collect::<Vec<_>>()
    );
    assert_eq!(
        (&*shown.documents[0].title.en, shown.documents[0].bytes),
        ("Assembly", 5_000)
    );

    let stale = gallery.give(id, "images", "\"2\"", &json!({ "keys": [] })).await;
    assert_eq!(stale.header(header::ETAG), "\"3\"");
    let (status, slug, told) = stale.problem();
    assert_eq!(
        (status, &*slug, &told["version"]),
        (412, "precondition-failed", &json!(3))
    );
    let token = gallery.house.token(&[Role::Assortment]);
    for what in ["images", "documents"] {
        let path = format!("/api/staff/v1/catalog/units/{id}/{what}");
        let bare = gallery
            .house
            .staff(Ask::put(&path).bearer(&token).json(&json!({})))
            .await;
        assert_eq!(bare.problem().0, 428);
        let nobody = ProductId::from(uuid::Uuid::nil());
        let body = if what == "images" {
            json!({ "keys": [] })
        } else {
            json!({ "documents": [] })
        };
        assert_eq!(gallery.give(nobody, what, "\"1\"", &body).await.problem().0, 404);
        assert_eq!(gallery.give(id, what, "7", &body).await.problem().0, 422);
    }
    let titled = |key: &str, ru: &str| json!({ "documents": [{ "kind": "drawing", "title": { "ru": ru, "en": "Drawing" }, "key": key }] });
    for (what, body, field) in [
        ("images", json!({ "keys": [images[0], "nothing"] }), "keys[1]"),
        ("images", json!({ "keys": [images[0], images[0]] }), "keys[1]"),
        ("images", json!({ "keys": vec!["a"; 21] }), "keys"),
        ("documents", titled(&images[0], "Чертёж"), "documents[0].key"),
        ("documents", titled(&file.key, " "), "documents[0].title"),
    ] {
        let answer = gallery.give(id, what, "\"3\"", &body).await;
        assert_eq!(answer.fields(), [field], "{body}");
    }
    let unchanged = gallery.unit(WARDROBE).await;
    assert_eq!((unchanged.images.len(), unchanged.documents.len()), (2, 1));
}

#[tokio::test]
async fn only_those_who_make_the_assortment_bring_and_give() {
    let gallery = Gallery::open().await;
    let id = gallery.unit(WARDROBE).await.card.id;
    for role in [
        Role::Warehouse,
        Role::Support,
        Role::Courier,
        Role::Security,
        Role::Analyst,
    ] {
        let token = gallery.house.token(&[role]);
        let png = picture(500, 500, ImageFormat::Png);
        let asks = [
            Ask::post(IMAGES).body(BYTES, png),
            Ask::post(DOCUMENTS).body(BYTES, document(5_000)),
            Ask::get(&format!("{IMAGES}/nothing")),
            Ask::put(&format!("/api/staff/v1/catalog/units/{id}/images")),
            Ask::put(&format!("/api/staff/v1/catalog/units/{id}/documents")),
        ];
        for ask in asks {
            let answer = gallery.house.staff(ask.bearer(&token)).await;
            assert_eq!(answer.problem().0, 403, "{role:?}");
        }
    }
    gallery.nothing_is_left().await;
}
