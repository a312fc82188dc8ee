use garnitur_release::Window;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

fn window(days: &str, from: &str, until: &str) -> Result<Window, String> {
    toml::from_str(&format!(
        "days = [{days}]\nfrom = \"{from}\"\nuntil = \"{until}\"\nutc_offset = \"+03:00\"\n"
    ))
    .map_err(|error| error.to_string())
}

fn at(text: &str) -> OffsetDateTime {
    OffsetDateTime::parse(text, &Rfc3339).expect("a moment")
}

/// 29 November 2026 is a Sunday.
#[test]
fn its_first_minute_is_inside_and_its_last_is_not() {
    let window = window("\"sun\"", "02:00", "05:00").expect("a window");
    assert!(window.contains(at("2026-11-29T02:00:00+03:00")));
    assert!(window.contains(at("2026-11-29T04:59:59+03:00")));
    assert!(!window.contains(at("2026-11-29T01:59:59+03:00")));
    assert!(!window.contains(at("2026-11-29T05:00:00+03:00")));
    assert!(!window.contains(at("2026-11-30T03:00:00+03:00")), "a Monday");
}

#[test]
fn it_is_in_the_stands_time() {
    let window = window("\"sun\"", "02:00", "05:00").expect("a window");
    assert!(
        window.contains(at("2026-11-28T23:30:00Z")),
        "Sunday 02:30 in Moscow"
    );
    assert!(
        !window.contains(at("2026-11-29T02:30:00Z")),
        "Sunday 05:30 in Moscow"
    );
}

#[test]
fn past_midnight_it_belongs_to_the_day_it_began_on() {
    let window = window("\"fri\"", "20:00", "06:00").expect("a window");
    assert!(window.contains(at("2026-11-27T20:00:00+03:00")), "Friday evening");
    assert!(
        window.contains(at("2026-11-28T05:59:00+03:00")),
        "the night to Saturday"
    );
    assert!(
        !window.contains(at("2026-11-27T05:00:00+03:00")),
        "the night before"
    );
    assert!(
        !window.contains(at("2026-11-28T20:00:00+03:00")),
        "Saturday evening"
    );
}

#[test]
fn what_is_no_window_is_refused() {
    for (days, from, until, says) in [
        ("", "02:00", "05:00", "days is empty"),
        ("\"sunday\"", "02:00", "05:00", "sunday"),
        ("\"sun\"", "2 am", "05:00", "2 am"),
        ("\"sun\"", "02:00", "25:00", "25:00"),
    ] {
        let error = window(days, from, until).expect_err("refused");
        assert!(error.contains(says), "{error}");
    }
}
