use std::time::Duration as Every;

use chassis::Job;
use kernel::SlotId;
use time::{Date, Duration, OffsetDateTime, Time, UtcOffset};

use super::Jobs;

/// Often, so that a new zone has windows soon; what is open already costs one statement a zone.
const EVERY: Every = Every::from_mins(1);
/// When windows begin, in local hours, and how long they last.
const BEGINNINGS: [u8; 3] = [9, 13, 17];
const LASTS: Duration = Duration::hours(4);

/// Keeps delivery windows open for the days ahead (CHK-1).
pub(super) fn job(jobs: &Jobs) -> Job {
    let jobs = jobs.clone();
    Job::periodic("open-slots", EVERY, move || run(jobs.clone()))
}

async fn run(jobs: Jobs) -> Result<(), pg::sqlx::Error> {
    let ordering = &jobs.ordering;
    let windows = windows(jobs.clock.now(), ordering.utc_offset(), ordering.slot_days);
    for zone in jobs.store.zones().await?.zones() {
        let slots: Vec<_> = windows
            .iter()
            .map(|&(starts, ends)| (SlotId::new(&*jobs.clock), starts, ends))
            .collect();
        let opened = jobs
            .store
            .open_slots(&zone.code, ordering.slot_capacity, &slots)
            .await?;
        if opened > 0 {
            tracing::info!(zone = zone.code, opened, "delivery windows opened");
        }
    }
    Ok(())
}

/// The windows of today that have not begun, and of `days` more.
fn windows(now: OffsetDateTime, local: UtcOffset, days: i64) -> Vec<(OffsetDateTime, OffsetDateTime)> {
    let today = now.to_offset(local).date();
    let dates = (0..=days).filter_map(|day| today.checked_add(Duration::days(day)));
    let all = dates.flat_map(|date| BEGINNINGS.map(|hour| window(date, hour, local)));
    all.filter(|(starts, _)| *starts > now).collect()
}

fn window(date: Date, hour: u8, local: UtcOffset) -> (OffsetDateTime, OffsetDateTime) {
    let begins = Time::from_hms(hour, 0, 0).unwrap_or(Time::MIDNIGHT);
    let starts = date
        .with_time(begins)
        .assume_offset(local)
        .to_offset(UtcOffset::UTC);
    (starts, starts + LASTS)
}

#[cfg(test)]
mod tests {
    use time::macros::{datetime, offset};

    use super::*;

    #[test]
    fn windows_are_local_and_ahead() {
        let found = windows(datetime!(2026-02-27 21:30 UTC), offset!(+3), 1);
        assert_eq!(
            found,
            [
                (datetime!(2026-02-28 06:00 UTC), datetime!(2026-02-28 10:00 UTC)),
                (datetime!(2026-02-28 10:00 UTC), datetime!(2026-02-28 14:00 UTC)),
                (datetime!(2026-02-28 14:00 UTC), datetime!(2026-02-28 18:00 UTC)),
                (datetime!(2026-03-01 06:00 UTC), datetime!(2026-03-01 10:00 UTC)),
                (datetime!(2026-03-01 10:00 UTC), datetime!(2026-03-01 14:00 UTC)),
                (datetime!(2026-03-01 14:00 UTC), datetime!(2026-03-01 18:00 UTC)),
            ]
        );
        // A window that has begun is not opened.
        let found = windows(datetime!(2026-02-28 10:00 UTC), offset!(+3), 0);
        assert_eq!(
            found,
            [(datetime!(2026-02-28 14:00 UTC), datetime!(2026-02-28 18:00 UTC))]
        );
    }
}
