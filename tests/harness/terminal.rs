//! A run on a pseudo-terminal.

use std::fs::File;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::running::{Heard, rests, until};

/// A terminal that no process has yet.
pub(crate) struct Terminal {
    controller: OwnedFd,
    user: OwnedFd,
}

/// A run on a terminal that has not ended yet. Dropping it kills it.
pub(crate) struct TerminalRun {
    child: Child,
    keyboard: File,
    screen: Heard,
    out: Option<Heard>,
}

/// What a run on a terminal left behind.
pub(crate) struct Screen {
    pub(crate) code: i32,
    /// All that was written to the terminal, what was typed included.
    pub(crate) text: String,
    /// Standard output, where that was no terminal.
    pub(crate) out: String,
}

impl Terminal {
    pub(crate) fn open() -> Self {
        Self::of_columns(0)
    }

    /// A terminal of so many columns; 0 is as many as nobody knows.
    pub(crate) fn of_columns(columns: u16) -> Self {
        let size = rustix::termios::Winsize {
            ws_row: 24,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pty = rustix_openpty::openpty(None, Some(&size)).unwrap();
        Self {
            controller: pty.controller,
            user: pty.user,
        }
    }

    /// The terminal as a stream of a process.
    pub(crate) fn stream(&self) -> Stdio {
        self.user.try_clone().unwrap().into()
    }

    /// Starts a command whose streams are the terminal, all three of them.
    pub(crate) fn start(command: Command) -> TerminalRun {
        Self::open().starts(command)
    }

    /// Starts a command whose streams are this terminal, all three of them.
    pub(crate) fn starts(self, mut command: Command) -> TerminalRun {
        let terminal = self;
        command
            .stdin(terminal.stream())
            .stdout(terminal.stream())
            .stderr(terminal.stream());
        terminal.run(command)
    }

    /// Starts a command that was given its streams.
    pub(crate) fn run(self, mut command: Command) -> TerminalRun {
        let mut child = command.spawn().unwrap();
        // The screen ends when no one but the child has held the terminal.
        drop((command, self.user));
        TerminalRun {
            keyboard: self.controller.try_clone().unwrap().into(),
            screen: Heard::of(File::from(self.controller)),
            out: child.stdout.take().map(Heard::of),
            child,
        }
    }
}

impl TerminalRun {
    /// Waits until the screen shows `text`.
    pub(crate) fn shows(&self, text: &str) {
        until(
            || self.screen.text().contains(text),
            || format!("`{text}` is not shown:\n{}", self.screen.text()),
        );
    }

    pub(crate) fn types(&mut self, text: &[u8]) {
        self.keyboard.write_all(text).unwrap();
    }

    /// Sends a signal once every thread of the run waits for something.
    pub(crate) fn signal_at_rest(&self, signal: Signal) {
        rests(&self.child);
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits for the end.
    pub(crate) fn ends(mut self) -> Screen {
        let mut status = None;
        until(
            || {
                status = self.child.try_wait().unwrap();
                status.is_some()
            },
            || format!("the run goes on:\n{}", self.screen.text()),
        );
        let whole = |heard: &mut Heard| String::from_utf8(heard.whole()).unwrap();
        Screen {
            code: status.unwrap().code().unwrap(),
            // The terminal makes two of each line break that is written.
            text: whole(&mut self.screen).replace("\r\n", "\n"),
            out: self.out.as_mut().map(whole).unwrap_or_default(),
        }
    }
}

impl Drop for TerminalRun {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
