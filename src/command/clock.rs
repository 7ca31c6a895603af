//! Where the time goes: takes the beginning and the end of each stage, gives a table with wall time, processor time and
//! what went through. For `--timings` alone; no figure depends on it.

use std::fmt::Write;
use std::time::{Duration, Instant};

/// Hundredths of a second: the unit of processor times in `/proc`, on every system that has it.
const TICK: Duration = Duration::from_millis(10);

/// A moment by the wall and by the processor.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    wall: Instant,
    processor: Option<Duration>,
}

/// What a stage took.
#[derive(Debug, Clone)]
pub struct Timing {
    what: &'static str,
    wall: Duration,
    processor: Option<Duration>,
    peak: Option<u64>,
    bytes: u64,
    rows: u64,
}

impl Reading {
    /// Now.
    #[expect(clippy::disallowed_methods, reason = "timings are for the terminal alone")]
    pub fn now() -> Reading {
        Reading { wall: Instant::now(), processor: processor_time() }
    }

    /// What a stage took that began here, and through which so much went.
    pub fn timing(self, what: &'static str, bytes: u64, rows: u64) -> Timing {
        let now = Reading::now();
        let processor = now.processor.zip(self.processor).map(|(now, then)| now.saturating_sub(then));
        Timing { what, wall: now.wall - self.wall, processor, peak: peak_memory(), bytes, rows }
    }
}

/// User and system time of all threads so far, where the system tells.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program, in brackets, may hold blanks.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(TICK * (ticks()? + ticks()?))
}

/// Most memory held so far, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// The table of all stages, and their sum.
pub fn table(timings: &[Timing]) -> String {
    let mut text = String::from("stage         wall s   cpu s  peak MiB     MB/s     rows/s\n");
    let wall: Duration = timings.iter().map(|timing| timing.wall).sum();
    let processor = timings.iter().map(|timing| timing.processor).sum::<Option<Duration>>();
    let peak = timings.iter().filter_map(|timing| timing.peak).max();
    let all = Timing { what: "all", wall, processor, peak, bytes: 0, rows: 0 };
    for timing in timings.iter().chain([&all]) {
        let seconds = timing.wall.as_secs_f64().max(0.001);
        let speed = |amount: u64, unit: f64| match amount {
            0 => String::new(),
            amount => format!("{:.0}", amount as f64 / unit / seconds),
        };
        let cpu = timing.processor.map_or_else(String::new, |time| format!("{:.2}", time.as_secs_f64()));
        let peak = timing.peak.map_or_else(String::new, |bytes| (bytes >> 20).to_string());
        let line = format!(
            "{:12} {:>7.2} {cpu:>7}  {peak:>8} {:>8} {:>10}",
            timing.what,
            timing.wall.as_secs_f64(),
            speed(timing.bytes, 1e6),
            speed(timing.rows, 1.0)
        );
        // Writing to a text cannot fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_stage_has_a_line_and_the_whole_has_one() {
        let started = Reading::now();
        let table = table(&[started.timing("reading", 5_000_000, 100), started.timing("counting", 0, 0)]);
        let first: Vec<&str> = table.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
        assert_eq!(first, ["stage", "reading", "counting", "all"]);
    }
}
