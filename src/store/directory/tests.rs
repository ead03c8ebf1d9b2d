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
