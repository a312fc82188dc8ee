use std::collections::{BTreeMap, BTreeSet};

use sanitise::Report;
use serde_json::Value;

use crate::world::World;

const PEOPLE: &str = "SELECT concat_ws('|', recipient_name, recipient_phone, street, flat, postcode) FROM orders ORDER BY number";

async fn sanitised(customers: i64) -> (World, Vec<String>, Report) {
    let world = World::with_customers(customers).await;
    world.back_up();
    let before = world.texts(PEOPLE).await;
    let report = world.run().await.expect("sanitised");
    (world, before, report)
}

#[tokio::test]
async fn people_are_others_joins_and_forms_are_kept() {
    let (world, before, report) = sanitised(200).await;
    let after = world.texts(PEOPLE).await;
    assert_eq!((before.len(), after.len()), (220, 220));
    // One old person is one new person, in both orders, and the other way round.
    let pairs: BTreeSet<(&String, &String)> = before.iter().zip(&after).collect();
    let people: BTreeSet<&String> = before.iter().collect();
    assert_eq!((pairs.len(), people.len()), (200, 200));
    let others: BTreeMap<&String, &String> = pairs.iter().map(|&(old, new)| (new, old)).collect();
    assert_eq!(others.len(), 200);
    for (old, new) in &pairs {
        for (old, new) in old.split('|').zip(new.split('|')) {
            assert_eq!(old.chars().count(), new.chars().count(), "{old} became {new}");
        }
        assert_eq!(old.split('|').next().map(str::is_empty), Some(false));
        assert!(new.contains("|+70"), "{new}");
        // The region stays, for delivery zones.
        assert_eq!(
            old.rsplit('|').next().map(|code| &code[..3]),
            new.rsplit('|').next().map(|code| &code[..3])
        );
    }
    assert!(report.originals > 600, "{report:?}");
}

/// The independent look of a person: not by the job's own scan, but by asking the restored database.
#[tokio::test]
async fn no_original_is_left_in_any_column() {
    let (world, before, _) = sanitised(50).await;
    let rows = world
        .texts(
            "SELECT t::text FROM orders t UNION ALL SELECT t::text FROM payment t
             UNION ALL SELECT t::text FROM order_step t UNION ALL SELECT t::text FROM events.inbox t",
        )
        .await
        .join("\n");
    for person in &before {
        for original in person.split('|').take(3) {
            assert!(!rows.contains(original), "{original}");
        }
    }
    assert!(!rows.contains("Сергеевне"), "free text too");
    assert!(!rows.contains("pay.example") && !rows.contains("provider-"));
}

#[tokio::test]
async fn sessions_and_events_are_gone_and_the_rest_is_whole() {
    let (world, ..) = sanitised(20).await;
    let counts: String = world
        .one(
            "SELECT concat_ws(' ', (SELECT count(*) FROM courier_session), (SELECT count(*) FROM events.outbox),
                 (SELECT count(*) FROM orders), (SELECT count(*) FROM payment), (SELECT count(*) FROM delivery_zone))",
        )
        .await;
    assert_eq!(counts, "0 0 22 22 4");
    // Constraints and triggers are as before: the archive would not be restored otherwise, and they still hold.
    let error = pg::sqlx::query("UPDATE orders SET total = 0")
        .execute(&mut world.connect().await)
        .await;
    assert!(error.is_err());
}

#[tokio::test]
async fn the_archive_is_named_by_day_and_schema_and_says_what_was_done() {
    let (world, _, report) = sanitised(5).await;
    let day = report.backup_made.date();
    let name = format!("{}-{day}-schema-{}", world.rules.database, report.schema_version);
    assert_eq!(world.results(), [format!("{name}.dump"), format!("{name}.json")]);
    let newest = std::fs::read_dir(crate::world::project().join("services/orders/store/migrations"))
        .expect("migrations")
        .filter_map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_str()?
                .split('_')
                .next()?
                .parse()
                .ok()
        })
        .max();
    assert_eq!(Some(report.schema_version), newest);
    let written = std::fs::read(world.out.path().join(format!("{name}.json"))).expect("written");
    let written: Value = serde_json::from_slice(&written).expect("JSON");
    assert_eq!(written["database"], world.rules.database.as_str());
    assert_eq!(written["stale_rules"], serde_json::json!([]));
}

/// The audit of production goes, and HotFix's begins where an audit begins.
#[tokio::test]
async fn the_audit_begins_anew() {
    let world = World::of("internal").await;
    world
        .execute(
            "INSERT INTO audit_entry (seq, id, at, source, actor, action, details, prev_hash, hash)
             VALUES (1, gen_random_uuid(), now(), 'test', 'anna', 'sign_in', '{}',
                 decode(repeat('00', 32), 'hex'), sha256('one'))",
        )
        .await;
    world.back_up();
    world.run().await.expect("sanitised");
    let state: String = world
        .one("SELECT concat_ws(' ', (SELECT count(*) FROM audit_entry), (SELECT seq FROM audit_head))")
        .await;
    assert_eq!(state, "0 0");
    world
        .execute(
            "INSERT INTO audit_entry (seq, id, at, source, actor, action, details, prev_hash, hash)
             VALUES (1, gen_random_uuid(), now(), 'test', 'ivan', 'sign_in', '{}',
                 decode(repeat('00', 32), 'hex'), sha256('other'))",
        )
        .await;
}

#[tokio::test]
async fn the_same_key_makes_the_same_people_next_week() {
    let world = World::with_customers(20).await;
    world.back_up();
    world.run().await.expect("sanitised");
    let first = world.texts(PEOPLE).await;
    // The same backup again.
    world.run().await.expect("sanitised again");
    assert_eq!(world.texts(PEOPLE).await, first);
}
