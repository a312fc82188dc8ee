//! Images, over a real NFS server.

use axum::body::Bytes;
use axum::http::{Method, StatusCode, header};
use embedded::nfs;
use files::{FileStore as _, FilesConfig, Format, Key, NfsStore};
use serde_json::json;
use tempfile::TempDir;

use crate::house::{Answer, Ask, House};

pub struct Gallery {
    pub house: House,
    pub files: NfsStore,
    pub folder: TempDir,
    pub server: Option<nfs::Server>,
}

impl Gallery {
    pub async fn open() -> Self {
        let folder = TempDir::new().expect("a folder");
        let server = nfs::Server::start(nfs::Options::new(folder.path(), 0))
            .await
            .expect("an NFS server");
        let url = format!("nfs://127.0.0.1:{}{}", server.port(), nfs::EXPORT);
        let house = House::with(json!({ "files": { "url": url } })).await;
        let config = chassis::config::Loader::new("files").set([format!("url={url}")]);
        let config: FilesConfig = config.load().expect("an address is enough");
        let files = NfsStore::new(&config).expect("an address");
        Self {
            house,
            files,
            folder,
            server: Some(server),
        }
    }

    async fn put(&self, content: impl Into<Bytes>) -> Key {
        let content = content.into();
        let key = Key::of(&content, Format::Png);
        self.files
            .put(key, content)
            .await
            .expect("the file can be written");
        key
    }

