//! Tests of the state directory.

use std::os::unix::fs::{PermissionsExt, symlink};

use super::*;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn log_is_appended_in_order_to_a_file_with_mode_0600() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("state");
    let directory = LockedDirectory::lock(&state, true).unwrap();
    let mut store = directory.create("b").unwrap();
    store.append(b"one\n").unwrap();
    store.append(b"two\n").unwrap();
    store.sync().await.unwrap();
    drop(directory.create("a").unwrap());
    assert_eq!(directory.read("b").unwrap(), b"one\ntwo\n");
    assert_eq!(directory.runs().unwrap(), ["a", "b"]);
    assert_eq!((mode(&state), mode(&state.join("b.run"))), (0o700, 0o600));
    assert_eq!(std::fs::read(state.join(".gitignore")).unwrap(), b"*\n");
}

#[test]
fn directory_is_locked_by_one_run_and_names_it() {
    let home = tempfile::tempdir().unwrap();
    let first = LockedDirectory::lock(home.path(), true).unwrap();
    let store = first.create("first").unwrap();
    drop(first);
    assert_eq!(
        StateDirectory::open(home.path())
            .unwrap()
            .running()
            .as_deref(),
        Some("first")
    );
    let pid = std::process::id();
    assert_eq!(
        LockedDirectory::lock(home.path(), true)
            .err()
            .unwrap()
            .to_string(),
        format!(
            "another run (process {pid}) is using the state directory `{}`",
            home.path().display()
        )
    );
    drop(store);
    assert_eq!(StateDirectory::open(home.path()).unwrap().running(), None);
    assert!(LockedDirectory::lock(home.path(), true).is_ok());
}

#[test]
fn run_is_refused_if_its_log_exists_or_is_a_link() {
    let home = tempfile::tempdir().unwrap();
    let directory = LockedDirectory::lock(home.path(), true).unwrap();
    drop(directory.create("run").unwrap());
    assert!(matches!(
        directory.create("run"),
        Err(StateError::Io { .. })
    ));
    symlink(home.path().join("elsewhere"), home.path().join("link.run")).unwrap();
    assert!(matches!(
        directory.create("link"),
        Err(StateError::Io { .. })
    ));
    assert!(matches!(
        directory.read("link"),
        Err(StateError::Log { .. })
    ));
    assert!(matches!(
        directory.read("none"),
        Err(StateError::NoRun { .. })
    ));
    assert!(!home.path().join("elsewhere").exists());
    let project = tempfile::tempdir().unwrap();
    std::fs::write(project.path().join("hookfleet.yaml"), "").unwrap();
    assert!(matches!(
        LockedDirectory::lock(project.path(), true),
        Err(StateError::Occupied { .. })
    ));
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), home.path().join("state")).unwrap();
    assert!(matches!(
        LockedDirectory::lock(&home.path().join("state/"), true),
        Err(StateError::Linked(_))
    ));
}

#[test]
fn directory_is_refused_if_others_can_write_to_it() {
    let home = tempfile::tempdir().unwrap();
    std::fs::set_permissions(home.path(), PermissionsExt::from_mode(0o777)).unwrap();
    assert!(matches!(
        LockedDirectory::lock(home.path(), true),
        Err(StateError::Foreign(_))
    ));
    assert!(matches!(
        StateDirectory::open(&home.path().join("none")),
        Err(StateError::Missing(_))
    ));
}

/// What locking a directory says that holds one odd file, and that it has changed nothing there.
fn refused(make: impl FnOnce(&Path)) -> String {
    let home = tempfile::tempdir().unwrap();
    make(home.path());
    let error = LockedDirectory::lock(home.path(), true).err().unwrap();
    let why = std::error::Error::source(&error).map(|why| format!(": {why}"));
    let told = format!("{error}{}", why.unwrap_or_default());
    assert!(is_empty_of_logs(home.path()));
    told.replace(home.path().to_str().unwrap(), "DIR")
}

fn is_empty_of_logs(home: &Path) -> bool {
    let mut entries = std::fs::read_dir(home).unwrap();
    !entries.any(|entry| entry.unwrap().file_name().to_string_lossy().ends_with(LOG))
}

#[test]
fn a_lock_or_gitignore_that_is_not_a_plain_file_of_one_name_is_refused_and_not_written() {
    for name in [LOCK, ".gitignore"] {
        let other = tempfile::tempdir().unwrap();
        let victim = other.path().join("victim");
        let link = |home: &Path| {
            std::fs::write(&victim, "precious").unwrap();
            std::fs::hard_link(&victim, home.join(name)).unwrap();
        };
        let not = format!("`DIR/{name}` is not a file to write to: ");
        let hard = format!("{not}it has another name elsewhere (a hard link)");
        assert_eq!(refused(link), hard);
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
        let empty = |home: &Path| {
            std::fs::write(&victim, "").unwrap();
            std::fs::hard_link(&victim, home.join(name)).unwrap();
        };
        assert_eq!(refused(empty), hard);
        assert_eq!(std::fs::read(&victim).unwrap(), b"");
        let soft = |home: &Path| symlink(&victim, home.join(name)).unwrap();
        assert_eq!(refused(soft), format!("{not}it is a link"));
        let special = format!("{not}it is not a regular file");
        let pipe = |home: &Path| {
            let (kind, owner) = (rustix::fs::FileType::Fifo, PRIVATE);
            rustix::fs::mknodat(rustix::fs::CWD, home.join(name), kind, owner, 0).unwrap();
        };
        assert_eq!(refused(pipe), special);
        assert_eq!(
            refused(|home| std::fs::create_dir(home.join(name)).unwrap()),
            special
        );
    }
}

#[test]
fn a_gitignore_that_lets_git_add_logs_is_refused() {
    for contents in ["target/\n", "*\n!*.run\n"] {
        assert_eq!(
            refused(|home| std::fs::write(home.join(".gitignore"), contents).unwrap()),
            "`DIR/.gitignore` does not keep git from adding run logs, which hold secrets"
        );
    }
    // The first 64 KiB say that logs are ignored.
    for last in ["!*.run\n", "*\n"] {
        let contents = format!("*\n{}{last}", "# comment\n".repeat(150_000));
        assert_eq!(
            refused(|home| std::fs::write(home.join(".gitignore"), &contents).unwrap()),
            "`DIR/.gitignore` is not a file to write to: it is larger than 64 KiB"
        );
    }
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join(".gitignore"), "*\n!.gitignore\n").unwrap();
    drop(LockedDirectory::lock(home.path(), true).unwrap());
    let kept = std::fs::read(home.path().join(".gitignore")).unwrap();
    assert_eq!(kept, b"*\n!.gitignore\n");
}

#[test]
fn a_state_directory_is_known_by_its_lock_and_its_logs() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    assert!(!is_state_directory(home.path()));
    std::fs::write(at("lock"), "").unwrap();
    assert!(!is_state_directory(home.path()));
    std::fs::write(at(".gitignore"), "target/\n").unwrap();
    assert!(!is_state_directory(home.path()));
    std::fs::write(at("x.run"), "").unwrap();
    assert!(is_state_directory(home.path()));
    std::fs::remove_file(at("x.run")).unwrap();
    std::fs::write(at(".gitignore"), "*\n").unwrap();
    assert!(is_state_directory(home.path()));
    std::fs::remove_file(at(".gitignore")).unwrap();
    // It does not wait for a pipe.
    let (kind, owner) = (rustix::fs::FileType::Fifo, PRIVATE);
    rustix::fs::mknodat(rustix::fs::CWD, at(".gitignore"), kind, owner, 0).unwrap();
    assert!(!is_state_directory(home.path()));
}
