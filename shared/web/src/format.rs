//! Numbers, money, sizes and dates as people of each language write them.

use kernel::{Currency, Dimensions, Lang, Money};
use time::{OffsetDateTime, UtcOffset};

const NBSP: char = '\u{a0}';
const MONTHS_RU: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS_RU: [&str; 7] = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"];
const DAYS_EN: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A whole number with its thousands apart: `1 240` or `1,240`.
pub fn number(lang: Lang, value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let separator = match lang {
        Lang::Ru => NBSP,
        Lang::En => ',',
    };
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if value < 0 {
        out.push('−');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// An amount with its minor units: `1 999,00 ₽` or `₽1,999.00`.
pub fn money(lang: Lang, value: Money) -> String {
    let minor = value.amount.unsigned_abs() % 100;
    let point = match lang {
        Lang::Ru => ',',
        Lang::En => '.',
    };
    with_sign(
        lang,
        value,
        &format!("{}{point}{minor:02}", whole_units(lang, value)),
    )
}

/// An amount without minor units where there are none: `1 999 ₽`, but `1 999,50 ₽`.
pub fn price(lang: Lang, value: Money) -> String {
    if value.amount % 100 == 0 {
        with_sign(lang, value, &whole_units(lang, value))
    } else {
        money(lang, value)
    }
}

fn whole_units(lang: Lang, value: Money) -> String {
    let units = i64::try_from(value.amount.unsigned_abs() / 100).unwrap_or(i64::MAX);
    number(lang, units)
}

fn with_sign(lang: Lang, value: Money, digits: &str) -> String {
    let minus = if value.amount < 0 { "−" } else { "" };
    let sign = match value.currency {
        Currency::Rub => '₽',
        Currency::Eur => '€',
        Currency::Usd => '$',
    };
    match lang {
        Lang::Ru => format!("{minus}{digits}{NBSP}{sign}"),
        Lang::En => format!("{minus}{sign}{digits}"),
    }
}

/// Tenths as a decimal, without a zero at the end: `48,5` or `48`.
fn tenths(lang: Lang, value: i64) -> String {
    let whole = number(lang, value / 10);
    match (value.unsigned_abs() % 10, lang) {
        (0, _) => whole,
        (rest, Lang::Ru) => format!("{whole},{rest}"),
        (rest, Lang::En) => format!("{whole}.{rest}"),
    }
}

/// Height, width and depth in centimetres: `210 × 120 × 60 см`.
pub fn dimensions(lang: Lang, value: Dimensions) -> String {
    let [height, width, depth] =
        [value.height_mm, value.width_mm, value.depth_mm].map(|mm| tenths(lang, i64::from(mm)));
    let unit = match lang {
        Lang::Ru => "см",
        Lang::En => "cm",
    };
    format!("{height}{NBSP}×{NBSP}{width}{NBSP}×{NBSP}{depth}{NBSP}{unit}")
}

/// A weight given in grams, in kilograms: `48,5 кг`.
pub fn weight(lang: Lang, grams: i64) -> String {
    let unit = match lang {
        Lang::Ru => "кг",
        Lang::En => "kg",
    };
    format!("{}{NBSP}{unit}", tenths(lang, (grams + 50) / 100))
}

/// A volume given in litres, in cubic metres: `1,2 м³`, at least a tenth.
pub fn volume(lang: Lang, litres: i64) -> String {
    let unit = match lang {
        Lang::Ru => "м³",
        Lang::En => "m³",
    };
    format!("{}{NBSP}{unit}", tenths(lang, ((litres + 50) / 100).max(1)))
}

/// A decimal of up to three places: `1 240,5` or `1,240.5`.
pub fn decimal(lang: Lang, value: f64) -> String {
    let text = format!("{:.3}", value.abs());
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let Ok(whole) = whole.parse() else {
        // Longer than any number of ours.
        return text;
    };
    let rest = rest.trim_end_matches('0');
    let minus = if value < 0.0 && (whole > 0 || !rest.is_empty()) {
        "−"
    } else {
        ""
    };
    let whole = number(lang, whole);
    match (rest, lang) {
        ("", _) => format!("{minus}{whole}"),
        (_, Lang::Ru) => format!("{minus}{whole},{rest}"),
        (_, Lang::En) => format!("{minus}{whole}.{rest}"),
    }
}

/// A unit of measurement as the language writes it. Units that employees have made up stay as they are.
pub fn unit(lang: Lang, unit: &str) -> &str {
    const RU: [(&str, &str); 16] = [
        ("mm", "мм"),
        ("cm", "см"),
        ("m", "м"),
        ("m2", "м²"),
        ("m3", "м³"),
        ("g", "г"),
        ("kg", "кг"),
        ("l", "л"),
        ("pcs", "шт."),
        ("h", "ч"),
        ("min", "мин"),
        ("W", "Вт"),
        ("V", "В"),
        ("K", "К"),
        ("lm", "лм"),
        ("N", "Н"),
    ];
    let known = RU.iter().find(|(code, _)| *code == unit);
    match (known, lang) {
        (Some((_, ru)), Lang::Ru) => ru,
        (Some(("m2", _)), Lang::En) => "m²",
        (Some(("m3", _)), Lang::En) => "m³",
        _ => unit,
    }
}

/// The size of a file: `420 КБ` or `1.2 MB`, at least 1 KB.
pub fn bytes(lang: Lang, bytes: i64) -> String {
    const KILO: i64 = 1_000;
    let (value, unit) = if bytes < KILO * KILO {
        (number(lang, ((bytes + KILO / 2) / KILO).max(1)), ["КБ", "KB"])
    } else {
        let tenth = KILO * KILO / 10;
        (tenths(lang, (bytes + tenth / 2) / tenth), ["МБ", "MB"])
    };
    let unit = match lang {
        Lang::Ru => unit[0],
        Lang::En => unit[1],
    };
    format!("{value}{NBSP}{unit}")
}

/// `12 октября` or `12 October`.
pub fn day(lang: Lang, at: OffsetDateTime, offset: UtcOffset) -> String {
    let at = at.to_offset(offset);
    let month = usize::from(u8::from(at.month())) - 1;
    let name = match lang {
        Lang::Ru => MONTHS_RU[month],
        Lang::En => MONTHS_EN[month],
    };
    format!("{}{NBSP}{name}", at.day())
}

/// `пн, 12 октября` or `Mon, 12 October`.
pub fn weekday(lang: Lang, at: OffsetDateTime, offset: UtcOffset) -> String {
    let index = usize::from(at.to_offset(offset).weekday().number_days_from_monday());
    let name = match lang {
        Lang::Ru => DAYS_RU[index],
        Lang::En => DAYS_EN[index],
    };
    format!("{name}, {}", day(lang, at, offset))
}

/// `14:05`.
pub fn clock(at: OffsetDateTime, offset: UtcOffset) -> String {
    let at = at.to_offset(offset);
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// `12 октября 2026, 14:05`.
pub fn moment(lang: Lang, at: OffsetDateTime, offset: UtcOffset) -> String {
    let year = at.to_offset(offset).year();
    format!("{} {year}, {}", day(lang, at, offset), clock(at, offset))
}

/// `10:00–14:00`.
pub fn hours(from: OffsetDateTime, to: OffsetDateTime, offset: UtcOffset) -> String {
    format!("{}–{}", clock(from, offset), clock(to, offset))
}

/// RFC 3339 in UTC, for the `datetime` attribute and for scripts.
pub fn machine(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC)
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use time::macros::{datetime, offset};

    use super::*;

    fn plain(text: &str) -> String {
        text.replace(NBSP, " ")
    }

    #[test]
    fn money_per_language() {
        for (amount, ru, en) in [
            (199_900, "1 999,00 ₽", "₽1,999.00"),
            (5, "0,05 ₽", "₽0.05"),
            (-123_456_789, "−1 234 567,89 ₽", "−₽1,234,567.89"),
        ] {
            assert_eq!(plain(&money(Lang::Ru, Money::rub(amount))), ru);
            assert_eq!(plain(&money(Lang::En, Money::rub(amount))), en);
        }
        assert_eq!(plain(&price(Lang::Ru, Money::rub(199_900))), "1 999 ₽");
        assert_eq!(plain(&price(Lang::Ru, Money::rub(199_950))), "1 999,50 ₽");
    }

    #[test]
    fn sizes_per_language() {
        let size = Dimensions {
            height_mm: 2100,
            width_mm: 1205,
            depth_mm: 600,
        };
        assert_eq!(plain(&dimensions(Lang::Ru, size)), "210 × 120,5 × 60 см");
        assert_eq!(plain(&dimensions(Lang::En, size)), "210 × 120.5 × 60 cm");
        assert_eq!(plain(&weight(Lang::Ru, 48_460)), "48,5 кг");
        assert_eq!(plain(&volume(Lang::En, 1_240)), "1.2 m³");
        assert_eq!(plain(&volume(Lang::En, 3)), "0.1 m³");
    }

    #[test]
    fn decimals_and_units_per_language() {
        for (value, ru, en) in [
            (1240.5, "1 240,5", "1,240.5"),
            (42.0, "42", "42"),
            (-0.125, "−0,125", "−0.125"),
            (-0.0001, "0", "0"),
            (999_999_999_999.999, "999 999 999 999,999", "999,999,999,999.999"),
        ] {
            assert_eq!(plain(&decimal(Lang::Ru, value)), ru);
            assert_eq!(decimal(Lang::En, value), en);
        }
        assert_eq!((unit(Lang::Ru, "mm"), unit(Lang::En, "mm")), ("мм", "mm"));
        assert_eq!((unit(Lang::Ru, "m2"), unit(Lang::En, "m2")), ("м²", "m²"));
        assert_eq!(unit(Lang::Ru, "мест"), "мест");
    }

    #[test]
    fn files_are_told_in_kilobytes_and_megabytes() {
        for (size, ru, en) in [
            (12, "1 КБ", "1 KB"),
            (420_400, "420 КБ", "420 KB"),
            (1_240_000, "1,2 МБ", "1.2 MB"),
            (49_960_000, "50 МБ", "50 MB"),
        ] {
            assert_eq!(plain(&bytes(Lang::Ru, size)), ru);
            assert_eq!(plain(&bytes(Lang::En, size)), en);
        }
    }

    #[test]
    fn dates_are_those_of_the_shop_not_of_utc() {
        let at = datetime!(2026-10-11 21:30 UTC);
        let moscow = offset!(+3);
        assert_eq!(plain(&moment(Lang::Ru, at, moscow)), "12 октября 2026, 00:30");
        assert_eq!(plain(&weekday(Lang::En, at, moscow)), "Mon, 12 October");
        assert_eq!(hours(at, at + time::Duration::hours(4), moscow), "00:30–04:30");
        assert_eq!(machine(at), "2026-10-11T21:30:00Z");
    }
}
