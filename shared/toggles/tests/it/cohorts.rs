use std::collections::BTreeMap;

use http::HeaderMap;
use toggles::{Cohort, CohortConfig, Cohorts, HEADER};

fn config(shares: &[(&str, u32)], members: &[(&str, &str)]) -> CohortConfig {
    CohortConfig {
        shares: shares
            .iter()
            .map(|(name, share)| ((*name).to_owned(), *share))
            .collect(),
        members: members
            .iter()
            .map(|(login, name)| ((*login).to_owned(), (*name).to_owned()))
            .collect(),
        seed: "seed".to_owned(),
    }
}

#[test]
fn people_are_dealt_by_shares_and_stay() {
    let cohorts = Cohorts::new(&config(
        &[("a", 90), ("b", 10)],
        &[("Sklad.Sidorov", "b"), ("x", "early-birds")],
    ))
    .unwrap();
    let mut dealt: BTreeMap<&str, u32> = BTreeMap::new();
    for n in 0..5_000 {
        let login = format!("employee-{n}");
        let cohort = cohorts.of(&login).expect("everybody is dealt").name();
        assert_eq!(
            cohorts.of(&login.to_uppercase()).map(Cohort::name),
            Some(cohort),
            "logins have no case"
        );
        *dealt.entry(cohort).or_default() += 1;
    }
    assert!((400..=600).contains(&dealt["b"]), "{dealt:?}");
    assert_eq!(cohorts.of("sklad.sidorov").map(Cohort::name), Some("b"));
    assert_eq!(cohorts.of("x").map(Cohort::name), Some("early-birds"));
    assert_eq!(Cohorts::new(&config(&[], &[])).unwrap().of("x"), None);
    assert_eq!(Cohorts::new(&config(&[("a", 0)], &[])).unwrap().of("x"), None);
}

/// The values are fixed: another version of the code must not deal anew.
#[test]
fn the_deal_is_the_same_in_every_version() {
    let cohorts = Cohorts::new(&config(&[("a", 1), ("b", 1)], &[])).unwrap();
    let dealt: String = [
        "sklad.sidorov",
        "assort.volkova",
        "audit.orlova",
        "admin.smirnov",
        "courier.petrov",
    ]
    .iter()
    .map(|login| cohorts.of(login).expect("everybody is dealt").name())
    .collect();
    assert_eq!(dealt, DEALT);
}

const DEALT: &str = "abaab";

#[test]
fn names_fit_into_headers_cookies_and_labels() {
    for good in ["a", "early-birds", "b2", "x".repeat(32).as_str()] {
        let cohort = Cohort::new(good).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, cohort.header());
        assert_eq!(Cohort::of(&headers), Some(cohort));
    }
    for bad in ["", "A", "a b", "a;b", "ä", "a\"", "x".repeat(33).as_str()] {
        assert!(Cohort::new(bad).is_err(), "{bad}");
        assert!(Cohorts::new(&config(&[(bad, 1)], &[])).is_err(), "{bad}");
        assert!(Cohorts::new(&config(&[], &[("x", bad)])).is_err(), "{bad}");
    }
    assert_eq!(Cohort::of(&HeaderMap::new()), None);
}
