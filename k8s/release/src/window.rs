//! Maintenance windows.

use serde::Deserialize;
use time::format_description::FormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, Time, UtcOffset, Weekday};

const CLOCK: &[FormatItem<'_>] = format_description!("[hour]:[minute]");
const OFFSET: &[FormatItem<'_>] = format_description!("[offset_hour sign:mandatory]:[offset_minute]");

/// When a stand may be without its services, every week. A window that passes midnight belongs to the day on which it
/// begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Written")]
pub struct Window {
    days: Vec<Weekday>,
    from: Time,
    until: Time,
    offset: UtcOffset,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    days: Vec<String>,
    from: String,
    until: String,
    utc_offset: String,
}

impl Window {
    /// Whether `moment` lies in it; its first minute does, its end does not.
    pub fn contains(&self, moment: OffsetDateTime) -> bool {
        let local = moment.to_offset(self.offset);
        let (day, clock) = (local.weekday(), local.time());
        if self.from < self.until {
            self.days.contains(&day) && (self.from..self.until).contains(&clock)
        } else {
            (self.days.contains(&day) && clock >= self.from)
                || (self.days.contains(&day.previous()) && clock < self.until)
        }
    }
}

impl std::fmt::Display for Window {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let days: Vec<String> = self.days.iter().map(ToString::to_string).collect();
        write!(
            f,
            "{}, {:02}:{:02} to {:02}:{:02} (UTC{})",
            days.join(", "),
            self.from.hour(),
            self.from.minute(),
            self.until.hour(),
            self.until.minute(),
            self.offset
        )
    }
}

impl TryFrom<Written> for Window {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let clock =
            |text: &str| Time::parse(text, CLOCK).map_err(|_| format!("{text:?} is not a time, as in 20:00"));
        if written.days.is_empty() {
            return Err("days is empty: there would never be a window".to_owned());
        }
        Ok(Self {
            days: written
                .days
                .iter()
                .map(|day| weekday(day))
                .collect::<Result<_, _>>()?,
            from: clock(&written.from)?,
            until: clock(&written.until)?,
            offset: UtcOffset::parse(&written.utc_offset, OFFSET)
                .map_err(|_| format!("{:?} is not an offset, as in +03:00", written.utc_offset))?,
        })
    }
}

fn weekday(text: &str) -> Result<Weekday, String> {
    Ok(match text {
        "mon" => Weekday::Monday,
        "tue" => Weekday::Tuesday,
        "wed" => Weekday::Wednesday,
        "thu" => Weekday::Thursday,
        "fri" => Weekday::Friday,
        "sat" => Weekday::Saturday,
        "sun" => Weekday::Sunday,
        _ => {
            return Err(format!(
                "{text:?} is not one of mon, tue, wed, thu, fri, sat, sun"
            ));
        }
    })
}
