//! `--untrusted`: a pull request makes no link of its checkout a way to other files of the machine.

use std::os::unix::fs::symlink;

use snapbox::{assert_data_eq, str};

use crate::harness::Stage;

const MANIFEST: &str = "version: 1
instances:
  - { id: 00000000000A, webhooks: [{ url: 'https://a.example/', events: [message] }] }
";
const VERBS: [&[&str]; 4] = [
    &["validate"],
    &["plan"],
    &["drift"],
    &["apply", "--auto-approve"],
];

/// A checkout with links to a directory of foreign files, beside it, that hold what is no manifest.
fn checkout() -> Stage {
    let stage = Stage::new("  - id: 00000000000A\n", MANIFEST);
    let root = stage.dir.path();
    std::fs::create_dir_all(root.join("foreign/deep")).unwrap();
    std::fs::create_dir(root.join("real")).unwrap();
    for file in ["foreign/x.yaml", "foreign/deep/x.yaml"] {
        std::fs::write(root.join(file), "token: f0reign\n").unwrap();
    }
    symlink("foreign", root.join("manifests")).unwrap();
    symlink("../foreign/x.yaml", root.join("real/x.yaml")).unwrap();
    stage
}

#[test]
fn every_verb_that_reads_manifests_follows_no_link_in_any_part_of_a_path() {
    let stage = checkout();
    let absolute = stage.dir.path().join("manifests/x.yaml");
    let absolute = absolute.to_str().unwrap();
    for path in [
        "manifests",
        "manifests/",
        "manifests/.",
        "manifests//",
        "manifests/x.yaml",
        "./manifests/../manifests/deep",
        "manifests/deep/x.yaml",
        "real",
        "real/x.yaml",
        absolute,
    ] {
        for verb in VERBS {
            let before = stage.requests();
            let run = stage.run(&[verb, &["--untrusted", "-f", path]].concat());
            assert_eq!(
                (run.code, stage.requests()),
                (65, before),
                "{path} {verb:?}: {}",
                run.told()
            );
            assert!(
                run.err
                    .contains("a link, and links are refused with --untrusted"),
                "{}",
                run.err
            );
            assert!(
                !run.told().contains("f0reign") && !run.told().contains("token:"),
                "{}",
                run.told()
            );
        }
    }
    let run = stage.run(&["validate", "--untrusted", "-f", "manifests/x.yaml"]);
    assert_data_eq!(
        run.err,
        str![[r#"
error: cannot read manifest `manifests/x.yaml`: `manifests` is a link, and links are refused with --untrusted

hint: where the link is your own, give `-f` the path that it leads to

"#]]
    );
}

#[test]
fn a_path_without_links_is_read_however_it_is_written() {
    let stage = checkout();
    std::fs::remove_file(stage.dir.path().join("real/x.yaml")).unwrap();
    stage.write("real/m.yaml", MANIFEST);
    let absolute = stage.dir.path().canonicalize().unwrap().join("real");
    for path in [
        "real",
        "real/.",
        "real//",
        "./real/m.yaml",
        "real/../real/m.yaml",
        absolute.to_str().unwrap(),
    ] {
        let run = stage.run(&["validate", "--untrusted", "-f", path]);
        assert_eq!(
            (run.code, &*run.out),
            (0, "Valid: 1 instance in 1 file.\n"),
            "{path}: {}",
            run.err
        );
    }
}

#[test]
fn no_pipe_blocks_an_untrusted_run() {
    let stage = checkout();
    let pipe = stage.dir.path().join("pipe.yaml");
    let (kind, owner) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RUSR);
    rustix::fs::mknodat(rustix::fs::CWD, &pipe, kind, owner, 0).unwrap();
    for verb in VERBS {
        let run = stage.run(&[verb, &["--untrusted", "-f", "pipe.yaml"]].concat());
        assert_eq!(run.code, 65, "{}", run.told());
        assert!(run.err.contains("it is not a regular file"), "{}", run.err);
    }
}
