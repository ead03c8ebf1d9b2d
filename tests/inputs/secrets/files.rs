//! What a file source may lead to: a regular file, through links or not, and nothing else, however it changes.

use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use super::{HANGS, file};

#[tokio::test]
async fn a_link_to_a_file_is_followed_and_one_to_nothing_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let (path, link) = (dir.path().join("secret"), dir.path().join("link"));
    symlink("secret", &link).unwrap();
    assert_eq!(
        file(&link).await,
        "cannot read file `PATH`: No such file or directory (os error 2)"
    );
    std::fs::write(&path, "s3cr3t\n").unwrap();
    assert_eq!(file(&link).await, "gave \"s3cr3t\"");
}

#[tokio::test]
async fn a_directory_a_pipe_a_socket_and_a_device_are_refused_without_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let pipe = dir.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let link = dir.path().join("link");
    symlink(&pipe, &link).unwrap();
    let socket = dir.path().join("socket");
    let _listening = UnixListener::bind(&socket).unwrap();
    let device = Path::new("/dev/zero");
    for path in [dir.path(), &pipe, &link, &socket, device] {
        assert_eq!(file(path).await, "`PATH` is not a regular file");
    }
}

#[test]
fn secret_file_that_becomes_a_pipe_while_opened_does_not_block() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name);
    for (name, target) in [("to-file", "file"), ("to-pipe", "pipe")] {
        symlink(target, path(name)).unwrap();
    }
    std::fs::write(path("file"), "s3cr3t\n").unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(path("pipe"))
        .status();
    assert!(made.unwrap().success());
    let (over, (tell, ended)) = (AtomicBool::new(false), channel());
    let secret = path("secret");
    symlink("file", &secret).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                for target in ["pipe", "file"] {
                    let next = path("next");
                    symlink(target, &next).unwrap();
                    std::fs::rename(&next, path("secret")).unwrap();
                }
            }
        });
        // Not of the scope, which would wait for it.
        let reading = secret.clone();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            for _ in 0..3000 {
                let told = runtime.block_on(file(&reading));
                if !["gave \"s3cr3t\"", "`PATH` is not a regular file"].contains(&&*told) {
                    tell.send(told).unwrap();
                    return;
                }
            }
            tell.send("all are well".to_owned()).unwrap();
        });
        let told = ended.recv_timeout(HANGS);
        over.store(true, Ordering::Relaxed);
        assert_eq!(told.as_deref(), Ok("all are well"));
    });
}
