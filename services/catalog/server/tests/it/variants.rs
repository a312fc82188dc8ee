//! The job that makes smaller forms of pictures.

use std::time::Duration;

use axum::body::Bytes;
use axum::http::header;
use catalog_store::MediaEntry;
use contracts::backoffice::Role;
use contracts::catalog::{StoredImage, VariantFormat, VariantState};
use files::{FileStore as _, Format, Key};
use image::ImageFormat;
use test_support::wait_for;

use crate::house::Ask;
use crate::media::Gallery;
use crate::uploads::{IMAGES, picture};

impl Gallery {
    async fn known(&self, key: &str) -> StoredImage {
        let token = self.house.token(&[Role::Assortment]);
        let ask = Ask::get(&format!("{IMAGES}/{key}")).bearer(&token);
        self.house.staff(ask).await.ok()
    }

    /// A picture that was sound when it was brought.
    async fn torn(&self) -> String {
        let mut content = picture(600, 600, ImageFormat::Png);
        content.truncate(content.len() / 2);
        let content = Bytes::from(content);
        let key = Key::of(&content, Format::Png);
        self.files.put(key, content).await.expect("stored");
        let entry = MediaEntry {
            key: key.to_string(),
            content_type: "image/png".to_owned(),
            bytes: 1_000,
            width: 600,
            height: 600,
        };
        let now = kernel::Clock::now(&self.house.clock);
        catalog_store::register_media(&self.house.db.pg("catalog_staff"), now, &entry)
            .await
            .expect("registered");
        entry.key
    }
}

#[tokio::test]
async fn smaller_forms_are_made_past_a_broken_picture_and_served() {
    let mut gallery = Gallery::open().await;
    let torn = gallery.torn().await;
    gallery.house.clock.advance(time::Duration::seconds(1));
    let sound: StoredImage = gallery
        .bring(IMAGES, picture(700, 500, ImageFormat::Jpeg))
        .await
        .ok();
    let jobs = gallery.house.start_jobs().await;
    let made = wait_for("smaller forms", Duration::from_mins(2), async || {
        let known = gallery.known(&sound.image.key).await;
        (known.state == VariantState::Made).then_some(known)
    })
    .await;
    jobs.stop().await;

    let broken = gallery.known(&torn).await;
    assert_eq!(broken.state, VariantState::Pending, "it will be tried again");
    assert!(
        broken.error.is_some_and(|error| error.contains("damaged")),
        "it came first"
    );
    let variants = &made.image.variants;
    let sizes: Vec<_> = variants.iter().map(|v| (v.format, v.width, v.height)).collect();
    assert_eq!(
        sizes,
        [
            (VariantFormat::Avif, 320, 229),
            (VariantFormat::Avif, 640, 458),
            (VariantFormat::Webp, 320, 229),
            (VariantFormat::Webp, 640, 458),
        ]
    );
    for variant in variants {
        let served = gallery
            .house
            .get(&format!("/api/catalog/v1/media/{}", variant.key))
            .await;
        let media_type = format!("image/{}", variant.format.code());
        assert_eq!(served.header(header::CONTENT_TYPE), media_type);
        if variant.format == VariantFormat::Webp {
            let shown = image::load_from_memory(&served.body).expect("a picture");
            assert_eq!(i64::from(shown.width()), i64::from(variant.width));
        } else {
            assert_eq!(&served.body[4..12], b"ftypavif");
        }
    }
}
