//! Why a command failed: every error of every step, with its exit code and how to mend it.

use std::path::PathBuf;

use crate::cases::JoinError;
use crate::demo::DemoError;
use crate::intake::failure::Halt;
use crate::intake::{IntakeError, Skipped};
use crate::pages::PagesError;
use crate::part::Unlike;
use crate::part::file::PartError;
use crate::project::ProjectError;
use crate::record::RecordError;
use crate::site::{Interrupted, SiteError};
use crate::store::StoreError;
use crate::tally::TallyError;

/// See the module.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The project file is wrong.
    #[error("{0}")]
    Project(#[from] ProjectError),
    /// The project file cannot be read.
    #[error("the project file `{}` cannot be read: {cause}", .path.display())]
    ProjectUnreadable {
        /// Where it was looked for.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Signals could not be listened for.
    #[error("signals cannot be listened for: {0}")]
    Signals(std::io::Error),
    /// The exports cannot be read.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The values cannot be made one.
    #[error(transparent)]
    Record(RecordError),
    /// The tables could not be joined.
    #[error(transparent)]
    Join(#[from] JoinError),
    /// What was read holds no lead, no deal and nothing spent.
    #[error("the exports hold no leads, no deals and no spend")]
    Nothing {
        /// What was not read, with the reason.
        skipped: Vec<Skipped>,
    },
    /// The work was to stop, or what it needs of the machine gave out.
    #[error(transparent)]
    Halted(#[from] Halt),
    /// Counts are to be kept that lack files which could not be read this time.
    #[error("{} could not be read this time, so that nothing is written that would lack {}", files(.skipped), it(.skipped))]
    Lacking {
        /// These files, with the reason.
        skipped: Vec<Skipped>,
    },
    /// What was kept, or is to be kept, fails.
    #[error("{0}")]
    Store(#[from] StoreError),
    /// The folder for temporary files that was typed does not serve.
    #[error("the folder for temporary files {0}")]
    Temp(StoreError),
    /// A file is no part, or damaged.
    #[error(transparent)]
    Part(#[from] PartError),
    /// Parts do not belong together.
    #[error("these counts do not add up: {0}")]
    Unlike(#[from] Unlike),
    /// The cases could not be counted.
    #[error(transparent)]
    Tally(#[from] TallyError),
    /// The pages could not be made.
    #[error(transparent)]
    Pages(#[from] PagesError),
    /// The site could not be written.
    #[error(transparent)]
    Site(#[from] SiteError),
    /// Ctrl-C or a termination request.
    #[error("{by} before {before}")]
    Interrupted {
        /// What stopped it.
        by: Interrupted,
        /// What was not done yet, and what that means.
        before: &'static str,
    },
    /// A file that was asked for could not be written.
    #[error("`{}` cannot be written: {cause}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A project file is there already.
    #[error("`{}` is there already", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The file to write is the file to read.
    #[error("`{}` is the file that is read", .path.display())]
    SameFile {
        /// The file.
        path: PathBuf,
    },
    /// The demo could not be written.
    #[error(transparent)]
    Demo(#[from] DemoError),
}

impl From<RecordError> for Failure {
    fn from(error: RecordError) -> Failure {
        match error {
            RecordError::Intake(IntakeError::Halted(halt)) | RecordError::Halted(halt) => Failure::Halted(halt),
            RecordError::Intake(error) => Failure::Intake(error),
            RecordError::Store(error) => Failure::Store(error),
            other => Failure::Record(other),
        }
    }
}

impl Failure {
    /// What a signal comes to that came before something was done.
    pub fn stopped(before: &'static str) -> impl Fn(Interrupted) -> Failure {
        move |by| Failure::Interrupted { by, before }
    }

    /// 2 wrong use, 65 no usable data, 66 input missing, 70 our bug, 73 and 74 output, 130 and 143 signals.
    pub fn exit_code(&self) -> u8 {
        match self {
            Failure::Project(_)
            | Failure::Record(RecordError::Rate(_))
            | Failure::SameFile { .. }
            | Failure::Exists { .. } => 2,
            Failure::Intake(IntakeError::Preset(_)) => 2,
            Failure::Temp(_) => 73,
            Failure::Write { .. } | Failure::Store(_) => 74,
            Failure::Halted(halt) | Failure::Intake(IntakeError::Halted(halt)) => match halt {
                Halt::Stopped(_) | Halt::Unkept(_) => 74,
                Halt::Short { .. } => 66,
            },
            Failure::Unlike(_) => 2,
            Failure::Part(PartError::Unreadable { .. }) => 66,
            Failure::Part(_) => 65,
            Failure::ProjectUnreadable { .. }
            | Failure::Lacking { .. }
            | Failure::Intake(IntakeError::Unreadable { .. } | IntakeError::Changed { .. }) => 66,
            Failure::Intake(IntakeError::NoData { .. } | IntakeError::NoTable { .. } | IntakeError::Empty { .. })
            | Failure::Nothing { .. } => 65,
            Failure::Site(error) => error.exit_code(),
            Failure::Interrupted { by, .. } => by.exit_code(),
            Failure::Demo(DemoError::NotEmpty { .. }) => 2,
            Failure::Demo(DemoError::Folder { .. }) => 73,
            Failure::Demo(DemoError::Write { .. }) => 74,
            Failure::Signals(_) | Failure::Record(_) | Failure::Join(_) | Failure::Tally(_) | Failure::Pages(_) => 70,
        }
    }

    /// What to do about it, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        match self {
            Failure::Site(error) => Some(error.hint()),
            Failure::Intake(IntakeError::NoData { skipped, .. }) if skipped.is_empty() => {
                Some("the folder holds no file: give the folder that the exports were saved to".to_owned())
            }
            Failure::Intake(IntakeError::NoData { skipped, .. }) => {
                let lines = skipped.iter().take(10).map(|skip| format!("\n  {}: {}", shown(&skip.name), why(skip)));
                Some(format!("why each file was left out:{}", lines.collect::<String>()))
            }
            Failure::Intake(IntakeError::Unreadable { .. }) => {
                Some("give the folder that holds the exports, or one file".to_owned())
            }
            Failure::Intake(IntakeError::Changed { .. }) => {
                Some("run again when no other program writes to it".to_owned())
            }
            Failure::Halted(Halt::Short { .. }) | Failure::Intake(IntakeError::Halted(Halt::Short { .. })) => {
                Some("nothing was kept of it: run again where the machine has more memory and files to open".to_owned())
            }
            Failure::Lacking { skipped } => {
                let lines = skipped.iter().take(10).map(|skip| format!("\n  {}: {}", shown(&skip.name), why(skip)));
                let lines: String = lines.collect();
                Some(format!("run again when they can be read, or move them out of the exports:{lines}"))
            }
            Failure::Nothing { skipped } => {
                let advice = "export leads, deals or a campaign report, or say under `[[input]]` which table a file is";
                let lines = skipped.iter().filter(|skip| !skip.is_known).take(10);
                let lines = lines.map(|skip| format!("\n  {} is not used: {}", shown(&skip.name), why(skip)));
                Some(format!("{advice}{}", lines.collect::<String>()))
            }
            Failure::Exists { .. } => {
                Some("it is never overwritten: give another name with `-o`, or move it away".to_owned())
            }
            Failure::SameFile { .. } => Some("give another name with `-o`".to_owned()),
            Failure::Store(StoreError::NoRoom { .. }) => Some(
                "name a folder with more room by `--temp DIR`, or allow more memory with `--memory SIZE`".to_owned(),
            ),
            Failure::Temp(_) => Some("name a folder that exists and may be written to with `--temp DIR`".to_owned()),
            Failure::Unlike(unlike) => Some(unlike.hint().to_owned()),
            Failure::Part(PartError::Unreadable { .. }) => None,
            Failure::Part(PartError::OtherVersion { .. }) => {
                Some("make all of them with one version, and add them with the same".to_owned())
            }
            Failure::Part(_) => Some("make it anew with `casefile tally`".to_owned()),
            Failure::Demo(DemoError::NotEmpty { .. }) => {
                Some("give a folder that is empty or does not exist yet".to_owned())
            }
            _ => None,
        }
    }
}

fn files(skipped: &[Skipped]) -> String {
    match skipped {
        [one] => format!("`{}`", shown(&one.name)),
        many => format!("{} files", many.len()),
    }
}

fn it(skipped: &[Skipped]) -> &'static str {
    if skipped.len() == 1 { "it" } else { "them" }
}

/// A file name in a message: control characters cannot move the cursor.
pub fn shown(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Why a file is not used, with what helps to mend it.
pub fn why(skip: &Skipped) -> String {
    if skip.detail.is_empty() {
        skip.reason.clone()
    } else {
        format!("{} (it begins: {})", skip.reason, shown(&skip.detail))
    }
}
