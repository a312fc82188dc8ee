//! Processor time of processes, from `/proc` (proc(5)).

use std::collections::HashMap;
use std::fs;

/// Clock ticks a second; fixed for user space on Linux.
const TICKS: f64 = 100.0;

/// Processor time used so far, in seconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Cpu {
    /// By the services.
    pub services: f64,
    /// By PostgreSQL.
    pub postgres: f64,
}

impl Cpu {
    /// Of these services, and of the database server with this process id and its children.
    pub fn now(services: &[u32], postmaster: u32) -> Self {
        let all = processes();
        let used = |pid: u32| all.get(&pid).map_or(0.0, |process| process.own);
        let database: f64 = all
            .iter()
            .filter(|(pid, process)| **pid == postmaster || process.parent == postmaster)
            .map(|(_, process)| process.own)
            .sum();
        let ended = all.get(&postmaster).map_or(0.0, |process| process.ended_children);
        Self {
            services: services.iter().copied().map(used).sum(),
            postgres: database + ended,
        }
    }

    /// What was used since `before`.
    pub fn since(self, before: Self) -> Self {
        Self {
            services: self.services - before.services,
            postgres: self.postgres - before.postgres,
        }
    }
}

struct Process {
    parent: u32,
    own: f64,
    ended_children: f64,
}

fn processes() -> HashMap<u32, Process> {
    let folders = fs::read_dir("/proc").into_iter().flatten().flatten();
    folders
        .filter_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            // The name, in parentheses, may hold anything; what follows it does not.
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
            let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<f64>().ok());
            Some((
                pid,
                Process {
                    parent: fields.get(1)?.parse().ok()?,
                    own: (ticks(11)? + ticks(12)?) / TICKS,
                    ended_children: (ticks(13)? + ticks(14)?) / TICKS,
                },
            ))
        })
        .collect()
}