    async fn ask(&self, key: Key, headers: &[(&'static str, &str)]) -> Answer {
        self.send(Method::GET, key, headers).await
    }

    async fn send(&self, method: Method, key: Key, headers: &[(&'static str, &str)]) -> Answer {
        let ask = Ask::new(method, &path(&key.to_string()));
        self.house
            .edge(
                headers
                    .iter()
                    .fold(ask, |ask, (name, value)| ask.header(name, value)),
            )
            .await
    }
}

fn path(key: &str) -> String {
    format!("/api/catalog/v1/media/{key}")
}

/// Bytes that tell where they are from.
fn picture(len: u32) -> Bytes {
    (0..len)
        .map(|at| u8::try_from((at ^ (at >> 8)) & 0xff).expect("a byte"))
        .collect()
}

#[tokio::test]
async fn an_image_is_served_for_ever() {
    let gallery = Gallery::open().await;
    let content = picture(100_000);
    let key = gallery.put(content.clone()).await;
    let answer = gallery.ask(key, &[]).await;
    assert_eq!((answer.status, &answer.body), (StatusCode::OK, &content));
    let etag = format!("\"{key}\"");
    for (name, want) in [
        (header::CONTENT_TYPE, "image/png"),
        (header::CONTENT_LENGTH, "100000"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, &*etag),
        (header::ACCEPT_RANGES, "bytes"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        assert_eq!(answer.header(name.clone()), want, "{name}");
    }
    for list in [&*etag, "*", &format!("\"x\", W/{etag}")] {
        for headers in [
            &[("if-none-match", list)][..],
            &[("if-none-match", list), ("range", "bytes=0-1")],
        ] {
            let again = gallery.ask(key, headers).await;
            assert_eq!(
                (again.status, again.body.len()),
                (StatusCode::NOT_MODIFIED, 0),
                "{headers:?}"
            );
            assert_eq!(again.header(header::ETAG), etag);
        }
    }
    assert_eq!(
        gallery.ask(key, &[("if-none-match", "\"x\"")]).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn parts_of_an_image_are_served() {
    let gallery = Gallery::open().await;
    let content = picture(1_000);
    // One that is kept in memory, and one that is passed on from the file storage.
    let large = picture(5 * 1024 * 1024);
    for content in [content, large] {
        let (key, len) = (gallery.put(content.clone()).await, content.len());
        let etag = format!("\"{key}\"");
        for (range, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=10-19", 10..20),
            ("bytes=-7", len - 7..len),
            ("bytes=990-", 990..len),
            ("bytes=500-99999999", 500..len),
        ] {
            let answer = gallery.ask(key, &[("range", range), ("if-range", &etag)]).await;
            assert_eq!(answer.status, StatusCode::PARTIAL_CONTENT, "{range}");
            assert_eq!(answer.body, content.slice(part.clone()), "{range}");
            let described = format!("bytes {}-{}/{len}", part.start, part.end - 1);
            assert_eq!(answer.header(header::CONTENT_RANGE), described);
            assert_eq!(answer.header(header::CONTENT_LENGTH), part.len().to_string());
        }
        let beyond = gallery.ask(key, &[("range", &format!("bytes={len}-"))]).await;
        assert_eq!(beyond.problem().0, 416);
        assert_eq!(beyond.header(header::CONTENT_RANGE), format!("bytes */{len}"));
        for headers in [
            [("range", "bytes=0-1"), ("if-range", "\"other\"")],
            [
                ("range", "bytes=0-1"),
                ("if-range", "Tue, 15 Nov 1994 12:45:26 GMT"),
            ],
            [("range", "bytes=0-1,3-4"), ("if-range", &etag)],
            [("range", "lines=0-1"), ("if-range", &etag)],
        ] {
            let answer = gallery.ask(key, &headers).await;
            assert_eq!(
                (answer.status, answer.body.len()),
                (StatusCode::OK, len),
                "{headers:?}"
            );
        }
        let head = gallery.send(Method::HEAD, key, &[("range", "bytes=0-1")]).await;
        assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
        assert_eq!(head.header(header::CONTENT_LENGTH), len.to_string());
        assert_eq!(head.header(header::ETAG), etag);
    }
}

#[tokio::test]
async fn no_trick_leaves_the_folder() {
    let gallery = Gallery::open().await;
    let key = gallery.put(picture(100)).await.to_string();
    let outside = gallery.folder.path().join("secret.png");
    std::fs::write(outside, "secret").expect("a file");
    let upper = key.to_uppercase();
    for trick in [
        "secret.png".to_owned(),
        "..%2fsecret.png".to_owned(),
        "..%2f..%2f..%2fetc%2fpasswd".to_owned(),
        "../secret.png".to_owned(),
        "%2e%2e/secret.png".to_owned(),
        "..%5csecret.png".to_owned(),
        format!("..%2fmedia%2f{key}"),
        format!(".%2f{key}"),
        format!("{key}%00"),
        format!("{key}%00.png"),
        format!("{key}/"),
        format!("{key}."),
        format!("%20{key}"),
        upper,
        key.replace(".png", ".svg"),
        key.replace(".png", ".jpg"),
        "%ff".to_owned(),
        "~".to_owned(),
        "a".repeat(5_000),
    ] {
        let answer = gallery.house.get(&path(&trick)).await;
        assert!(
            matches!(answer.status.as_u16(), 400 | 404 | 422),
            "{trick}: {answer:?}"
        );
        assert!(
            !answer.body.windows(6).any(|window| window == b"secret"),
            "{trick}"
        );
    }
    assert_eq!(gallery.house.get(&path(&key)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn hot_images_outlive_the_file_server() {
    let mut gallery = Gallery::open().await;
    let (hot, cold) = (
        gallery.put(picture(2_000)).await,
        gallery.put(picture(3_000)).await,
    );
    assert_eq!(gallery.ask(hot, &[]).await.status, StatusCode::OK);
    drop(gallery.server.take());
    assert_eq!(gallery.ask(hot, &[]).await.body, picture(2_000));
    let (status, slug, body) = gallery.ask(cold, &[]).await.problem();
    assert_eq!((status, slug.as_str()), (503, "unavailable"));
    assert!(!body.to_string().contains("nfs"), "no internals: {body}");
}

#[tokio::test]
async fn a_damaged_image_is_not_served() {
    let gallery = Gallery::open().await;
    let key = gallery.put(picture(2_000)).await;
    let file = find(gallery.folder.path(), &key.to_string()).expect("the file is in the folder");
    std::fs::write(&file, picture(1_999)).expect("the file can be changed");
    let (status, slug, body) = gallery.ask(key, &[]).await.problem();
    assert_eq!((status, slug.as_str()), (500, "internal"));
    assert!(body["detail"].is_null(), "{body}");
}

fn find(folder: &std::path::Path, name: &str) -> Option<std::path::PathBuf> {
    std::fs::read_dir(folder).ok()?.flatten().find_map(|entry| {
        let path = entry.path();
        if path.is_dir() {
            find(&path, name)
        } else {
            (entry.file_name() == name).then_some(path)
        }
    })
}
