//! The file that keeps git from adding run logs, which hold secrets: making it, and judging one that is there.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd;

use super::plain;

/// The name of the file.
pub(super) const NAME: &str = ".gitignore";
/// What is written into it.
const CONTENTS: &str = "*\n";
/// The largest file that is read, in bytes.
const LARGEST: u64 = 64 * 1024;

/// Makes the file if there is none, or an empty one as a full disk leaves it. Returns whether git adds nothing.
///
/// # Errors
/// When it is no regular file of one name, or can't be read or written.
pub(super) fn keep_from_git(directory: impl AsFd) -> io::Result<bool> {
    let mut file = plain::open_or_create(directory, NAME)?;
    let contents = contents(&file)?;
    if contents.is_empty() {
        file.write_all(CONTENTS.as_bytes())?;
        return Ok(true);
    }
    Ok(ignores_everything(&contents))
}

/// Whether a directory has such a file.
pub(super) fn is_ignored(directory: impl AsFd) -> bool {
    let file = plain::open(directory, NAME);
    file.and_then(|file| contents(&file))
        .is_ok_and(|contents| ignores_everything(&contents))
}

fn contents(file: &File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether git ignores every file, as the last pattern that matches one decides. Files that are no logs may be kept.
fn ignores_everything(contents: &str) -> bool {
    let contents = contents.trim_start_matches('\u{feff}');
    let lines = contents.lines().map(|line| line.trim_end_matches(' '));
    lines.fold(false, |ignores, line| match line {
        "*" | "/*" | "**" | "/**" => true,
        "!.gitignore" | "!/.gitignore" | "!.gitkeep" | "!/.gitkeep" => ignores,
        line if line.starts_with('!') => false,
        _ => ignores,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_ignores_everything_where_its_last_word_on_logs_does() {
        for contents in [
            "*\n",
            "*",
            "# logs\r\n*\r\n",
            "\u{feff}*\n",
            "*  \n",
            "/*\n",
            "**\n!.gitignore\n!.gitkeep\n",
            "!*.run\n*\n",
        ] {
            assert!(ignores_everything(contents), "{contents:?}");
        }
        for contents in [
            "",
            "\n",
            "*.log\n",
            "*.run\n",
            "#*\n",
            "\\*\n",
            " *\n",
            "*\n!*.run\n",
            "*\n!*\n",
            "*\n!lock\n",
            "target/\n",
        ] {
            assert!(!ignores_everything(contents), "{contents:?}");
        }
    }
}
