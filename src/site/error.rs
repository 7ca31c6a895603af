//! What can go wrong with the folder of the site, where, and how it is mended.
//!
//! Each error names its path; [`SiteError::hint`] says what to do and [`SiteError::exit_code`] how the
//! program leaves. Printing is left to the caller.

use std::io;
use std::path::PathBuf;

use super::{Interrupted, PathFault};

/// The site could not be written; but for [`SiteError::MayNotLast`] the old one is as it was.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A page or table asked for a file name that not every system accepts.
    #[error("`{path}` cannot be a file of the site: {fault}")]
    BadPath {
        /// The path inside the site.
        path: String,
        /// What is wrong with it.
        fault: PathFault,
    },
    /// The contents lack the manifest by which a later run knows the folder as ours.
    #[error("the site for `{}` has no manifest", .target.display())]
    NoManifest {
        /// The folder of the site.
        target: PathBuf,
    },
    /// The site is larger than allowed.
    #[error("the site would have {bytes} bytes, more than the limit of {limit_bytes}")]
    TooLarge {
        /// Size of all files together.
        bytes: u64,
        /// The largest size allowed.
        limit_bytes: u64,
    },
    /// The target has no name of its own, such as `/`.
    #[error("`{}` cannot be the folder of a site", .target.display())]
    NoName {
        /// The target as given.
        target: PathBuf,
    },
    /// The target exists and is not a folder.
    #[error("`{}` is not a folder", .target.display())]
    NotAFolder {
        /// The target.
        target: PathBuf,
    },
    /// The target holds files that are not from an earlier build.
    #[error("`{}` has files in it that are not from Casefile", .target.display())]
    NotOurs {
        /// The target.
        target: PathBuf,
    },
    /// The site would be read as an export by the next run.
    #[error("the site `{}` would lie inside the exports `{}`", .target.display(), .inputs.display())]
    InsideInputs {
        /// The target.
        target: PathBuf,
        /// The folder of exports.
        inputs: PathBuf,
    },
    /// The exports would be swapped away together with the old site.
    #[error("the exports `{}` lie inside the site `{}`", .inputs.display(), .target.display())]
    AroundInputs {
        /// The target.
        target: PathBuf,
        /// The folder of exports.
        inputs: PathBuf,
    },
    /// The target is where a disk or volume is mounted, so it cannot be swapped.
    #[error("`{}` is a mount point, which cannot be replaced as a whole", .target.display())]
    MountPoint {
        /// The target.
        target: PathBuf,
    },
    /// The folder in which the site's folder would lie is missing.
    #[error("there is no folder `{}` for the site to lie in", .parent.display())]
    NoParent {
        /// The missing folder.
        parent: PathBuf,
        /// Why it could not be opened.
        source: io::Error,
    },
    /// The folder in which the site's folder would lie cannot be written to.
    #[error("nothing can be written in `{}`", .parent.display())]
    NotWritable {
        /// The folder.
        parent: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The target or the manifest in it cannot be looked at.
    #[error("`{}` cannot be read", .path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another run is writing the same site.
    #[error("another run{} is writing this site (`{}` is locked)", with_process(.process), .lock.display())]
    Busy {
        /// The lock file.
        lock: PathBuf,
        /// The process that holds it, as far as known.
        process: Option<u32>,
    },
    /// The lock or the temporary folder could not be made.
    #[error("`{}` cannot be created", .path.display())]
    CannotCreate {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Writing stopped in the middle, for instance because the disk is full.
    #[error("`{}` cannot be written", .path.display())]
    CannotWrite {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The new site stands, but the disk did not confirm that it would survive a power cut.
    #[error("the new site may not last: `{}` cannot be synced", .parent.display())]
    MayNotLast {
        /// The folder in which the site lies.
        parent: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The user or the system asked the run to stop.
    #[error(transparent)]
    Interrupted(#[from] Interrupted),
}

impl SiteError {
    /// What to do about it, in one line.
    pub fn hint(&self) -> String {
        match self {
            Self::BadPath { .. } | Self::NoManifest { .. } => {
                "this is a fault in Casefile; please report it".to_owned()
            }
            Self::TooLarge { .. } => "raise the limit, or report on fewer slices and periods".to_owned(),
            Self::NoName { .. } => "name a folder: `-o site`".to_owned(),
            Self::NotAFolder { .. } => "choose another name with `-o`, or move the file away".to_owned(),
            Self::NotOurs { .. } => {
                "choose an empty or new folder with `-o`; Casefile replaces only what it wrote".to_owned()
            }
            Self::InsideInputs { .. } => "choose a folder outside the exports with `-o`".to_owned(),
            Self::AroundInputs { .. } => {
                "choose another folder with `-o`, or move the exports out of the site".to_owned()
            }
            Self::MountPoint { target } => {
                format!("write into a folder inside it: `-o {}`", target.join("site").display())
            }
            Self::NoParent { parent, .. } => {
                format!("create `{}` first, or check the spelling", parent.display())
            }
            Self::NotWritable { parent, .. } => {
                format!("allow writing in `{}`, or choose another place with `-o`", parent.display())
            }
            Self::Unreadable { path, .. } => {
                format!("allow reading of `{}`, or choose another place with `-o`", path.display())
            }
            Self::Busy { .. } => "wait for the other run to end, or give each run its own `-o`".to_owned(),
            Self::CannotCreate { .. } | Self::CannotWrite { .. } => {
                "the old site is as it was; free space or mend the disk or its permissions, then run again".to_owned()
            }
            Self::MayNotLast { .. } => "the new site is in place; check the disk, then run again".to_owned(),
            Self::Interrupted(_) => "the old site is as it was; run again when ready".to_owned(),
        }
    }

    /// The exit code of the program: 2 wrong use, 70 our fault, 73 cannot create, 74 cannot write,
    /// 130 and 143 signals.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::BadPath { .. } | Self::NoManifest { .. } => 70,
            Self::NoName { .. }
            | Self::NotAFolder { .. }
            | Self::NotOurs { .. }
            | Self::InsideInputs { .. }
            | Self::AroundInputs { .. }
            | Self::MountPoint { .. } => 2,
            Self::TooLarge { .. }
            | Self::NoParent { .. }
            | Self::NotWritable { .. }
            | Self::Unreadable { .. }
            | Self::Busy { .. }
            | Self::CannotCreate { .. } => 73,
            Self::CannotWrite { .. } | Self::MayNotLast { .. } => 74,
            Self::Interrupted(interrupted) => interrupted.exit_code(),
        }
    }
}

fn with_process(process: &Option<u32>) -> String {
    process.map_or_else(String::new, |process| format!(" (process {process})"))
}
