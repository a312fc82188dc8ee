use std::collections::{BTreeMap, BTreeSet, HashSet};

use proptest::prelude::*;
use sanitise::Action;
use sanitise::pseudonym::{Key, canonical, pseudonyms};

use crate::world::key;

fn of(action: Action, values: &[&str]) -> BTreeMap<String, String> {
    let values: BTreeSet<String> = values.iter().map(|&value| value.to_owned()).collect();
    let taken: HashSet<String> = values
        .iter()
        .map(|value| canonical(action, value).into_owned())
        .collect();
    pseudonyms(&key(), action, &values, |value| taken.contains(value))
}

/// Letters by script and sort, digits, all else as it is.
fn form(text: &str) -> Vec<String> {
    let sort = |c: char| {
        let vowel = "аеёиоуыэюяaeiouy".contains(c.to_lowercase().next().unwrap_or(c));
        match c {
            c if c.is_ascii_digit() => "digit".to_owned(),
            c if c.is_alphabetic() => format!("{} {} {vowel}", c.is_uppercase(), c.is_ascii()),
            c => c.to_string(),
        }
    };
    text.chars().map(sort).collect()
}

#[test]
fn they_keep_the_form() {
    for (action, value) in [
        (Action::Name, "Анна-Мария Ёлкина"),
        (Action::Name, "John O'Neill"),
        (Action::Address, "ул. Ленина, д. 5к2"),
        (Action::Phone, "+7 (912) 345-67-89"),
        (Action::Flat, "17А"),
    ] {
        let other = &of(action, &[value])[value];
        assert_ne!(other, value);
        assert_eq!(form(other), form(value), "{value} became {other}");
    }
    assert_eq!(of(Action::Postcode, &["117246"])["117246"], "117000");
}

#[test]
fn phones_are_of_nobody_and_mails_reach_nobody() {
    let other = &of(Action::Phone, &["+79123456789"])["+79123456789"];
    assert!(other.starts_with("+70") && other.len() == 12, "{other}");
    let other = &of(Action::Mail, &["anna@mail.ru"])["anna@mail.ru"];
    assert!(other.ends_with("@example.invalid"), "{other}");
}

/// One person, however the phone is written.
#[test]
fn a_phone_written_twice_is_one_phone() {
    let others = of(Action::Phone, &["+79123456789", "+7 912 345-67-89"]);
    let digits = |text: &str| canonical(Action::Phone, &others[text]).into_owned();
    assert_eq!(digits("+79123456789"), digits("+7 912 345-67-89"));
}

#[test]
fn another_key_makes_others() {
    let values = BTreeSet::from(["Анна Иванова".to_owned()]);
    let one = pseudonyms(&key(), Action::Name, &values, |_| false);
    let two = pseudonyms(&Key::new([8; 32]).expect("a key"), Action::Name, &values, |_| {
        false
    });
    assert_ne!(one, two);
    assert!(Key::new([8; 31]).is_none(), "too short");
}

/// Ten million numbers are few for forty thousand people: some would meet.
#[test]
fn many_customers_stay_apart() {
    let values: BTreeSet<String> = (0..40_000).map(|n| format!("+79{n:07}")).collect();
    let taken: HashSet<String> = values
        .iter()
        .map(|value| canonical(Action::Phone, value).into_owned())
        .collect();
    let others = pseudonyms(&key(), Action::Phone, &values, |value| taken.contains(value));
    let distinct: HashSet<&String> = others.values().collect();
    assert_eq!(distinct.len(), values.len());
}

proptest! {
    #[test]
    fn no_pseudonym_is_anybodys_original(values in proptest::collection::btree_set("[А-Яа-яA-Za-z]{1,3}( [а-я]{1,4})?|[0-9]{1,2}|[.]", 1..60)) {
        let taken: HashSet<String> = values.iter().map(|value| canonical(Action::Name, value).into_owned()).collect();
        let others = pseudonyms(&key(), Action::Name, &values, |value| taken.contains(value));
        let again = pseudonyms(&key(), Action::Name, &values, |value| taken.contains(value));
        prop_assert_eq!(&others, &again);
        prop_assert!(others.values().all(|other| !taken.contains(&other.to_lowercase())));
        let distinct: HashSet<&String> = others.values().collect();
        prop_assert_eq!(distinct.len(), values.len());
    }
}
