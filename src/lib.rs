//! Casefile: a folder of CRM and campaign exports in, a static site on leads out.
//!
//! ```text
//! exports ─intake─▶ tables ─record─▶ canonical tables ─cases─▶ one row a lead
//!                                                                 │ tally   (Polars, additive)
//!                                     site ◀─pages─ findings ◀────┘ find    (plain Rust)
//! ```
//!
//! Each arrow is a folder, and knows only what is to its left. [`intake`] recognises and reads files as text; [`record`]
//! gives values their meaning; [`cases`] joins them; [`tally`] counts, in tables that add up; [`find`] turns counts into
//! rates, intervals and sentences; [`pages`] sets them; [`site`] publishes the files, whole or not at all.
//! What was counted is a [`part`], which adds up over machines and is kept from run to run; [`store`] holds columns in memory
//! and on the disk. [`chart`] draws, [`demo`] invents a company to try it all on, and [`command`] tells each command from top to bottom.

pub mod calendar;
pub mod cases;
pub mod chart;
pub mod cli;
pub mod command;
pub mod currencies;
pub mod demo;
pub mod fields;
pub mod find;
pub mod intake;
pub mod pages;
pub mod part;
pub mod privacy;
pub mod project;
pub mod record;
pub mod site;
pub mod stage;
pub mod store;
pub mod tally;
pub mod words;

pub use command::run;
