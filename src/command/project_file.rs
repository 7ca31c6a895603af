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
    const QUOTES: [&str; 4] = ["\"\"\"", "'''", "\"", "'"];
    let (mut settings, mut line) = (String::new(), String::new());
    let (mut rest, mut quote) = (text, None);
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        match quote {
            None if first == '#' => {
                rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
                continue;
            }
            None if first == '\n' => {
                end_line(&mut settings, &mut line);
                rest = &rest[taken..];
                continue;
            }
            None => {
                quote = QUOTES.into_iter().find(|quote| rest.starts_with(quote));
                taken = quote.map_or(taken, str::len);
            }
            // A backslash takes the sign behind it along, in the strings that know it.
            Some(open) if first == '\\' && open.starts_with('"') => {
                taken += rest[taken..].chars().next().map_or(0, char::len_utf8);
            }
            Some(open) if rest.starts_with(open) => {
                taken = open.len();
                quote = None;
            }
            Some(_) => {}
        }
        line.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    end_line(&mut settings, &mut line);
    settings
}

/// Adds a line to the settings, unless nothing is left of it.
fn end_line(settings: &mut String, line: &mut String) {
    if !line.trim_end().is_empty() {
        settings.push_str(line.trim_end());
        settings.push('\n');
    }
    line.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_no_part_of_the_settings() {
        let text = "# Ada Lovelace\n[report]\ntitle = \"A # B \\\" # C\"  # such as Ada\n\nx = '#1'\n";
        assert_eq!(without_comments(text), "[report]\ntitle = \"A # B \\\" # C\"\nx = '#1'\n");
        let text = "[report]\ntitle = \"\"\"A \"quoted\" # B\n\n# C\"\"\" # Ada\n";
        assert_eq!(without_comments(text), "[report]\ntitle = \"\"\"A \"quoted\" # B\n\n# C\"\"\"\n");
    }
}
