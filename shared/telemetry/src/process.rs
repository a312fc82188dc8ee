use std::fs;

use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{Counter, IntGauge};

/// Ticks a second in `/proc/self/stat`: `USER_HZ`, 100 in Linux' interface to programs on all platforms we run on.
const TICKS: f64 = 100.0;

/// CPU, memory, threads and open files of this process, read from `/proc` at each scrape (OBS-2).
pub(crate) struct ProcessMetrics {
    cpu: Counter,
    memory: IntGauge,
    threads: IntGauge,
    files: IntGauge,
}

impl ProcessMetrics {
    pub(crate) fn new() -> Self {
        let gauge = |name: &str, help: &str| IntGauge::new(name, help).expect("the metric's name is valid");
        Self {
            cpu: Counter::new(
                "process_cpu_seconds_total",
                "User and system CPU time in seconds.",
            )
            .expect("the metric's name is valid"),
            memory: gauge("process_resident_memory_bytes", "Resident memory in bytes."),
            threads: gauge("process_threads", "Threads of the operating system."),
            files: gauge("process_open_fds", "Open file descriptors."),
        }
    }

    fn refresh(&self) {
        if let Some(seconds) = fs::read_to_string("/proc/self/stat")
            .ok()
            .as_deref()
            .and_then(cpu_seconds)
        {
            self.cpu.inc_by((seconds - self.cpu.get()).max(0.0));
        }
        if let Ok(status) = fs::read_to_string("/proc/self/status") {
            if let Some(kilobytes) = field(&status, "VmRSS:") {
                self.memory.set(kilobytes * 1024);
            }
            if let Some(threads) = field(&status, "Threads:") {
                self.threads.set(threads);
            }
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            // One of them is the directory being read.
            self.files
                .set(i64::try_from(files.count()).unwrap_or(i64::MAX).saturating_sub(1));
        }
    }
}

impl Collector for ProcessMetrics {
    fn desc(&self) -> Vec<&Desc> {
        [
            self.cpu.desc(),
            self.memory.desc(),
            self.threads.desc(),
            self.files.desc(),
        ]
        .concat()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.refresh();
        [
            self.cpu.collect(),
            self.memory.collect(),
            self.threads.collect(),
            self.files.collect(),
        ]
        .concat()
    }
}

/// `utime` and `stime`, fields 14 and 15; the command in field 2 may hold blanks, so count after its bracket.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS)
}

fn field(status: &str, name: &str) -> Option<i64> {
    status
        .lines()
        .find_map(|line| line.strip_prefix(name))?
        .split_ascii_whitespace()
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_with_blanks_and_brackets_does_not_shift_the_fields() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 1 2 3 4 250 50 0 0 20 0 1 0 5";
        assert_eq!(cpu_seconds(stat), Some(3.0));
    }
}
