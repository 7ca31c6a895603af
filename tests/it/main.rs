//! The one test program: everything that is tested through the real program or over the whole tree.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test may fail by panicking, and says what it skips")]
#![expect(clippy::disallowed_methods, reason = "tests write the exports they need, into temporary folders")]

mod additive;
mod browser;
mod case;
mod commands;
mod dependencies;
mod disk;
mod evidence;
mod families;
mod field;
mod figures;
mod found;
mod golden;
mod hostile;
mod judgements;
mod kept;
mod lake;
mod merge;
mod messages;
mod messy;
mod moment;
mod money;
mod normalize;
mod offline;
mod packing;
mod parts;
mod people;
mod presets;
mod reading;
mod reference;
mod relations;
mod rows;
mod rules;
mod safety;
mod several;
mod support;
mod tangled;
mod truths;
mod webdriver;
mod words;
