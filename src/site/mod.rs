//! The one place that writes the site to disk.
//!
//! Takes finished files (a path and its bytes) and a target folder; gives a published folder that is
//! either the old site or the new one, whole, at every moment. Also here, because they decide what a
//! written file may look like: its name ([`slug`]), its cells ([`csv()`]) and the list of all files
//! ([`manifest_json`]). What the files say is left to the pages; messages are printed by the caller.
//!
//! The order of use: [`check_target`] before the work starts, [`Contents::add`] for each file,
//! [`manifest_json`] added as [`MANIFEST`], then [`publish()`].

#![expect(clippy::disallowed_methods, reason = "this is the one place that writes the site")]

mod contents;
mod csv;
mod error;
mod interrupt;
mod lock;
mod manifest;
mod names;
mod publish;
mod remove;
mod stage;
mod swap;
mod target;

pub use self::contents::{Contents, DEFAULT_SITE_LIMIT_BYTES, PathFault};
pub use self::csv::{Csv, csv};
pub use self::error::SiteError;
pub use self::interrupt::{Interrupt, Interrupted};
pub use self::manifest::{
    GENERATOR, InputFile, MANIFEST, MANIFEST_FORMAT, Manifest, OutputFile, ProjectFile, manifest_json,
};
pub use self::names::{slug, unique_slugs};
pub use self::publish::{Published, publish};
pub use self::target::check_target;
