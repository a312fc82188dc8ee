//! Who makes the smaller forms of which picture, and when.

use catalog_store::{Failed, MAX_ATTEMPTS, MediaEntry, VariantEntry, VariantTask};
use contracts::catalog::{ImageVariant, StoredImage, VariantFormat, VariantState};
use time::Duration;

use crate::support::Shop;

const LEASE: Duration = Duration::minutes(15);

fn key(digit: char) -> String {
    format!("{}.png", digit.to_string().repeat(64))
}

fn variant(format: &'static str, width: i32) -> VariantEntry {
    VariantEntry {
        format,
        width,
        height: width * 3 / 4,
        bytes: 1_000,
        key: format!("{width:064}.{format}"),
    }
}

impl Shop {
    async fn picture(&self, digit: char) {
        let picture = MediaEntry {
            key: key(digit),
            content_type: "image/png".to_owned(),
            bytes: 12_345,
            width: 1_200,
            height: 900,
        };
        catalog_store::register_media(&self.staff, self.now(), &picture)
            .await
            .expect("a sound picture");
    }

    async fn claim(&self) -> Option<VariantTask> {
        catalog_store::claim_variants(&self.internal, self.now(), self.now() + LEASE)
            .await
            .expect("a database")
    }

    async fn fail(&self, task: &VariantTask, failed: Failed) {
        let again = self.now() + Duration::minutes(1);
        catalog_store::fail_variants(&self.internal, task, failed, "it is torn", again)
            .await
            .expect("a database");
    }

    async fn finish(&self, task: &VariantTask, variants: &[VariantEntry]) -> bool {
        catalog_store::finish_variants(&self.internal, task, variants)
            .await
            .expect("a database")
    }

    async fn seen(&self, digit: char) -> StoredImage {
        catalog_store::media(&self.staff, &key(digit))
            .await
            .expect("a database")
            .expect("there")
    }
}

fn task(digit: char, attempt: i32) -> VariantTask {
    VariantTask {
        media_key: key(digit),
        attempt,
    }
}

#[tokio::test]
async fn each_picture_is_made_once_and_the_oldest_first() {
    let shop = Shop::empty().await;
    for digit in ['b', 'a', 'b'] {
        shop.picture(digit).await;
        shop.clock.advance(Duration::seconds(1));
    }
    assert_eq!(shop.seen('b').await.state, VariantState::Pending);
    let first = shop.claim().await;
    assert_eq!(first, Some(task('b', 1)));
    assert_eq!(shop.claim().await, Some(task('a', 1)));
    assert_eq!(shop.claim().await, None, "both are leased");

    let made = [variant("webp", 640), variant("avif", 640), variant("avif", 320)];
    assert!(shop.finish(&first.expect("claimed"), &made).await);
    let seen = shop.seen('b').await;
    let narrow = ImageVariant {
        format: VariantFormat::Avif,
        width: 320,
        height: 240,
        key: variant("avif", 320).key,
    };
    let named: Vec<_> = seen.image.variants.iter().map(|v| (v.format, v.width)).collect();
    assert_eq!(
        (seen.state, named, &seen.image.variants[0]),
        (
            VariantState::Made,
            vec![
                (VariantFormat::Avif, 320),
                (VariantFormat::Avif, 640),
                (VariantFormat::Webp, 640)
            ],
            &narrow
        )
    );
    // Brought once more, it is not made once more.
    shop.picture('b').await;
    assert_eq!(shop.claim().await, None);
}

#[tokio::test]
async fn of_many_that_claim_at_once_each_gets_another_picture() {
    let shop = Shop::empty().await;
    for digit in ['a', 'b', 'c'] {
        shop.picture(digit).await;
    }
    let (a, b, c, d) = tokio::join!(shop.claim(), shop.claim(), shop.claim(), shop.claim());
    let mut claimed: Vec<_> = [a, b, c, d]
        .into_iter()
        .flatten()
        .map(|task| task.media_key)
        .collect();
    claimed.sort_unstable();
    assert_eq!(claimed, ['a', 'b', 'c'].map(key));
}

#[tokio::test]
async fn who_dies_loses_the_picture_with_the_lease_and_can_no_longer_finish_it() {
    let shop = Shop::empty().await;
    shop.picture('a').await;
    let slow = shop.claim().await.expect("there is one");
    shop.clock.advance(LEASE - Duration::seconds(1));
    assert_eq!(shop.claim().await, None);
    shop.clock.advance(Duration::seconds(1));
    let next = shop.claim().await.expect("the lease is over");
    assert_eq!(next.attempt, 2);

    assert!(!shop.finish(&slow, &[variant("webp", 320)]).await);
    shop.fail(&slow, Failed::Counted).await;
    let seen = shop.seen('a').await;
    assert_eq!((seen.state, seen.error), (VariantState::Pending, None));
    assert_eq!(seen.image.variants, []);
    assert!(shop.finish(&next, &[variant("webp", 320)]).await);
    assert_eq!(shop.seen('a').await.state, VariantState::Made);
}

#[tokio::test]
async fn a_picture_that_cannot_be_made_keeps_no_other_waiting_and_is_given_up() {
    let shop = Shop::empty().await;
    shop.picture('a').await;
    let broken = shop.claim().await.expect("there is one");
    shop.fail(&broken, Failed::Counted).await;
    shop.clock.advance(Duration::seconds(1));
    shop.picture('b').await;
    let sound = shop.claim().await.expect("the other");
    assert_eq!(sound.media_key, key('b'));
    assert!(shop.finish(&sound, &[]).await);
    assert_eq!(shop.claim().await, None, "it is not tried at once again");

    for attempt in 2..=MAX_ATTEMPTS {
        shop.clock.advance(Duration::minutes(1));
        assert_eq!(shop.seen('a').await.state, VariantState::Pending);
        let again = shop.claim().await.expect("it is tried again");
        assert_eq!(again.attempt, attempt);
        shop.fail(&again, Failed::Counted).await;
    }
    shop.clock.advance(Duration::days(1));
    assert_eq!(shop.claim().await, None, "it is given up");
    let seen = shop.seen('a').await;
    assert_eq!(
        (seen.state, seen.error.as_deref()),
        (VariantState::Failed, Some("it is torn"))
    );
}

#[tokio::test]
async fn a_picture_that_kills_who_makes_it_is_given_up_too() {
    let shop = Shop::empty().await;
    shop.picture('a').await;
    for _ in 0..MAX_ATTEMPTS {
        shop.claim().await.expect("it is tried");
        shop.clock.advance(LEASE);
    }
    assert_eq!(shop.claim().await, None);
    assert_eq!(shop.seen('a').await.state, VariantState::Failed);
}

#[tokio::test]
async fn a_storage_that_is_away_costs_a_picture_no_attempt() {
    let shop = Shop::empty().await;
    shop.picture('a').await;
    for _ in 0..MAX_ATTEMPTS * 2 {
        let task = shop.claim().await.expect("it is tried");
        assert_eq!(task.attempt, 1);
        shop.fail(&task, Failed::NotCounted).await;
        shop.clock.advance(Duration::minutes(1));
    }
    assert_eq!(shop.seen('a').await.state, VariantState::Pending);
}
