#![no_main]

use std::panic;

#[path = "../../tests/it/found/checks.rs"]
#[allow(dead_code, reason = "each target runs one of the checks")]
mod checks;

libfuzzer_sys::fuzz_target!(
    init: {
        // What the `parquet` crate panics on is caught and refused, where libFuzzer would end at once.
        let abort = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let is_foreign = |file: &str| file.contains("/registry/src/") || file.starts_with("/rustc/");
            if !panic.location().is_some_and(|place| is_foreign(place.file())) {
                abort(panic);
            }
        }));
    },
    |bytes: &[u8]| checks::parquet(bytes)
);
