//! What lies in a directory of manifests and is not read. It must not open a file.

use std::path::{Path, PathBuf};

/// The deepest subdirectory that is looked into, in levels.
const DEEPEST: usize = 4;
/// The largest number of entries that are looked at.
const MOST: usize = 10_000;

/// The largest number of paths that a message names.
const SOME: usize = 3;

/// Names the first paths, and the number of the others.
pub fn some_of(paths: &[PathBuf]) -> String {
    let some = paths.iter().take(SOME);
    let mut some: Vec<String> = some.map(|path| format!("`{}`", path.display())).collect();
    if paths.len() > SOME {
        some.push(format!("{} more", paths.len() - SOME));
    }
    some.join(", ")
}

/// The visible subdirectories of `directory` that hold YAML, links aside, and its visible files that are YAML but for the case of their
/// ending, sorted. Hidden ones are meant to be left out: those of editors, and of mounted volumes.
pub fn left_out(directory: &Path) -> Vec<PathBuf> {
    let mut left = MOST;
    let mut found: Vec<PathBuf> = visible(directory, &mut left)
        .into_iter()
        .filter(|path| {
            if path.is_dir() {
                // A link may lead to any directory of the machine.
                !path.is_symlink() && holds_yaml(path, DEEPEST, &mut left)
            } else {
                is_yaml(path) && !is_read(path)
            }
        })
        .collect();
    found.sort();
    found
}

fn visible(directory: &Path, left: &mut usize) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten();
    let paths = entries
        .take(*left)
        .filter_map(|entry| Some(entry.ok()?.path()));
    let paths: Vec<PathBuf> = paths.collect();
    *left -= paths.len();
    let is_visible = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| !name.as_encoded_bytes().starts_with(b"."))
    };
    paths.into_iter().filter(is_visible).collect()
}

fn holds_yaml(directory: &Path, deep: usize, left: &mut usize) -> bool {
    // A link may lead round in a circle.
    let is_own = |path: &Path| !path.is_symlink();
    let paths = visible(directory, left);
    paths.iter().any(|path| is_yaml(path) && !path.is_dir())
        || (deep > 1
            && paths
                .iter()
                .any(|path| path.is_dir() && is_own(path) && holds_yaml(path, deep - 1, left)))
}

fn is_yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml")
    })
}

/// Whether a file of a directory is read as a manifest, by its ending.
pub(super) fn is_read(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_visible_and_holds_yaml() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for folder in ["eu/deep", "us", "docs", ".hidden", "..data", "a/b/c/d/e"] {
            std::fs::create_dir_all(root.join(folder)).unwrap();
        }
        for file in [
            "a.yaml",
            "B.YAML",
            "c.yml.bak",
            "d.json",
            ".e.yaml",
            "eu/deep/x.yml",
            "us/x.yaml",
            "docs/x.md",
            ".hidden/x.yaml",
            "..data/x.yaml",
            "a/b/c/d/e/x.yaml",
        ] {
            std::fs::write(root.join(file), "").unwrap();
        }
        std::os::unix::fs::symlink(root, root.join("us/round")).unwrap();
        std::os::unix::fs::symlink(root, root.join("round")).unwrap();
        std::os::unix::fs::symlink(root, root.join("docs/round")).unwrap();
        let names = ["B.YAML", "eu", "us"].map(|name| root.join(name));
        assert_eq!(left_out(root), names);
        assert_eq!(left_out(&root.join("none")), Vec::<PathBuf>::new());
    }
}
