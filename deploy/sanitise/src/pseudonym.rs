//! Other values for people's: of the same form, always the same for the same original, and never an original.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::Action;

/// The shortest key that is taken, in bytes.
pub const KEY_BYTES: usize = 32;

const VOWELS: [&[char]; 2] = [
    &['а', 'е', 'ё', 'и', 'о', 'у', 'ы', 'э', 'ю', 'я'],
    &['a', 'e', 'i', 'o', 'u', 'y'],
];
const CONSONANTS: [&[char]; 2] = [
    &[
        'б', 'в', 'г', 'д', 'ж', 'з', 'к', 'л', 'м', 'н', 'п', 'р', 'с', 'т', 'ф', 'х', 'ц', 'ч', 'ш', 'щ',
    ],
    &[
        'b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'q', 'r', 's', 't', 'v', 'w', 'x', 'z',
    ],
];

/// The key that pseudonyms depend on. Without it nobody can tell whose they are, or try who they would be.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl Key {
    /// A key of at least [`KEY_BYTES`] bytes; `None` where it is shorter.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Option<Self> {
        let bytes = bytes.into();
        (bytes.len() >= KEY_BYTES).then_some(Self(bytes))
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

/// A pseudonym for each of `originals`, which are all values of one kind in a database: one map for all its columns,
/// so that what was equal stays equal, and what was not stays apart. None of them, in its canonical form, `is_taken`: an
/// original of whatever kind.
pub fn pseudonyms(
    key: &Key,
    action: Action,
    originals: &BTreeSet<String>,
    is_taken: impl Fn(&str) -> bool,
) -> BTreeMap<String, String> {
    let mut used = HashSet::new();
    // Of a region all postcodes become one; a flat's number need not be unlike every other flat's.
    let unique = !matches!(action, Action::Postcode | Action::Flat);
    // A value that can hardly be varied, such as "." or "1", would have no free pseudonym of its form.
    originals
        .iter()
        .map(|original| {
            let pseudonym = (0..1000)
                .map(|attempt| of_form(key, action, original, attempt))
                .find(|candidate| {
                    !unique || (!is_taken(canonical(action, candidate).as_ref()) && !used.contains(candidate))
                })
                .unwrap_or_else(|| format!("{}{}", letters(key, original), used.len()));
            used.insert(pseudonym.clone());
            (original.clone(), pseudonym)
        })
        .collect()
}

/// What two writings of one value have in common: the digits of a phone, small letters.
pub fn canonical(action: Action, value: &str) -> std::borrow::Cow<'_, str> {
    match action {
        Action::Phone => value
            .chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
            .into(),
        _ => value.to_lowercase().into(),
    }
}

fn of_form(key: &Key, action: Action, original: &str, attempt: u32) -> String {
    let mut stream = Stream::new(key, action, &canonical(action, original), attempt);
    match action {
        Action::Phone => phone(original, &mut stream),
        Action::Mail => format!("{}@example.invalid", stream.letters(16)),
        Action::Postcode => original
            .chars()
            .enumerate()
            .map(|(at, c)| if at >= 3 && c.is_ascii_digit() { '0' } else { c })
            .collect(),
        _ => shape(original, &mut stream),
    }
}

/// Another number written the same way. In the plan that begins with 7, no number goes on with 0: it reaches nobody.
fn phone(original: &str, stream: &mut Stream) -> String {
    let mut nth = 0;
    original
        .chars()
        .map(|c| {
            if !c.is_ascii_digit() {
                return c;
            }
            nth += 1;
            match nth {
                1 => c,
                2 => '0',
                _ => stream.digit(),
            }
        })
        .collect()
}

/// Vowels become vowels, consonants consonants, digits digits; large stays large, and all else as it is.
fn shape(original: &str, stream: &mut Stream) -> String {
    let mut text = String::with_capacity(original.len());
    for c in original.chars() {
        let small = c.to_lowercase().next().unwrap_or(c);
        let other = if c.is_ascii_digit() {
            stream.digit()
        } else if !c.is_alphabetic() {
            c
        } else {
            let script = usize::from(c.is_ascii());
            if VOWELS[script].contains(&small) {
                stream.one_of(VOWELS[script])
            } else {
                stream.one_of(CONSONANTS[script])
            }
        };
        if c.is_uppercase() {
            text.extend(other.to_uppercase());
        } else {
            text.push(other);
        }
    }
    text
}

fn letters(key: &Key, original: &str) -> String {
    Stream::new(key, Action::Text, original, 0).letters(12)
}

/// An endless stream of numbers that the key, the kind, the value and the attempt determine: HMAC-SHA-256 over them
/// and a counter.
struct Stream {
    mac: Hmac<Sha256>,
    block: Vec<u8>,
    next: u32,
}

impl Stream {
    fn new(key: &Key, action: Action, value: &str, attempt: u32) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(&key.0).expect("HMAC takes keys of every length");
        mac.update(format!("{action:?}\0{attempt}\0{value}\0").as_bytes());
        Self {
            mac,
            block: Vec::new(),
            next: 0,
        }
    }

    fn byte(&mut self) -> u8 {
        if self.block.is_empty() {
            let mut mac = self.mac.clone();
            mac.update(&self.next.to_be_bytes());
            self.block = mac.finalize().into_bytes().to_vec();
            self.next += 1;
        }
        self.block.pop().expect("just filled")
    }

    fn below(&mut self, bound: usize) -> usize {
        let wide = u32::from_be_bytes([self.byte(), self.byte(), self.byte(), self.byte()]);
        wide as usize % bound
    }

    fn digit(&mut self) -> char {
        char::from(b'0' + u8::try_from(self.below(10)).expect("a digit"))
    }

    fn one_of(&mut self, of: &[char]) -> char {
        of[self.below(of.len())]
    }

    fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| self.one_of(CONSONANTS[1])).collect()
    }
}
