//! A state directory that can't be used: nothing is written to the API, and it is said why.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use snapbox::{assert_data_eq, str};

use crate::harness::run_logs::{self, apply, bytes, directory, file};
use crate::harness::{Run, Stage, stage};

fn fresh() -> Stage {
    stage(&[("00000000000A", ""), ("00000000000B", "")])
}

/// What an apply says that writes nothing, since it can't be recorded.
fn refused(stage: &Stage, more: &[&str]) -> String {
    let (live, posts) = (stage.live(), stage.requests().1);
    let run = stage.run(&[&["apply", "--auto-approve", "-q"], more].concat());
    assert_eq!(run.code, 1, "{}", run.told());
    assert!(!run.out.contains("Apply complete"), "{}", run.out);
    assert_eq!((stage.live(), stage.requests().1), (live, posts));
    let json = stage.run(&[&["apply", "--auto-approve", "--format", "json"], more].concat());
    assert_eq!(json.json()["error"]["kind"], "state");
    assert_eq!(stage.requests().1, posts);
    let hint = json.json()["error"]["hint"].as_str().unwrap().to_owned();
    format!("{}hint: {hint}\n", run.err)
}

#[test]
fn something_else_in_place_of_the_directory_is_refused() {
    let stage = fresh();
    stage.write(".hookfleet", "mine\n");
    assert_data_eq!(
        refused(&stage, &[]),
        str![[r#"
error: cannot use the state directory `.hookfleet`: Not a directory (os error 20)
hint: give --state-dir a directory of your own; nothing is written without a log

"#]]
    );
    assert_eq!(fs::read_to_string(directory(&stage)).unwrap(), "mine\n");
    for args in [
        &["runs"][..],
        &["rollback", "x", "--auto-approve"],
        &["apply", "--resume", "x"],
    ] {
        let run = stage.run(args);
        assert_eq!((run.code, &*run.out), (1, ""), "{}", run.err);
    }
    assert_data_eq!(
        refused(&stage, &["--state-dir", "not/there"]),
        str![[r#"
error: cannot use the state directory `not/there`: No such file or directory (os error 2)
hint: give --state-dir a directory of your own; nothing is written without a log

"#]]
    );
}

#[test]
fn a_link_to_a_directory_is_not_followed() {
    let stage = fresh();
    let outside = tempfile::tempdir().unwrap();
    fs::set_permissions(outside.path(), Permissions::from_mode(0o700)).unwrap();
    symlink(outside.path(), directory(&stage)).unwrap();
    assert_data_eq!(
        refused(&stage, &[]),
        str![[r#"
error: the state directory `.hookfleet` is a link, and links are not followed
hint: give --state-dir a directory of your own; nothing is written without a log

"#]]
    );
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

#[test]
fn a_link_in_place_of_the_directory_is_called_a_link() {
    let stage = fresh();
    let outside = tempfile::tempdir().unwrap();
    symlink(outside.path(), directory(&stage)).unwrap();
    let said = refused(&stage, &[]);
    assert!(said.contains("link"), "{said}");
}

#[test]
fn a_directory_that_others_can_write_to_is_refused() {
    let stage = fresh();
    fs::create_dir(directory(&stage)).unwrap();
    for mode in [0o770, 0o720, 0o702, 0o777, 0o1777] {
        fs::set_permissions(directory(&stage), Permissions::from_mode(mode)).unwrap();
        assert_data_eq!(
            refused(&stage, &[]),
            str![[r#"
error: the state directory `.hookfleet` is not only yours to write
hint: it has to be yours alone to write (`chmod go-w .hookfleet`), or give --state-dir another directory

"#]]
        );
    }
    assert_eq!(fs::read_dir(directory(&stage)).unwrap().count(), 0);
    // That others can read it is the owner's to say: the logs in it are closed all the same.
    fs::set_permissions(directory(&stage), Permissions::from_mode(0o755)).unwrap();
    let run = apply(&stage, &[]);
    assert_eq!(run_logs::mode(&file(&stage, &run)), "600");
}

#[test]
fn a_directory_that_can_not_be_written_is_refused() {
    let stage = fresh();
    fs::create_dir(directory(&stage)).unwrap();
    fs::set_permissions(directory(&stage), Permissions::from_mode(0o500)).unwrap();
    if File::create(directory(&stage).join("try")).is_ok() {
        // Permissions do not bind this user.
        return;
    }
    assert_data_eq!(
        refused(&stage, &[]),
        str![[r#"
error: cannot use the state directory `.hookfleet`: Permission denied (os error 13)
hint: give --state-dir a directory of your own; nothing is written without a log

"#]]
    );
    assert_eq!(stage.run(&["runs"]).code, 0);
    fs::set_permissions(directory(&stage), Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_log_or_a_lock_that_is_a_link_is_not_followed() {
    let stage = fresh();
    let run = apply(&stage, &[]);
    let (outside, log) = (stage.dir.path().join("outside"), bytes(&stage, &run));
    fs::write(&outside, &log).unwrap();
    symlink(&outside, file(&stage, "99990101-000000.000-aaaa")).unwrap();
    let requests = stage.requests();
    let back = stage.run(&["rollback", "9999", "--auto-approve"]);
    assert_eq!((back.code, &*back.out, stage.requests()), (1, "", requests));
    let other = fresh();
    fs::create_dir(directory(&other)).unwrap();
    symlink(&outside, directory(&other).join("lock")).unwrap();
    assert_data_eq!(
        refused(&other, &[]),
        str![[r#"
error: `.hookfleet/lock` is not a file to write to: it is a link
hint: remove it, if it is not yours, or give --state-dir a directory of your own; hookfleet makes it anew

"#]]
    );
    assert_eq!(fs::read(&outside).unwrap(), log);
}

#[test]
fn a_log_that_can_not_be_opened_is_named_and_the_others_are_listed() {
    let stage = fresh();
    let run = apply(&stage, &[]);
    fs::create_dir(file(&stage, "99990101-000000.000-aaaa")).unwrap();
    symlink("nowhere", file(&stage, "99990101-000000-bbbbbb")).unwrap();
    let list = stage.command(&["runs"]).output().unwrap();
    let out = String::from_utf8(list.stdout).unwrap();
    for name in [&*run, "99990101-000000.000-aaaa", "99990101-000000-bbbbbb"] {
        assert!(
            out.contains(name),
            "{name}: {}",
            Run::of(&stage.command(&["runs"]).output().unwrap()).told()
        );
    }
    assert_eq!(list.status.code(), Some(1));
    let back = stage
        .command(&["rollback", "99990101-000000-b", "--auto-approve"])
        .output()
        .unwrap();
    assert!(
        String::from_utf8(back.stderr)
            .unwrap()
            .contains("99990101-000000-bbbbbb")
    );
}

#[test]
fn a_log_that_is_a_pipe_is_not_waited_for() {
    let stage = fresh();
    apply(&stage, &[]);
    let pipe = file(&stage, "99990101-000000.000-aaaa");
    let kind = rustix::fs::FileType::Fifo;
    let mode = rustix::fs::Mode::from_raw_mode(0o600);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, mode, 0).unwrap();
    let run = stage.run(&["runs"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("unreadable"), "{}", run.out);
}

#[test]
fn a_log_without_a_name_is_no_run() {
    let stage = fresh();
    let run = apply(&stage, &[]);
    run_logs::put(&stage, "", &bytes(&stage, &run));
    let runs = stage.run(&["runs"]).out;
    assert_eq!(runs.lines().count(), 2, "{runs}");
}

#[test]
fn a_planted_lock_or_gitignore_is_refused_and_not_written() {
    let stage = fresh();
    let home = directory(&stage);
    fs::create_dir(&home).unwrap();
    stage.write("victim", "precious\n");
    fs::hard_link(stage.dir.path().join("victim"), home.join("lock")).unwrap();
    assert_data_eq!(
        refused(&stage, &[]),
        str![[r#"
error: `.hookfleet/lock` is not a file to write to: it has another name elsewhere (a hard link)
hint: remove it, if it is not yours, or give --state-dir a directory of your own; hookfleet makes it anew

"#]]
    );
    let victim = fs::read_to_string(stage.dir.path().join("victim")).unwrap();
    assert_eq!(victim, "precious\n");
    fs::remove_file(home.join("lock")).unwrap();
    fs::write(home.join(".gitignore"), "*\n!*.run\n").unwrap();
    assert_data_eq!(
        refused(&stage, &[]),
        str![[r#"
error: `.hookfleet/.gitignore` does not keep git from adding run logs, which hold secrets
hint: end it with a line that is `*`, or remove it; hookfleet makes it anew

"#]]
    );
}
