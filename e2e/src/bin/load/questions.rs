//! What visitors of a generated assortment ask for, drawn at random.

/// Words that are sought: kinds, series, colours and materials in both languages, some of them mistyped.
const WORDS: [&str; 24] = [
    "стол",
    "шкаф",
    "кресло",
    "комод",
    "стеллаж",
    "скамья",
    "table",
    "wardrobe",
    "armchair",
    "desk",
    "дуб",
    "орех",
    "walnut",
    "oak",
    "Ладога",
    "Байкал",
    "Yenisei",
    "Angara",
    "велюр",
    "ротанг",
    "шкав",
    "wardrob",
    "ладога",
    "gloss",
];
const FINISHES: usize = 4;
const STYLES: usize = 7;
const ROOMS: [&str; 6] = ["living", "bedroom", "kitchen", "hall", "office", "nursery"];
const KINDS: [&str; 9] = [
    "storage-wardrobe",
    "storage-dresser",
    "storage-rack",
    "seating-chair",
    "seating-armchair",
    "seating-bench",
    "surfaces-table",
    "surfaces-desk",
    "surfaces-console",
];

/// A list as visitors ask for it: mostly in a category, often narrowed further, sometimes sorted by price.
pub fn list() -> String {
    let mut with = vec!["page_size=30".to_owned()];
    match below(10) {
        0 | 1 => {}
        2 | 3 => with.push(format!("category=g-{}", one_of(&ROOMS))),
        _ => with.push(format!("category=g-{}-{}", one_of(&ROOMS), one_of(&KINDS))),
    }
    if often(40) {
        with.push(format!("color=g-color-{}", 1 + below(24)));
    }
    if often(30) {
        with.push(format!("material=g-material-{}", 1 + below(12)));
    }
    if often(50) {
        with.push("available=true".to_owned());
    }
    if often(30) {
        with.push(prices());
    }
    if often(15) {
        with.push(format!("prop.g_finish=f{}", 1 + below(FINISHES)));
    }
    if often(10) {
        with.push(format!("prop.g_style=s{}", 1 + below(STYLES)));
    }
    if often(30) {
        with.push(format!("sort={}", one_of(&["price", "-price"])));
    }
    format!("products?{}", with.join("&"))
}

/// Words as visitors type them: one or two, at times the number of a series, at times with filters.
pub fn search(units: usize) -> String {
    let mut words = vec![(*one_of(&WORDS)).to_owned()];
    if often(50) {
        words.push((*one_of(&WORDS)).to_owned());
    }
    if often(20) {
        words.push(below(units / 12 + 1).to_string());
    }
    let mut with = vec![
        "page_size=30".to_owned(),
        format!("q={}", encoded(&words.join("+"))),
    ];
    if often(25) {
        with.push("available=true".to_owned());
    }
    if often(20) {
        with.push(format!("category=g-{}", one_of(&ROOMS)));
    }
    if often(10) {
        with.push(prices());
    }
    format!("products?{}", with.join("&"))
}

/// The beginning of what is typed.
pub fn suggestions() -> String {
    let word: Vec<char> = one_of(&WORDS).chars().collect();
    let typed: String = word[..(2 + below(4)).min(word.len())].iter().collect();
    format!("suggestions?q={}", encoded(&typed))
}

/// A range of 30,000 roubles.
fn prices() -> String {
    let from = below(200_000) * 100;
    format!("min_price={from}&max_price={}", from + 3_000_000)
}

/// Percent-encodes what is not ASCII.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| {
        if byte.is_ascii() {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    text.bytes().map(byte).collect()
}

/// A number below `n`.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "small numbers"
)]
fn below(n: usize) -> usize {
    ((kernel::random::fraction() * n as f64) as usize).min(n - 1)
}

pub fn one_of<T>(list: &[T]) -> &T {
    &list[below(list.len())]
}

/// With this probability in per cent.
fn often(percent: usize) -> bool {
    below(100) < percent
}
