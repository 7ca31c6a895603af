//! The project file of a run: the one that was named, or `casefile.toml` where it is there.

use std::fs;
use std::path::Path;

use super::failure::Failure;
use super::voice::Voice;
use crate::project::{self, Project};

/// The project file that is used if none is named.
pub const USUAL_PROJECT: &str = "casefile.toml";

/// A project with the text it came from.
pub struct ProjectFile {
    /// What it means.
    pub project: Project,
    /// Its text, if there is a file.
    pub text: Option<String>,
}

/// Reads the project file. `presets` is the folder of the user's presets that was typed, which goes before the file's.
pub fn project_file(named: Option<&Path>, presets: Option<&Path>, voice: &Voice) -> Result<ProjectFile, Failure> {
    let usual = Path::new(USUAL_PROJECT);
    let mut read = match named {
        Some(path) => read(path)?,
        None if usual.is_file() => {
            voice.say(&format!("using the project file {USUAL_PROJECT}"));
            read(usual)?
        }
        None => ProjectFile { project: Project::default(), text: None },
    };
    if let Some(presets) = presets {
        read.project.presets = Some(presets.to_owned());
    }
    Ok(read)
}

fn read(path: &Path) -> Result<ProjectFile, Failure> {
    let unreadable = |cause| Failure::ProjectUnreadable { path: path.to_owned(), cause };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let name = path.file_name().map_or_else(|| USUAL_PROJECT.into(), |name| name.to_string_lossy());
    let mut project = project::read(&text, &name)?;
    // Paths in the file begin at its folder.
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    project.presets = project.presets.map(|presets| folder.join(presets));
    Ok(ProjectFile { project, text: Some(without_comments(&text)) })
}

/// The settings of a project file, for the site: comments are for whoever keeps the file, and hold values of the exports
/// where `init` wrote them.
fn without_comments(text: &str) -> String {
    let mut settings = String::new();
    for line in text.lines() {
        let line = without_comment(line).trim_end();
        if !line.is_empty() {
            settings.push_str(line);
            settings.push('\n');
        }
    }
    settings
}

/// A line up to the `#` that begins a comment, which stands in no quotes.
fn without_comment(line: &str) -> &str {
    let (mut quote, mut escaped) = (None, false);
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (None, '#') => return &line[..at],
            (None, '"' | '\'') => quote = Some(c),
            (Some('"'), '\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(open), c) if c == open && !escaped => quote = None,
            _ => {}
        }
        escaped = false;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_part_of_the_settings() {
        let text = "# Ada Lovelace\n[report]\ntitle = \"A # B \\\" # C\"  # such as Ada\n\nx = '#1'\n";
        assert_eq!(without_comments(text), "[report]\ntitle = \"A # B \\\" # C\"\nx = '#1'\n");
    }
}
