//! What a run may use: takes what was typed of memory and folders, gives a ceiling in bytes and a place for temporary
//! files. Without a word, half of what the machine, or the container it runs in, has.

use std::path::{Path, PathBuf};

use super::failure::Failure;
use crate::cli;
use crate::record::Resources;
use crate::site::Interrupt;
use crate::store::spill;

/// Where no machine tells its memory.
const USUAL_MEMORY: u64 = 4 << 30;

/// What a run may use, decided.
pub struct Room {
    memory: u64,
    scratch: PathBuf,
    parts: Option<usize>,
    go_on: Box<dyn Fn() -> std::io::Result<()> + Sync>,
}

impl Room {
    /// As typed, or as the machine allows. A folder for temporary files that was typed must serve, also where it is not
    /// needed in the end.
    pub fn new(arguments: &cli::Room, interrupt: &Interrupt) -> Result<Room, Failure> {
        if let Some(temp) = &arguments.temp {
            spill::check_parent(temp).map_err(Failure::Temp)?;
        }
        let interrupt = interrupt.clone();
        Ok(Room {
            memory: arguments.memory.unwrap_or_else(|| machine_memory().unwrap_or(USUAL_MEMORY) / 2),
            scratch: arguments.temp.clone().unwrap_or_else(std::env::temp_dir),
            parts: arguments.parts,
            go_on: Box::new(move || interrupt.check().map_err(std::io::Error::other)),
        })
    }

    /// The same for those who read and count.
    pub fn means(&self) -> Resources<'_> {
        Resources {
            memory: self.memory,
            scratch: &self.scratch,
            parts: self.parts,
            cache: None,
            go_on: &self.go_on,
            notify: &|_| {},
        }
    }
}

/// Memory of the machine, or what its container may use.
fn machine_memory() -> Option<u64> {
    let all = meminfo(&std::fs::read_to_string("/proc/meminfo").ok()?)?;
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let limit =
        limits.iter().filter_map(|path| std::fs::read_to_string(Path::new(path)).ok()?.trim().parse().ok()).min();
    Some(limit.map_or(all, |limit: u64| limit.min(all)))
}

fn meminfo(text: &str) -> Option<u64> {
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_of_a_machine_is_in_kilobytes() {
        assert_eq!(meminfo("MemTotal:       24609012 kB\nMemFree: 1 kB\n"), Some(24_609_012 * 1024));
    }
}
