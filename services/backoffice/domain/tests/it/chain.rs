use backoffice_domain::{Entry, EntryHash, Fault, FaultKind, Head, Record, append, verify};
use kernel::EventId;
use proptest::prelude::*;
use time::{Duration, OffsetDateTime};

fn record(number: i64, actor: &str, subject: Option<&str>) -> Record {
    Record {
        id: EventId::from(kernel::uuid::Uuid::from_u128(number.unsigned_abs().into())),
        at: OffsetDateTime::UNIX_EPOCH + Duration::seconds(number),
        source: "backoffice".to_owned(),
        actor: actor.to_owned(),
        action: "order.paid".to_owned(),
        subject: subject.map(str::to_owned),
        details: "{}".to_owned(),
    }
}

fn chain(length: i64) -> (Vec<Entry>, Head) {
    let mut head = Head::EMPTY;
    let entries = (1..=length).map(|number| {
        let entry = append(head, record(number, "sklad.sidorov", Some("7K2M-9QXA-4TBD")));
        head = entry.head();
        entry
    });
    (entries.collect(), head)
}

#[test]
fn an_untouched_chain_is_whole() {
    assert_eq!(verify([], Head::EMPTY), Ok(()));
    let (entries, head) = chain(5);
    assert_eq!(verify(&entries, head), Ok(()));
}

#[test]
fn the_canonical_form_never_changes() {
    // Audits that exist were written with it.
    let entry = append(Head::EMPTY, record(1, "sklad.sidorov", None));
    assert_eq!(
        entry.hash.to_string(),
        "ddee43296ca42b27147e9d6bd7dff623504d3d8bc4c0552f543dc1b7132f3974"
    );
}

#[test]
fn texts_cannot_flow_into_each_other() {
    let hash = |actor: &str, action: &str, subject: Option<&str>| {
        let record = Record {
            action: action.to_owned(),
            ..record(1, actor, subject)
        };
        append(Head::EMPTY, record).hash
    };
    assert_ne!(hash("ab", "c", None), hash("a", "bc", None));
    assert_ne!(hash("a", "b", None), hash("a", "b", Some("")));
}

proptest! {
    #[test]
    fn every_tampering_is_found(length in 2_i64..12, at in 0_usize..12, how in 0_u8..7) {
        let (mut entries, head) = chain(length);
        let at = at % entries.len();
        let place = entries[at].seq;
        let kind = match how {
            0 => {
                entries[at].record.actor.push('x');
                FaultKind::Changed
            }
            1 => {
                entries[at].record.at += Duration::microseconds(1);
                FaultKind::Changed
            }
            2 => {
                entries[at].record.subject = None;
                FaultKind::Changed
            }
            3 => {
                entries[at].prev_hash = EntryHash([7; 32]);
                FaultKind::Unlinked
            }
            4 => {
                entries.remove(at);
                if at + 1 == usize::try_from(length).expect("small") { FaultKind::WrongHead } else { FaultKind::Missing }
            }
            5 => {
                let again = entries[at].clone();
                entries.insert(at, again);
                // The copy stands where the next one should.
                prop_assert_eq!(verify(&entries, head), Err(Fault { seq: place + 1, kind: FaultKind::Missing }));
                return Ok(());
            }
            _ => {
                // The forger knows the form and makes the hash fit: the next entry, or the head, gives it away.
                let before = Head { seq: place - 1, hash: entries[at].prev_hash };
                entries[at] = append(before, record(place, "nobody", None));
                let kind = if at + 1 == entries.len() { FaultKind::WrongHead } else { FaultKind::Unlinked };
                prop_assert_eq!(verify(&entries, head), Err(Fault { seq: place + 1, kind }));
                return Ok(());
            }
        };
        prop_assert_eq!(verify(&entries, head), Err(Fault { seq: place, kind }));
    }
}
