//! Ctrl-C and a scheduler's SIGTERM: the first asks, the second ends the program.
//!
//! Gives a flag that long work looks at between its steps, so that temporary files are cleared away
//! before leaving. Where to look is left to the work.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Whether a signal has asked the program to stop.
#[derive(Debug, Clone)]
pub struct Interrupt {
    /// Number of the last signal, 0 for none.
    signal: Arc<AtomicUsize>,
}

/// A signal asked the program to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("stopped by {}", name(*.signal))]
pub struct Interrupted {
    /// Number of the signal: 2 for SIGINT, 15 for SIGTERM.
    pub signal: i32,
}

impl Interrupt {
    /// Listens to SIGINT and SIGTERM from now on, for the rest of the process.
    pub fn install() -> io::Result<Self> {
        let signal = Arc::new(AtomicUsize::new(0));
        let asked_before = Arc::new(AtomicBool::new(false));
        for number in [SIGINT, SIGTERM] {
            // Actions run in the order of registration: the first signal finds the flag still down.
            flag::register_conditional_shutdown(number, 128 + number, Arc::clone(&asked_before))?;
            flag::register(number, Arc::clone(&asked_before))?;
            let value = usize::try_from(number).map_err(io::Error::other)?;
            flag::register_usize(number, Arc::clone(&signal), value)?;
        }
        Ok(Self { signal })
    }

    /// An error once a signal has come.
    pub fn check(&self) -> Result<(), Interrupted> {
        match self.signal.load(Ordering::SeqCst) {
            0 => Ok(()),
            number => Err(Interrupted { signal: i32::try_from(number).unwrap_or(SIGTERM) }),
        }
    }
}

impl Interrupted {
    /// 128 and the number of the signal, as shells count: 130 or 143.
    pub fn exit_code(&self) -> u8 {
        u8::try_from(128 + self.signal).unwrap_or(u8::MAX)
    }
}

fn name(signal: i32) -> &'static str {
    match signal {
        SIGINT => "Ctrl-C",
        SIGTERM => "a request to end (SIGTERM)",
        _ => "a signal",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_signal_asks() {
        let interrupt = Interrupt::install().unwrap();
        assert_eq!(interrupt.check(), Ok(()));
        signal_hook::low_level::raise(SIGTERM).unwrap();
        let interrupted = interrupt.check().unwrap_err();
        assert_eq!(interrupted, Interrupted { signal: SIGTERM });
        assert_eq!(interrupted.exit_code(), 143);
        assert_eq!(Interrupted { signal: SIGINT }.exit_code(), 130);
    }
}
